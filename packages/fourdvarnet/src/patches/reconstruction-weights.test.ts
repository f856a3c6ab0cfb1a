import { describe, expect, test } from 'vitest';
import { coveringAxis } from './patch-plan.js';
import { axisWeights, reconstructionWeights } from './reconstruction-weights.js';

const patch = { time: 15, lat: 10, lon: 12 };
const crop = { time: 0, lat: 2, lon: 3 };

describe('reconstructionWeights', () => {
  test('triangular with offset 1 peaks at 1 on the middle day', () => {
    const { time } = reconstructionWeights({ time: 'triangular', offset: 1, crop }, patch);
    expect(Array.from(time, (weight) => Math.round(weight * 15))).toEqual([
      1, 3, 5, 7, 9, 11, 13, 15, 13, 11, 9, 7, 5, 3, 1,
    ]);
  });

  test('triangular with offset 0 gives the first day nothing and the middle two the same', () => {
    const { time } = reconstructionWeights({ time: 'triangular', offset: 0, crop }, patch);
    expect(time[0]).toBe(0);
    expect(time[7]).toBeCloseTo(14 / 15, 15);
    expect(time[8]).toBeCloseTo(14 / 15, 15);
  });

  test('hanning is symmetric and 0 at both ends', () => {
    const { time } = reconstructionWeights({ time: 'hanning', offset: 1, crop }, { ...patch, time: 7 });
    expect(Array.from(time, (weight) => Number(weight.toFixed(12)))).toEqual([
      0, 0.25, 0.75, 1, 0.75, 0.25, 0,
    ]);
  });

  test('a crop leaves the middle', () => {
    const { time, lat, lon } = reconstructionWeights(
      { time: 'uniform', offset: 1, crop: { ...crop, time: 7 } },
      patch,
    );
    expect(time.indexOf(1)).toBe(7);
    expect(time.lastIndexOf(1)).toBe(7);
    expect(Array.from(lat)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(Array.from(lon)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  test.each([
    { name: 'a crop of half the patch', time: 'uniform', latCrop: 5, days: 15 },
    { name: 'a window of two days', time: 'hanning', latCrop: 2, days: 2 },
  ] as const)('refuses weights that are all zero: $name', ({ time, latCrop, days }) => {
    const recipe = { time, offset: 1, crop: { ...crop, lat: latCrop } };
    expect(() => reconstructionWeights(recipe, { ...patch, time: days })).toThrow(/nothing/);
  });
});

test('only the outer sides of the first and the last patch are widened', () => {
  const axis = coveringAxis({ covered: 15, patch: 10, stride: 6, crop: 2, relief: 3 });
  expect(axis.starts).toEqual([0, 6]);
  const [first, last] = axisWeights(Float64Array.of(0, 0, 1, 1, 1, 1, 1, 1, 0, 0), axis);
  expect(Array.from(first!)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  expect(Array.from(last!)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
});
