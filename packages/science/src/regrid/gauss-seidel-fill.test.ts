import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeMismatchError } from '../errors.js';
import { gaussSeidelFill } from './gauss-seidel-fill.js';

const shape = { latCount: 9, lonCount: 11 };
const COUNT = shape.latCount * shape.lonCount;

describe('gaussSeidelFill', () => {
  test('leaves valid points alone and counts the filled ones', () => {
    const values = Float64Array.from({ length: 2 * COUNT }, (_, index) =>
      index % 5 === 0 ? NaN : Math.sin(index),
    );
    const before = values.slice();
    const filled = gaussSeidelFill(values, shape);
    expect(filled).toBe(before.filter(Number.isNaN).length);
    expect(values.every(Number.isFinite)).toBe(true);
    before.forEach((value, index) => {
      if (!Number.isNaN(value)) expect(values[index]).toBe(value);
    });
  });

  test('solves Laplace’s equation in the hole: a plane is continued to 1e-3 m', () => {
    const plane = Float64Array.from(
      { length: COUNT },
      (_, index) => 0.1 * (index % 11) + 0.2 * Math.floor(index / 11),
    );
    const values = plane.slice();
    for (let y = 3; y < 6; y++) for (let x = 3; x < 8; x++) values[y * 11 + x] = NaN;
    gaussSeidelFill(values, shape);
    values.forEach((value, index) => expect(Math.abs(value - plane[index]!)).toBeLessThan(1e-3));
  });

  test('never leaves the range of the valid values by more than it stops at', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -1, max: 1, noNaN: true })), { minLength: 99, maxLength: 99 }),
        (field) => {
          const valid = field.filter((value) => value !== null);
          fc.pre(valid.length > 0);
          const values = Float64Array.from(field, (value) => value ?? NaN);
          gaussSeidelFill(values, shape);
          const [low, high] = [Math.min(0, ...valid), Math.max(0, ...valid)];
          values.forEach((value) => {
            expect(value).toBeGreaterThan(low - 0.01);
            expect(value).toBeLessThan(high + 0.01);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test('turns a slice without any value into zeros, the trap that the platform refuses', () => {
    const values = new Float32Array(COUNT).fill(NaN);
    expect(gaussSeidelFill(values, shape)).toBe(COUNT);
    expect(values.every((value) => value === 0)).toBe(true);
  });

  test('does nothing to a complete field', () => {
    const values = new Float64Array(COUNT).fill(2);
    expect(gaussSeidelFill(values, shape)).toBe(0);
  });

  test('refuses a part of a slice', () => {
    expect(() => gaussSeidelFill(new Float64Array(COUNT + 1), shape)).toThrow(ShapeMismatchError);
  });
});
