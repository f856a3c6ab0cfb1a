import type { ChunkResult } from './score-chunks.js';

/** RMSE of every point, and the squared error that is left when each point's mean error is taken away. */
export function pointTotals(
  chunks: readonly ChunkResult[],
  dayCount: number,
): { rmseM: Float64Array; squaredErrorWithoutMean: number } {
  const length = chunks.reduce((sum, chunk) => sum + chunk.errorSums.length, 0);
  const rmseM = new Float64Array(length);
  let squaredErrorWithoutMean = 0;
  let offset = 0;
  for (const { missingCounts, errorSums, squaredErrorSums } of chunks) {
    for (let point = 0; point < errorSums.length; point++) {
      const count = dayCount - missingCounts[point]!;
      const squares = squaredErrorSums[point]!;
      rmseM[offset + point] = Math.sqrt(squares / count); // 0/0 is NaN: nothing was scored there
      if (count > 0) squaredErrorWithoutMean += squares - errorSums[point]! ** 2 / count;
    }
    offset += errorSums.length;
  }
  return { rmseM, squaredErrorWithoutMean };
}
