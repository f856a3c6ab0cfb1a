import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError, NotPositiveDefiniteError, ShapeMismatchError } from '../errors.js';
import {
  OI_2020A,
  optimalInterpolation,
  optimalInterpolationDay,
  type AlongTrackObservations,
} from './optimal-interpolation.js';

type GoldenOi = {
  'time_days_since_2012-10-01': number[];
  lon: number[];
  lat: number[];
  ssh: number[];
  grid_lon: number[];
  grid_lat: number[];
  grid_time_days: number[];
  gssh_first_day: number[][];
};

const grid = {
  latDeg: Float64Array.from({ length: 8 }, (_, index) => 33 + 0.5 * index),
  lonDeg: Float64Array.from({ length: 10 }, (_, index) => -65 + 0.5 * index),
};

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function scattered(count: number, seed: number): AlongTrackObservations {
  const next = random(seed);
  const draw = (from: number, width: number): Float64Array =>
    Float64Array.from({ length: count }, () => from + width * next());
  return { timeDays: draw(90, 20), latDeg: draw(32.5, 5), lonDeg: draw(-65.5, 6), sshM: draw(-0.5, 1) };
}

/** The formula itself: dense covariance, Gauss-Jordan, every exponential written out. */
function bruteForce(observations: AlongTrackObservations, timeDays: number): Float64Array {
  const { lengthTimeDays, lengthLatDeg, lengthLonDeg, noise } = OI_2020A;
  const used = Array.from(observations.timeDays.keys()).filter(
    (index) => Math.abs(observations.timeDays[index]! - timeDays) < 2 * lengthTimeDays,
  );
  const covariance = (dt: number, dLat: number, dLon: number): number =>
    Math.exp(-((dt / lengthTimeDays) ** 2) - (dLon / lengthLonDeg) ** 2 - (dLat / lengthLatDeg) ** 2);
  const rows = used.map((a) => [
    ...used.map((b) => {
      const between = covariance(
        observations.timeDays[a]! - observations.timeDays[b]!,
        observations.latDeg[a]! - observations.latDeg[b]!,
        observations.lonDeg[a]! - observations.lonDeg[b]!,
      );
      return a === b ? between + noise ** 2 : between;
    }),
    observations.sshM[a]!,
  ]);
  for (let column = 0; column < used.length; column++) {
    for (let row = 0; row < used.length; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= used.length; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return Float64Array.from({ length: grid.latDeg.length * grid.lonDeg.length }, (_, index) => {
    const [lat, lon] = [grid.latDeg[Math.floor(index / 10)]!, grid.lonDeg[index % 10]!];
    return used.reduce((sum, a, i) => {
      const weight = rows[i]![used.length]! / rows[i]![i]!;
      const toGrid = covariance(
        observations.timeDays[a]! - timeDays,
        observations.latDeg[a]! - lat,
        observations.lonDeg[a]! - lon,
      );
      return sum + weight * toGrid;
    }, 0);
  });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

const day = (observations: AlongTrackObservations, options: { cutLengths?: number; noise?: number } = {}) =>
  optimalInterpolationDay({ ...OI_2020A, ...options, observations, grid, timeDays: 100 });

describe('the golden case of the baseline', () => {
  const path = new URL('../../test/golden/oi_obs.json', import.meta.url);
  const golden = JSON.parse(readFileSync(path, 'utf8')) as GoldenOi;
  const map = (cutLengths?: number): Float64Array =>
    optimalInterpolationDay({
      ...OI_2020A,
      ...(cutLengths === undefined ? {} : { cutLengths }),
      observations: {
        timeDays: Float64Array.from(golden['time_days_since_2012-10-01']),
        latDeg: Float64Array.from(golden.lat),
        lonDeg: Float64Array.from(golden.lon),
        sshM: Float64Array.from(golden.ssh),
      },
      grid: { latDeg: Float64Array.from(golden.grid_lat), lonDeg: Float64Array.from(golden.grid_lon) },
      timeDays: golden.grid_time_days[0]!,
    });

  test('agrees with the dense inverse to 1e-12 m when nothing is cut', () => {
    expect(largestDifference(map(Infinity), golden.gssh_first_day.flat())).toBeLessThan(1e-12);
  });

  test('moves by less than 1e-6 m with the default cut', () => {
    expect(largestDifference(map(), golden.gssh_first_day.flat())).toBeLessThan(1e-6);
  });
});

describe('optimalInterpolationDay', () => {
  test('equals the formula written out', () => {
    const observations = scattered(60, 3);
    expect(
      largestDifference(day(observations, { cutLengths: Infinity }), bruteForce(observations, 100)),
    ).toBeLessThan(1e-11);
  });

  test('errs by less than 1e-5 m through the default cut even for white noise, and the less the further it cuts', () => {
    const observations = scattered(400, 4);
    const exact = day(observations, { cutLengths: Infinity });
    const errors = [3.5, 4, 4.5].map((cutLengths) =>
      largestDifference(day(observations, { cutLengths }), exact),
    );
    expect(errors[1]).toBeLessThan(errors[0]!);
    expect(errors[2]).toBeLessThan(errors[1]!);
    // white noise needs the largest weights; a smooth field errs by 5e-8 m (bench/optimal-interpolation.mjs)
    expect(largestDifference(day(observations), exact)).toBeLessThan(1e-5);
  });

  test('refuses a cut that tears the covariance apart, which the default never does', () => {
    const observations = scattered(400, 4);
    expect(() => day(observations, { cutLengths: 2 })).toThrow(NotPositiveDefiniteError);
    const exact = day(observations, { noise: 0.001, cutLengths: Infinity });
    // with 0.1 % noise weights reach 1e6 times the heights, so rounding and the cut show earlier
    expect(largestDifference(day(observations, { noise: 0.001 }), exact)).toBeLessThan(1e-4);
  });

  test('of one observation is its covariance times y/(1 + noise²)', () => {
    const one = (value: number): Float64Array => Float64Array.of(value);
    const map = day({ timeDays: one(100), latDeg: one(34), lonDeg: one(-64), sshM: one(0.3) });
    const amplitude = 0.3 / (1 + 0.05 ** 2);
    expect(map[2 * 10 + 2]).toBeCloseTo(amplitude, 14);
    expect(map[2 * 10 + 4]).toBeCloseTo(amplitude * Math.exp(-1), 14);
    expect(map[4 * 10 + 2]).toBeCloseTo(amplitude * Math.exp(-1), 14);
  });

  test('does not depend on the order of the observations, and is linear in them', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const observations = scattered(50, seed);
        const map = day(observations);
        const reversed = Object.fromEntries(
          Object.entries(observations).map(([name, values]) => [name, values.slice().reverse()]),
        ) as AlongTrackObservations;
        expect(largestDifference(day(reversed), map)).toBeLessThan(1e-10);
        const doubled = day({ ...observations, sshM: observations.sshM.map((value) => 2 * value) });
        expect(
          largestDifference(
            doubled,
            map.map((value) => 2 * value),
          ),
        ).toBeLessThan(1e-10);
      }),
      { numRuns: 15 },
    );
  });

  test('ignores observations two time scales away or more than a length scale off the box', () => {
    const observations = scattered(40, 6);
    const far: AlongTrackObservations = {
      timeDays: Float64Array.of(...observations.timeDays, 114, 86, 100, 100),
      latDeg: Float64Array.of(...observations.latDeg, 34, 34, 31.9, 34),
      lonDeg: Float64Array.of(...observations.lonDeg, -63, -63, -63, -59.4),
      sshM: Float64Array.of(...observations.sshM, 1e3, 1e3, 1e3, 1e3),
    };
    expect(day(far)).toEqual(day(observations));
  });

  test('is 0 m everywhere without observations', () => {
    expect(day(scattered(0, 1)).every((value) => value === 0)).toBe(true);
    expect(day({ ...scattered(3, 1), timeDays: new Float64Array(3).fill(500) }).every((v) => v === 0)).toBe(
      true,
    );
  });

  test('refuses two equal observations without noise, and takes them with noise', () => {
    const twice = { ...scattered(2, 1), timeDays: new Float64Array(2).fill(100) };
    const same = { ...twice, latDeg: new Float64Array(2).fill(34), lonDeg: new Float64Array(2).fill(-64) };
    expect(() => day(same, { noise: 0 })).toThrow(NotPositiveDefiniteError);
    expect(Number.isFinite(day(same)[0])).toBe(true);
  });

  test.each([
    { name: 'a length of 0', options: { lengthLonDeg: 0 } },
    { name: 'an infinite length', options: { lengthTimeDays: Infinity } },
    { name: 'a NaN noise', options: { noise: NaN } },
    { name: 'a negative noise', options: { noise: -0.1 } },
    { name: 'a cut of 0', options: { cutLengths: 0 } },
  ])('refuses $name', ({ options }) => {
    const call = () =>
      optimalInterpolationDay({
        ...OI_2020A,
        ...options,
        observations: scattered(3, 1),
        grid,
        timeDays: 100,
      });
    expect(call).toThrow(InvalidOptionError);
  });

  test('refuses columns of different lengths and heights that are not finite', () => {
    expect(() => day({ ...scattered(3, 1), sshM: new Float64Array(2) })).toThrow(ShapeMismatchError);
    const holed = { ...scattered(30, 1), sshM: new Float64Array(30).fill(NaN) };
    expect(() => day(holed)).toThrow(InvalidOptionError);
  });
});

describe('optimalInterpolation', () => {
  test('is one day after the other', () => {
    const observations = scattered(30, 8);
    const timeDays = Float64Array.of(99, 100);
    const map = optimalInterpolation({ ...OI_2020A, observations, grid: { ...grid, timeDays } });
    expect(map.length).toBe(2 * 80);
    expect(map.subarray(80)).toEqual(day(observations));
  });
});
