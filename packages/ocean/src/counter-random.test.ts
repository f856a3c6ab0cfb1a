import { describe, expect, test } from 'vitest';
import { combineKeys, fillNormal, keyOf } from './counter-random.js';

function normals(key: number, count: number): Float64Array {
  const values = new Float64Array(count);
  fillNormal(key, values, 0, count);
  return values;
}

function moment(values: Float64Array, power: number): number {
  return values.reduce((sum, value) => sum + value ** power, 0) / values.length;
}

describe('fillNormal', () => {
  const values = normals(keyOf('noise'), 200_000);

  test('has the moments of the standard normal distribution', () => {
    // Standard errors for 200 000 numbers: 0.0022, 0.0032, 0.0087, 0.022; four of each are allowed.
    expect(Math.abs(moment(values, 1))).toBeLessThan(0.009);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.013);
    expect(Math.abs(moment(values, 3))).toBeLessThan(0.035);
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.09);
  });

  test('has as many values beyond each bound as the distribution', () => {
    const beyond = (bound: number): number => values.filter((value) => value > bound).length / values.length;
    // Source of the shares: tables of the normal distribution; four standard errors.
    expect(Math.abs(beyond(1) - 0.15866)).toBeLessThan(0.0033);
    expect(Math.abs(beyond(2) - 0.02275)).toBeLessThan(0.0014);
    expect(Math.abs(beyond(3) - 0.00135)).toBeLessThan(0.00033);
  });

  test('has numbers that do not follow each other, within a key and from key to key', () => {
    const correlation = (a: (index: number) => number, b: (index: number) => number): number => {
      let sum = 0;
      for (let index = 0; index < 50_000; index++) sum += a(index) * b(index);
      return sum / 50_000;
    };
    for (const lag of [1, 2, 3, 26, 52]) {
      expect(
        Math.abs(
          correlation(
            (i) => values[i]!,
            (i) => values[i + lag]!,
          ),
        ),
      ).toBeLessThan(0.018);
    }
    const firstOf = Float64Array.from({ length: 50_001 }, (_, key) => normals(combineKeys(7, key), 1)[0]!);
    expect(
      Math.abs(
        correlation(
          (i) => firstOf[i]!,
          (i) => firstOf[i + 1]!,
        ),
      ),
    ).toBeLessThan(0.018);
    expect(Math.abs(moment(firstOf, 2) - 1)).toBeLessThan(0.026);
  });

  test('gives the same numbers for the same key, whatever was asked for before', () => {
    const again = normals(keyOf('noise'), 11);
    normals(3, 5);
    expect([...again]).toEqual([...values.subarray(0, 11)]);
    expect([...normals(keyOf('noise') + 1, 11)]).not.toEqual([...again]);
  });
});

describe('combineKeys', () => {
  test('tells whole numbers apart that agree in their lower 32 bits, and negative ones', () => {
    const keys = [5, 5 + 2 ** 32, -5, 6].map((value) => combineKeys(1, value));
    expect(new Set(keys).size).toBe(4);
  });
});
