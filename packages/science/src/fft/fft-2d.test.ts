import { describe, expect, test } from 'vitest';
import { createFft2d } from './fft-2d.js';
import { createFftPlan } from './fft-plan.js';

/** Numbers of all signs and sizes, and zeros of both signs. */
function noise(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = state / 2 ** 31 - 1;
    return state % 16 === 0 ? 0 * Math.sign(value) : value * 10 ** ((state >>> 8) % 12);
  });
}

/** By the one-dimensional plans, along each row, then along each column. */
function transformed(
  data: Float64Array,
  [rowCount, columnCount]: readonly [number, number],
  direction: 'forward' | 'inverse',
): Float64Array {
  const result = data.slice();
  const alongRow = createFftPlan(columnCount);
  for (let row = 0; row < rowCount; row++) alongRow[direction](result, 2 * row * columnCount);
  createFftPlan(rowCount, columnCount)[direction](result);
  return result;
}

/** Numbers whose bits differ: zeros have signs. */
function differences(found: Float64Array, expected: Float64Array): number {
  return expected.reduce((count, value, index) => count + (Object.is(value, found[index]) ? 0 : 1), 0);
}

// Vector code with passes of radix 2, 3, 4 and 5; the last two sizes have none.
const SIZES = [
  ...[
    [4, 4],
    [8, 12],
    [16, 20],
    [24, 60],
    [80, 128],
    [256, 160],
    [192, 288],
    [96, 144],
    [32, 1024],
  ],
  ...[
    [28, 16],
    [10, 16],
  ],
] as [number, number][];

describe('createFft2d', () => {
  test.each(SIZES)('has every bit of the one-dimensional plans on %i × %i points', (...size) => {
    const data = noise(2 * size[0] * size[1], size[0]);
    const fft = createFft2d(...size, 2);
    for (const direction of ['forward', 'inverse'] as const) {
      const expected = transformed(data, size, direction);
      const elsewhere = data.slice();
      fft[direction](elsewhere);
      expect(differences(elsewhere, expected)).toBe(0);
      for (const [index, array] of fft.arrays.entries()) {
        fft.arrays[1 - index]!.fill(7);
        array.set(data);
        fft[direction](array);
        expect(differences(array, expected)).toBe(0);
        expect(fft.arrays[1 - index]!.every((value) => value === 7)).toBe(true);
      }
    }
  });

  test('comes back to what it began with', () => {
    const data = noise(2 * 24 * 40, 3);
    const back = data.slice();
    const fft = createFft2d(24, 40);
    fft.forward(back);
    fft.inverse(back);
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    back.forEach((value, index) => expect(Math.abs(value - data[index]!)).toBeLessThan(1e-12 * largest));
  });
});
