import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IncompleteCoverageError, ShapeMismatchError, UndefinedScoreError } from '../errors.js';
import type { FieldValues, RegularGrid } from '../grid.js';
import type { ProtocolId } from '../protocols/score-protocol.js';
import { finishStatistic, statisticsOfMap, StatisticsCollector } from '../statistics/map-statistics.js';
import { scoresFromStatistics, type GriddedScores } from './scores-from-statistics.js';

const SCORES = ['daily', 'holes', 'spectrum'] as const;

const [T, Y, X] = [10, 4, 16];
const COUNT = T * Y * X;

const axis = (start: number, step: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => start + index * step);
const grid: RegularGrid = {
  timeDays: axis(22940, 1, T),
  latDeg: axis(33, 0.5, Y),
  lonDeg: axis(-65, 0.5, X),
};

function noise(seed: number, amplitudeM = 1): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: COUNT }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return amplitudeM * (state / 2 ** 31 - 1);
  });
}

/** Large slow waves: the small noise of a reconstruction only matters at short scales. */
const reference = Float64Array.from({ length: COUNT }, (_, index) => {
  const [t, x] = [Math.floor(index / (Y * X)), index % X];
  return 0.5 + Math.cos(2 * Math.PI * (t / T + x / X)) + 0.05 * noise(9)[index]!;
});
const plus = (field: FieldValues, other: FieldValues): Float64Array =>
  Float64Array.from(field, (value, index) => value + other[index]!);
const at = (t: number, y: number, x: number): number => (t * Y + y) * X + x;

function scores(
  reconstruction: FieldValues,
  options: { reference?: FieldValues; protocol?: ProtocolId; holes?: 'refuse' | 'as-2020a' } = {},
): GriddedScores {
  const statistics = statisticsOfMap(SCORES, {
    protocol: options.protocol ?? 'osse-2020a',
    grid,
    reconstruction,
    reference: options.reference ?? reference,
  });
  return scoresFromStatistics(statistics, { holes: options.holes ?? 'refuse' });
}

describe('µ and σ', () => {
  test('are 1 and 0 for the reference itself, which has no effective resolution', () => {
    expect(scores(reference.slice())).toEqual({
      atGridLimit: [],
      mu: 1,
      sigma: 0,
      rmseM: 0,
      lambdaXDeg: null,
      lambdaTDays: null,
      unresolved: 'identical',
    });
  });

  test('are 0 and 0 for an all-zero field, which resolves nothing', () => {
    const result = scores(new Float64Array(COUNT));
    expect(result.mu).toBeCloseTo(0, 12);
    expect(result.sigma).toBeCloseTo(0, 12);
    expect(result.unresolved).toBe('nothing-resolved');
    expect(result.lambdaXDeg).toBeNull();
  });

  test('equal the plain formulas: a global ratio, not the mean of the days', () => {
    const reconstruction = plus(reference, noise(1, 0.3));
    for (let index = 0; index < Y * X; index++) reconstruction[index] = reconstruction[index]! + 2; // one bad day
    const result = scores(reconstruction);
    const rms = (values: number[]): number =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    const errors = Array.from(reconstruction, (value, index) => value - reference[index]!);
    expect(result.rmseM).toBeCloseTo(rms(errors), 12);
    expect(result.mu).toBeCloseTo(1 - rms(errors) / rms([...reference]), 12);
    const daily = Array.from({ length: T }, (_, t) => {
      const [from, to] = [t * Y * X, (t + 1) * Y * X];
      return 1 - rms(errors.slice(from, to)) / rms([...reference.slice(from, to)]);
    });
    const mean = daily.reduce((sum, value) => sum + value, 0) / T;
    expect(result.sigma).toBeCloseTo(rms(daily.map((value) => value - mean)), 12);
    expect(Math.abs(result.mu - mean)).toBeGreaterThan(0.01);
  });

  test('do not change with the unit, but the RMSE does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.01, 0.5, 100), (seed, factor) => {
        const reconstruction = plus(reference, noise(seed, 0.2));
        const [one, other] = [
          scores(reconstruction),
          scores(
            reconstruction.map((value) => value * factor),
            { reference: reference.map((value) => value * factor) },
          ),
        ];
        expect(other.mu).toBeCloseTo(one.mu, 10);
        expect(other.sigma).toBeCloseTo(one.sigma, 10);
        expect(other.unresolved).toBe(one.unresolved);
        if (one.lambdaXDeg !== null) expect(other.lambdaXDeg! / one.lambdaXDeg).toBeCloseTo(1, 8);
        expect(other.rmseM / factor).toBeCloseTo(one.rmseM, 10);
      }),
      { numRuns: 20 },
    );
  });

  test('fall when the error grows', () => {
    const error = noise(3, 0.1);
    const [near, far] = [1, 3].map((factor) =>
      scores(
        plus(
          reference,
          error.map((value) => value * factor),
        ),
      ),
    );
    expect(far!.mu).toBeLessThan(near!.mu);
    expect(1 - far!.mu).toBeCloseTo(3 * (1 - near!.mu), 10);
  });

  test('can be negative for an absurd field', () => {
    expect(scores(new Float64Array(COUNT).fill(1e6)).mu).toBeLessThan(-1e5);
  });
});

