import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NotPositiveDefiniteError } from '../errors.js';
import { solveInEnvelope } from './envelope-cholesky.js';

/** Gaussian elimination with pivoting on the full matrix. */
function solveDense(matrix: number[][], right: ArrayLike<number>): number[] {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (let column = 0; column < size; column++) {
    const pivot = rows.slice(column).reduce((best, row, i) => {
      return Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? i + column : best;
    }, column);
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= size; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}

/** A banded, diagonally dominant matrix whose band starts where `width` says. */
function bandedMatrix(
  size: number,
  width: number,
): { first: Int32Array; entry: (i: number, j: number) => number } {
  const first = Int32Array.from({ length: size }, (_, row) => Math.max(0, row - width - (row % 3)));
  // an envelope row may not start before the row above it reaches: any profile is allowed, so no fix-up is needed
  return { first, entry: (i, j) => (i === j ? 2 * width + 8 : Math.sin(i * 3.1 + j * 3.1)) };
}

describe('solveInEnvelope', () => {
  test('solves what Gaussian elimination on the full matrix solves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 110 }), fc.integer({ min: 0, max: 120 }), (size, width) => {
        const { first, entry } = bandedMatrix(size, width);
        const dense = Array.from({ length: size }, (_, i) =>
          Array.from({ length: size }, (__, j) => {
            const [low, high] = [Math.min(i, j), Math.max(i, j)];
            return low >= first[high]! ? entry(high, low) : 0;
          }),
        );
        const right = Float64Array.from({ length: size }, (_, i) => Math.cos(i));
        const expected = solveDense(dense, right);
        solveInEnvelope(first, entry, right).forEach((value, i) =>
          expect(value).toBeCloseTo(expected[i]!, 11),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('says which pivot is not positive', () => {
    const gap = (row: number, column: number): number => (row === column && row !== 35 ? 1 : 0);
    expect(() => solveInEnvelope(new Int32Array(40), gap, new Float64Array(40))).toThrow(
      NotPositiveDefiniteError,
    );
    expect(() => solveInEnvelope(new Int32Array(2), () => 1, new Float64Array(2))).toThrow(
      expect.objectContaining({ tag: 'not-positive-definite', row: 1, pivot: 0 }),
    );
  });
});
