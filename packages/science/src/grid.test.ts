import { describe, expect, test } from 'vitest';
import { IrregularGridError, ShapeMismatchError } from './errors.js';
import { axisSpacing, isSameAxis, isSameGrid, requireLength, type RegularGrid } from './grid.js';

const axis = (...values: number[]): Float64Array => Float64Array.from(values);

describe('axisSpacing', () => {
  test('is the mean step', () => {
    expect(axisSpacing(axis(1, 1.5, 2), 'latitude')).toBe(0.5);
  });

  test('accepts the round-off of accumulated steps', () => {
    const accumulated = new Float64Array(1721);
    let value = -79;
    for (let index = 0; index < 1721; index++, value += 0.05) accumulated[index] = value;
    expect(axisSpacing(accumulated, 'longitude')).toBeCloseTo(0.05, 12);
  });

  test.each([
    { name: 'a single value', values: axis(3) },
    { name: 'no value', values: axis() },
    { name: 'a descending axis', values: axis(3, 2, 1) },
    { name: 'a repeated value', values: axis(1, 1, 2) },
    { name: 'a missing step', values: axis(1, 2, 4, 5) },
    { name: 'a step that is 0.2 % off', values: axis(0, 1, 2.002, 3) },
    { name: 'a NaN', values: axis(0, NaN, 2) },
    { name: 'an infinite end', values: axis(0, 1, Infinity) },
  ])('refuses $name with the axis in the error', ({ values }) => {
    expect(() => axisSpacing(values, 'time')).toThrow(IrregularGridError);
    expect(() => axisSpacing(values, 'time')).toThrow(
      expect.objectContaining({ tag: 'irregular-grid', axis: 'time' }),
    );
  });
});

describe('isSameAxis', () => {
  test('matches by tolerance, never by equality', () => {
    expect(isSameAxis(axis(1, 2), axis(1 + 5e-7, 2 - 5e-7), 1e-6)).toBe(true);
    expect(isSameAxis(axis(1, 2), axis(1, 2 + 2e-6), 1e-6)).toBe(false);
    expect(isSameAxis(axis(1, 2), axis(1, 2, 3), 1e-6)).toBe(false);
    expect(isSameAxis(axis(1), axis(NaN), 1e-6)).toBe(false);
  });
});

describe('isSameGrid', () => {
  const grid: RegularGrid = { timeDays: axis(1, 2), latDeg: axis(30, 31), lonDeg: axis(-60, -59) };
  test.each(['timeDays', 'latDeg', 'lonDeg'] as const)('notices another %s', (name) => {
    expect(isSameGrid(grid, grid)).toBe(true);
    expect(isSameGrid(grid, { ...grid, [name]: grid[name].map((value) => value + 1e-3) })).toBe(false);
  });
});

describe('requireLength', () => {
  test('says what was found and needed', () => {
    expect(() => requireLength('reference', [1, 2], 3)).toThrow(ShapeMismatchError);
    expect(() => requireLength('reference', [1, 2], 3)).toThrow("'reference' holds 2 values, needs 3");
  });
});