describe('λ', () => {
  test('is not a number when everything is resolved', () => {
    const result = scores(reference.map((value) => value * 1.001));
    expect(result).toMatchObject({ unresolved: 'everything-resolved', lambdaXDeg: null, lambdaTDays: null });
  });

  // The Hann window spreads what is constant over two neighbouring frequencies, so the contour runs along the whole axis.
  test.each([
    {
      name: 'λx for an error that stands still',
      errorAt: (_t: number, x: number) => at(0, 0, x),
      limit: 'lambdaXDeg',
    },
    {
      name: 'λt for an error without zonal shape',
      errorAt: (t: number) => at(t, 0, 0),
      limit: 'lambdaTDays',
    },
  ])('names as an upper bound $name', ({ errorAt, limit }) => {
    const error = noise(7, 2);
    const reconstruction = reference.map((value, index) => {
      return value + error[errorAt(Math.floor(index / (Y * X)), index % X)]!;
    });
    const result = scores(reconstruction);
    expect(result.unresolved).toBeNull();
    expect(result.atGridLimit).toEqual([limit]);
  });

  test('lies on the grid of wavelengths for a reconstruction that misses the short ones', () => {
    const result = scores(plus(reference, noise(5, 0.2)));
    expect(result.unresolved).toBeNull();
    expect(result.lambdaXDeg).toBeGreaterThanOrEqual((X * 0.5) / 7);
    expect(result.lambdaXDeg).toBeLessThanOrEqual(X * 0.5);
    expect(result.lambdaTDays).toBeGreaterThanOrEqual(T / 4);
    expect(result.lambdaTDays).toBeLessThanOrEqual(T);
  });

  test('scales with the grid step', () => {
    const reconstruction = plus(reference, noise(5, 0.2));
    const wide = { ...grid, lonDeg: axis(-65, 1, X), timeDays: axis(22940, 2, T) };
    const options = { protocol: 'osse-2020a' as const, reconstruction, reference };
    const [one, other] = [grid, wide].map((g) =>
      scoresFromStatistics(statisticsOfMap(SCORES, { ...options, grid: g })),
    );
    expect(other!.lambdaXDeg! / one!.lambdaXDeg!).toBeCloseTo(2, 10);
    expect(other!.lambdaTDays! / one!.lambdaTDays!).toBeCloseTo(2, 10);
  });

  test('is the same whether fields are float32 or float64, to float32 precision', () => {
    const reconstruction = Float32Array.from(plus(reference, noise(5, 0.2)));
    const reference32 = Float32Array.from(reference);
    const single = scores(reconstruction, { reference: reference32 });
    const double = scores(Float64Array.from(reconstruction), { reference: Float64Array.from(reference32) });
    expect(single.lambdaXDeg! / double.lambdaXDeg!).toBeCloseTo(1, 5);
    expect(single.mu).toBeCloseTo(double.mu, 6);
  });

  test('is undefined where land meets every row under 2020a, and defined under osse-natl', () => {
    const land = reference.slice();
    const reconstruction = plus(reference, noise(5, 0.2));
    for (let t = 0; t < T; t++) for (let y = 0; y < Y; y++) land[at(t, y, 2)] = NaN;
    const strict = scores(reconstruction, { reference: land });
    expect(strict).toMatchObject({ unresolved: 'undefined-spectrum', lambdaXDeg: null });
    const natl = scores(reconstruction, { reference: land, protocol: 'osse-natl' });
    expect(natl.unresolved).toBeNull();
    expect(natl.mu).toBe(strict.mu);
  });

  test.each([1, 2])('is undefined for %i day(s), while µ is not', (dayCount) => {
    const short = { ...grid, timeDays: axis(22940, 1, dayCount) };
    const statistics = statisticsOfMap(SCORES, {
      protocol: 'osse-2020a',
      grid: short,
      reconstruction: noise(1).slice(0, dayCount * Y * X),
      reference: reference.slice(0, dayCount * Y * X),
    });
    expect(scoresFromStatistics(statistics).unresolved).toBe('undefined-spectrum');
    expect(Number.isFinite(scoresFromStatistics(statistics).mu)).toBe(true);
  });
});

