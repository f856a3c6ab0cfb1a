import { expect, test } from 'vitest';
import type { NetworkSolver, PatchFields } from './network-solver.js';
import { atNoon, solvingAtNoon } from './solve-at-noon.js';

const patch = { time: 4, lat: 1, lon: 3 };
const length = 2 * patch.time * patch.lat * patch.lon;
/** A field that grows at another rate on every node of both patches: linear in time. */
const rate = (index: number) => 0.1 * (index % 3) - 0.05 + (index >= length / 2 ? 0.3 : 0);
const linear = Float32Array.from({ length }, (_, index) => 1 + rate(index) * (Math.floor(index / 3) % 4));

test('moves heights of a field that is linear in time to noon, on every day of the patch', () => {
  const lag = Float32Array.from({ length }, (_, index) => [0.9, 0.1, 0.5, 0][index % 4]!);
  const measured = linear.map((height, index) => height + lag[index]! * rate(index));
  atNoon(measured, lag, { state: linear, patch }).forEach((height, index) =>
    expect(height).toBeCloseTo(linear[index]! + 0.5 * rate(index), 6),
  );
});

test('takes the tendency after a day for measurements of the afternoon, before it for those of the morning', () => {
  const state = Float32Array.from([0, 1, 3, 6]);
  const at = (day: number, lagDays: number) => {
    const observations = new Float32Array(4).fill(Number.NaN);
    observations[day] = 10;
    const lag = new Float32Array(4).fill(lagDays);
    return atNoon(observations, lag, { state, patch: { time: 4, lat: 1, lon: 1 } })[day];
  };
  expect(at(1, 0.5)).toBe(10);
  expect(at(1, 1)).toBe(9); // 2 a day
  expect(at(1, 0)).toBe(10.5); // 1 a day
  expect(at(0, 0)).toBe(10.5); // the first day has nothing before it
  expect(at(3, 1)).toBe(8.5); // the last day has nothing after it
});

test('leaves what is missing missing, and single days as they are', () => {
  const observations = Float32Array.from([Number.NaN, 2]);
  const lag = Float32Array.from([Number.NaN, 1]);
  const state = Float32Array.from([5, 7]);
  expect(atNoon(observations, lag, { state, patch: { time: 1, lat: 1, lon: 2 } })).toEqual(observations);
  const moved = atNoon(observations, lag, { state, patch: { time: 2, lat: 1, lon: 1 } });
  expect([...moved]).toEqual([Number.NaN, 1]);
});

test('solves once more a pass, each time with the observations moved by the last solution, and hides the lag from the network', async () => {
  const seen: PatchFields[] = [];
  const solver: NetworkSolver = {
    kinds: ['observations'],
    compile: () =>
      Promise.resolve({
        peakBytes: null,
        usefulRunsInFlight: 1,
        solve: (fields) => {
          seen.push(fields);
          // a "network" that believes its observations
          return Promise.resolve(fields.observations!.slice());
        },
        release: () => Promise.resolve(),
      }),
  };
  const moving = solvingAtNoon(solver, { time: 3, lat: 1, lon: 1 }, 2);
  expect(moving.kinds).toEqual(['observations', 'lag']);
  const observations = Float32Array.from([0, 1, 3]);
  const compiled = await moving.compile(1);
  const state = await compiled.solve({ observations, lag: Float32Array.from([1, 1, 1]) });
  expect(seen.map((fields) => [...fields.observations!])).toEqual([
    [0, 1, 3],
    [-0.5, 0, 2],
    [-0.25, 0, 2],
  ]);
  expect(seen.every((fields) => !('lag' in fields))).toBe(true);
  expect([...state]).toEqual([-0.25, 0, 2]);
  expect(solvingAtNoon(solver, patch, 0)).toBe(solver);
});
