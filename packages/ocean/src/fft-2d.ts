import { createFftPlan } from '@sillage/science';

/** Two-dimensional transforms of interleaved complex numbers, shape [row, column, 2], in place. */
export type Fft2d = {
  /** Unscaled, exponent −i. */
  forward(data: Float64Array): void;
  /** Scaled by 1 / (rows · columns), exponent +i. */
  inverse(data: Float64Array): void;
};

/** Prepares the transform of a `rowCount` × `columnCount` grid out of one-dimensional plans. */
export function createFft2d(rowCount: number, columnCount: number): Fft2d {
  const alongRow = createFftPlan(columnCount);
  const alongColumn = createFftPlan(rowCount, columnCount);
  return {
    forward(data) {
      for (let row = 0; row < rowCount; row++) alongRow.forward(data, 2 * row * columnCount);
      alongColumn.forward(data);
    },
    inverse(data) {
      for (let row = 0; row < rowCount; row++) alongRow.inverse(data, 2 * row * columnCount);
      alongColumn.inverse(data);
    },
  };
}