describe('the land rule of osse-natl', () => {
  const land = reference.slice();
  for (let t = 0; t < T; t++) for (let x = 0; x < 5; x++) land[at(t, 1, x)] = NaN;

  test('is the 2020a score of both fields with 0 on land', () => {
    const zeroed = (field: FieldValues): Float64Array =>
      Float64Array.from(field, (value, index) => (Number.isNaN(land[index]!) ? 0 : value));
    const reconstruction = plus(reference, noise(5, 0.2));
    const natl = scores(reconstruction, { reference: land, protocol: 'osse-natl' });
    const filled = scores(zeroed(reconstruction), { reference: zeroed(land) });
    expect(natl.lambdaXDeg).toBeCloseTo(filled.lambdaXDeg!, 10);
    expect(natl.lambdaTDays).toBeCloseTo(filled.lambdaTDays!, 10);
  });

  test('does not care what the reconstruction says on land', () => {
    const reconstruction = plus(reference, noise(5, 0.2));
    const wild = reconstruction.slice();
    const absent = reconstruction.slice();
    land.forEach((value, index) => {
      if (!Number.isNaN(value)) return;
      wild[index] = 1e20;
      absent[index] = NaN;
    });
    const expected = scores(reconstruction, { reference: land, protocol: 'osse-natl' });
    expect(scores(wild, { reference: land, protocol: 'osse-natl' })).toEqual(expected);
    expect(scores(absent, { reference: land, protocol: 'osse-natl' })).toEqual(expected);
  });

  test('equals osse-2020a without land', () => {
    const reconstruction = plus(reference, noise(5, 0.2));
    expect(scores(reconstruction, { protocol: 'osse-natl' })).toEqual(scores(reconstruction));
  });
});

describe('missing values', () => {
  const holed = plus(reference, noise(5, 0.2));
  holed[at(3, 2, 7)] = NaN;
  holed[at(2, 3, 9)] = Infinity;

  test.each(['osse-2020a', 'osse-natl'] as const)(
    'in the reconstruction alone are refused with count and place by %s',
    (protocol) => {
      expect(() => scores(holed, { protocol })).toThrow(IncompleteCoverageError);
      expect(() => scores(holed, { protocol })).toThrow(
        expect.objectContaining({
          missing: 2,
          required: COUNT,
          first: { timeIndex: 2, latIndex: 3, lonIndex: 9, timeDays: 22942, latDeg: 34.5, lonDeg: -60.5 },
        }),
      );
    },
  );

  test('in the reference are not scored', () => {
    const gappy = reference.slice();
    gappy[at(3, 2, 7)] = NaN;
    const reconstruction = plus(reference, noise(5, 0.2));
    const wild = reconstruction.slice();
    wild[at(3, 2, 7)] = 1e9;
    expect(scores(wild, { reference: gappy })).toEqual(scores(reconstruction, { reference: gappy }));
  });

  test('drop their row from the error spectrum only, as 2020a does', () => {
    const statistics = statisticsOfMap(SCORES, {
      protocol: 'osse-2020a',
      grid,
      reconstruction: holed,
      reference,
    });
    expect(statistics.spectrum).toMatchObject({ errorRowCount: Y - 2, referenceRowCount: Y });
    expect(scoresFromStatistics(statistics, { holes: 'as-2020a' }).mu).toBeGreaterThan(0.5);
  });
});

