import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors.js';
import { createFftPlan, isRaderPrime, stockhamRadices } from './fft-plan.js';

/** The defining sum, with the angle reduced exactly. */
function naiveDft(data: Float64Array, length: number): Float64Array {
  const cosines = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length }, (_, k) => Math.sin((2 * Math.PI * k) / length));
  const result = new Float64Array(2 * length);
  for (let k = 0; k < length; k++) {
    for (let n = 0; n < length; n++) {
      const turn = (k * n) % length;
      result[2 * k]! += data[2 * n]! * cosines[turn]! + data[2 * n + 1]! * sines[turn]!;
      result[2 * k + 1]! += data[2 * n + 1]! * cosines[turn]! - data[2 * n]! * sines[turn]!;
    }
  }
  return result;
}

function noise(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

function largest(a: Float64Array): number {
  return a.reduce((value, next) => Math.max(value, Math.abs(next)), 0);
}

describe('createFftPlan', () => {
  const small = Array.from({ length: 70 }, (_, index) => index + 1);
  test.each([...small, 121, 127, 128, 131, 169, 200, 254, 343, 600, 625, 1024, 1720])(
    'equals the defining sum for length %i',
    (length) => {
      const data = noise(2 * length, length);
      const expected = naiveDft(data, length);
      createFftPlan(length).forward(data);
      // 1e-11 of the largest output: float64 rounding over log2(1720) passes stays far below it
      expect(largestDifference(data, expected)).toBeLessThan(1e-11 * Math.max(1, largest(expected)));
    },
  );

  test.each([365, 731, 761, 1721, 1861])(
    'equals the defining sum for the length %i of a year or a basin',
    (length) => {
      const data = noise(2 * length, length);
      const expected = naiveDft(data, length);
      createFftPlan(length).forward(data);
      expect(largestDifference(data, expected)).toBeLessThan(1e-11 * largest(expected));
    },
  );

  test.each([
    [42, 7],
    [43, 3],
    [73, 4],
    [730, 3],
    [137, 5],
    [60, 4],
  ])('transforms length %i in a batch of %i as it does one by one', (length, batch) => {
    const data = noise(2 * length * batch, 5);
    const single = createFftPlan(length);
    const columns = Array.from({ length: batch }, (_, b) => {
      const column = new Float64Array(2 * length);
      for (let k = 0; k < length; k++)
        column.set(data.subarray(2 * (k * batch + b), 2 * (k * batch + b) + 2), 2 * k);
      single.forward(column);
      return column;
    });
    createFftPlan(length, batch).forward(data);
    columns.forEach((column, b) => {
      for (let k = 0; k < length; k++) {
        expect(data[2 * (k * batch + b)]).toBeCloseTo(column[2 * k]!, 11);
        expect(data[2 * (k * batch + b) + 1]).toBeCloseTo(column[2 * k + 1]!, 11);
      }
    });
  });

  test('leaves what lies outside its offset alone', () => {
    const data = noise(2 * 21 + 8, 3);
    const before = data.slice();
    createFftPlan(21).forward(data, 4);
    expect(data.subarray(0, 4)).toEqual(before.subarray(0, 4));
    expect(data.subarray(46)).toEqual(before.subarray(46));
  });

  const lengths = fc.integer({ min: 1, max: 300 });
  test('inverse undoes forward for any length', () => {
    fc.assert(
      fc.property(lengths, fc.integer(), (length, seed) => {
        const data = noise(2 * length, seed);
        const before = data.slice();
        const plan = createFftPlan(length);
        plan.forward(data);
        plan.inverse(data);
        expect(largestDifference(data, before)).toBeLessThan(1e-12);
      }),
    );
  });

  test('keeps the energy (Parseval) for any length', () => {
    fc.assert(
      fc.property(lengths, fc.integer(), (length, seed) => {
        const data = noise(2 * length, seed);
        const energy = data.reduce((sum, value) => sum + value * value, 0);
        createFftPlan(length).forward(data);
        const after = data.reduce((sum, value) => sum + value * value, 0) / length;
        expect(Math.abs(after - energy)).toBeLessThan(1e-12 * energy);
      }),
    );
  });

  test('a circular shift only turns the phase', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 150 }), fc.nat(), fc.integer(), (length, shift, seed) => {
        const data = noise(2 * length, seed);
        const shifted = new Float64Array(2 * length);
        for (let n = 0; n < length; n++) {
          shifted.set(data.subarray(2 * n, 2 * n + 2), 2 * ((n + shift) % length));
        }
        const plan = createFftPlan(length);
        plan.forward(data);
        plan.forward(shifted);
        for (let k = 0; k < length; k++) {
          const power = data[2 * k]! ** 2 + data[2 * k + 1]! ** 2;
          expect(shifted[2 * k]! ** 2 + shifted[2 * k + 1]! ** 2).toBeCloseTo(power, 8);
        }
      }),
    );
  });

  test.each([0, -1, 2.5, NaN, Infinity])('refuses the length %d', (length) => {
    expect(() => createFftPlan(length)).toThrow(InvalidOptionError);
  });

  test('cuts the lengths of the known grids into small passes', () => {
    expect(stockhamRadices(42)).toEqual([2, 3, 7]);
    expect(stockhamRadices(365)).toEqual([5, 73]);
    expect(stockhamRadices(1720)).toEqual([4, 2, 5, 43]);
    expect(stockhamRadices(1721)).toEqual([1721]);
  });

  test('takes a prime as a convolution where the number before it has small factors only', () => {
    expect([11, 23, 47, 59].filter(isRaderPrime)).toEqual([]);
    expect([73, 1721].every(isRaderPrime)).toBe(true);
  });
});
