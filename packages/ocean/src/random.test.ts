import { describe, expect, test } from 'vitest';
import { normalNumber, seededRandom } from './random.js';

function numbers(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
}

describe('seededRandom', () => {
  test('gives the same numbers for the same seed and others for another', () => {
    expect(numbers(42, 100)).toEqual(numbers(42, 100));
    expect(numbers(42, 100)).not.toEqual(numbers(43, 100));
    // Seeds that differ above bit 32 only.
    expect(numbers(1, 100)).not.toEqual(numbers(1 + 2 ** 32, 100));
  });

  test('equals sfc32 written with 64-bit integers', () => {
    const mask = 0xffff_ffffn;
    let [a, b, c, counter] = [0n, 20121001n, 0n, 1n];
    const next = (): number => {
      const sum = (a + b + counter) & mask;
      counter = (counter + 1n) & mask;
      a = b ^ (b >> 9n);
      b = (c + (c << 3n)) & mask;
      c = (((c << 21n) | (c >> 11n)) + sum) & mask;
      return Number(sum) / 2 ** 32;
    };
    for (let discarded = 0; discarded < 12; discarded++) next();
    expect(numbers(20121001, 1000)).toEqual(Array.from({ length: 1000 }, next));
  });

  test('is uniform: mean 1/2 and variance 1/12 within four standard errors', () => {
    const drawn = numbers(7, 20_000);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / drawn.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / drawn.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / drawn.length));
  });
});

describe('normalNumber', () => {
  test('has mean 0 and variance 1 within four standard errors', () => {
    const random = seededRandom(3);
    const drawn = Array.from({ length: 20_000 }, () => normalNumber(random));
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + value * value, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(drawn.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / drawn.length));
  });

  test('is finite when the uniform number is 0', () => {
    expect(normalNumber(() => 0)).toBeCloseTo(0);
  });
});