describe('what has no score', () => {
  test.each([
    { name: 'a reference of zeros', field: new Float64Array(COUNT) },
    { name: 'a reference without any value', field: new Float64Array(COUNT).fill(NaN) },
  ])('$name is a typed error', ({ field }) => {
    expect(() => scores(noise(1), { reference: field })).toThrow(UndefinedScoreError);
  });

  test('a reconstruction without any value is incomplete, or undefined where holes are allowed', () => {
    const nothing = new Float64Array(COUNT).fill(NaN);
    expect(() => scores(nothing)).toThrow(IncompleteCoverageError);
    expect(() => scores(nothing, { holes: 'as-2020a' })).toThrow(UndefinedScoreError);
  });

  test('a constant reference has an undefined spectrum', () => {
    expect(scores(noise(1), { reference: new Float64Array(COUNT).fill(1) }).unresolved).toBe(
      'undefined-spectrum',
    );
  });

  test('a grid of which some rows were never added', () => {
    const accumulator = new StatisticsCollector(SCORES, { protocol: 'osse-2020a', grid });
    const band = noise(1).slice(0, T * X);
    accumulator.addBand({ latStart: 1, latCount: 1, reconstruction: band, reference: band });
    expect(() => scoresFromStatistics(accumulator.statistics())).toThrow('1 of 4 latitude rows');
  });

  test('a field of another shape', () => {
    expect(() => scores(new Float64Array(COUNT - 1))).toThrow(ShapeMismatchError);
  });
});

describe('scores of days', () => {
  test('is NaN on a day without reference, which σ skips', () => {
    const gappy = reference.slice().fill(NaN, 0, Y * X);
    const statistics = statisticsOfMap(SCORES, {
      protocol: 'osse-2020a',
      grid,
      reconstruction: plus(reference, noise(5, 0.2)),
      reference: gappy,
    });
    const daily = finishStatistic('daily', statistics);
    expect(daily.rmseScore[0]).toBeNaN();
    expect(daily.timeDays).toEqual(grid.timeDays);
    expect(Number.isFinite(scoresFromStatistics(statistics).sigma)).toBe(true);
  });
});

describe('the PSD score', () => {
  test('has descending wavelengths, ascending frequencies and their contour', () => {
    const psd = finishStatistic(
      'spectrum',
      statisticsOfMap(SCORES, {
        protocol: 'osse-2020a',
        grid,
        reconstruction: plus(reference, noise(5, 0.2)),
        reference,
      }),
    )!;
    expect(psd.score.length).toBe(4 * 7);
    expect(psd.wavelengthDeg[0]).toBeCloseTo(8, 12);
    expect(psd.periodDays[0]).toBeCloseTo(10, 12);
    expect(psd.wavelengthDeg[6]! * psd.wavenumberPerDeg[6]!).toBeCloseTo(1, 12);
    expect(psd.contour!.length).toBeGreaterThan(1);
  });

  test('is 1 minus the ratio of error to signal power', () => {
    const psd = finishStatistic(
      'spectrum',
      statisticsOfMap(SCORES, {
        protocol: 'osse-2020a',
        grid,
        reconstruction: reference.map((v) => 0.9 * v),
        reference,
      }),
    )!;
    psd.score.forEach((value) => expect(value).toBeCloseTo(0.99, 9));
  });
});
