import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError, NotConvergedError } from '../errors.js';
import { latticeAxis, latticeWeights, NODES_PER_POINT } from './gaussian-lattice.js';
import { latticeMap } from './lattice-map.js';
import { createLatticeState, LatticeSolver, loadHeights, solveLattice } from './lattice-solver.js';
import { createLatticeSystem, LATTICE_PARTS, type LatticeExtent } from './lattice-system.js';
import { OI_2020A, optimalInterpolationDay, type AlongTrackObservations } from './optimal-interpolation.js';

const axis = (first: number, step: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => first + index * step);
const grid = { latDeg: axis(33, 0.25, 9), lonDeg: axis(-65, 0.25, 11) };
const extent: LatticeExtent = {
  firstTimeDays: 90,
  lastTimeDays: 110,
  south: 32,
  north: 36,
  west: -66,
  east: -61.5,
};

/** Heights of a moving pattern of 0.3 m at scattered places around the grid, within 10 days of day 100. */
function scattered(count: number, seed: number): AlongTrackObservations {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const places = {
    timeDays: Float64Array.from({ length: count }, () => 90 + 20 * random()),
    latDeg: Float64Array.from({ length: count }, () => 32 + 4 * random()),
    lonDeg: Float64Array.from({ length: count }, () => -66 + 4.5 * random()),
  };
  const sshM = places.timeDays.map(
    (time, index) => 0.3 * Math.sin(2 * places.lonDeg[index]! + time / 6) * Math.cos(places.latDeg[index]!),
  );
  return { ...places, sshM };
}

async function latticeDay(
  observations: AlongTrackObservations,
  options: { mostIterations?: number } = {},
): Promise<Float64Array> {
  const system = createLatticeSystem({
    ...OI_2020A,
    observations,
    extent,
  });
  const state = createLatticeState(system);
  const solver = new LatticeSolver(system, state);
  loadHeights(system, state, observations.sshM);
  await solveLattice(
    state,
    (task) => {
      for (let part = 0; part < LATTICE_PARTS; part++) solver.run(task, part);
    },
    options,
  );
  return latticeMap(system, state.values, grid, 100);
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

describe('latticeWeights', () => {
  test('of two points sum up to the covariance of the points', () => {
    const position = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(position, position, (a, b) => {
        const line = latticeAxis(-3, 3);
        const dense = (point: number): Float64Array => {
          const nodes = new Float64Array(line.count);
          const weights = new Float64Array(NODES_PER_POINT);
          nodes.set(weights, latticeWeights(line, point, weights, 0));
          return nodes;
        };
        const other = dense(b);
        const sum = dense(a).reduce((total, weight, node) => total + weight * other[node]!, 0);
        // what the ten nodes leave out; the ripple alone is 4e-7
        expect(Math.abs(sum - Math.exp(-((a - b) ** 2)))).toBeLessThan(2e-4);
      }),
    );
  });
});

describe('the lattice solution', () => {
  test('is the dense optimal interpolation to 1 mm', async () => {
    const observations = scattered(60, 5);
    const exact = optimalInterpolationDay({
      ...OI_2020A,
      cutLengths: Infinity,
      observations,
      grid,
      timeDays: 100,
    });
    expect(largestDifference(await latticeDay(observations), exact)).toBeLessThan(1e-3);
  });

  test('of one observation is its covariance times y/(1 + noise²)', async () => {
    const one = (value: number): Float64Array => Float64Array.of(value);
    const map = await latticeDay({
      timeDays: one(100),
      latDeg: one(34),
      lonDeg: one(-64),
      sshM: one(0.3),
    });
    const amplitude = 0.3 / (1 + 0.05 ** 2);
    expect(map[4 * 11 + 4]).toBeCloseTo(amplitude, 6);
    expect(Math.abs(map[4 * 11 + 8]! - amplitude * Math.exp(-1))).toBeLessThan(1e-4);
    expect(Math.abs(map[8 * 11 + 4]! - amplitude * Math.exp(-1))).toBeLessThan(1e-4);
  });

  test('does not depend on the order of the observations', async () => {
    const observations = scattered(15, 3);
    const reversed: AlongTrackObservations = {
      timeDays: observations.timeDays.slice().reverse(),
      latDeg: observations.latDeg.slice().reverse(),
      lonDeg: observations.lonDeg.slice().reverse(),
      sshM: observations.sshM.slice().reverse(),
    };
    expect(largestDifference(await latticeDay(reversed), await latticeDay(observations))).toBeLessThan(1e-12);
  });

  test('gives observations of one pass the same time, and groups nothing that is hours apart', () => {
    const timeDays = Float64Array.of(100, 100.0015, 100.2, 100.0005);
    const places = { timeDays, latDeg: axis(33, 0.3, 4), lonDeg: axis(-65, 0.3, 4) };
    const system = createLatticeSystem({ ...OI_2020A, observations: places, extent });
    expect(Array.from(system.order)).toEqual([0, 3, 1, 2]);
    expect(Array.from(system.groupStart)).toEqual([0, 3, 4]);
  });

  test('is 0 m everywhere without observations, and of heights that are 0', async () => {
    expect((await latticeDay(scattered(0, 1))).every((value) => value === 0)).toBe(true);
    const flat = { ...scattered(20, 1), sshM: new Float64Array(20) };
    expect((await latticeDay(flat)).every((value) => value === 0)).toBe(true);
  });

  test('says so when it does not converge', async () => {
    await expect(latticeDay(scattered(30, 2), { mostIterations: 3 })).rejects.toThrow(NotConvergedError);
  });

  test.each([
    { name: 'no noise', options: { noise: 0 } },
    { name: 'a length of 0', options: { lengthTimeDays: 0 } },
    { name: 'an observation outside the extent', options: { extent: { ...extent, east: -65 } } },
  ])('refuses $name', ({ options }) => {
    const call = () =>
      createLatticeSystem({ ...OI_2020A, extent, observations: scattered(9, 1), ...options });
    expect(call).toThrow(InvalidOptionError);
  });

  test('refuses heights that are not finite', async () => {
    await expect(latticeDay({ ...scattered(5, 1), sshM: new Float64Array(5).fill(NaN) })).rejects.toThrow(
      InvalidOptionError,
    );
  });
});
