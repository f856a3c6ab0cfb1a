import type { ChunkResult } from './score-chunks.js';

/** RMSE of every point over the days, m, shape `[lat, lon]`; NaN where nothing was scored. */
export function pointRmse(chunks: readonly ChunkResult[], dayCount: number): Float64Array {
  const rmseM = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk.squaredErrorSums.length, 0));
  let offset = 0;
  for (const { missingCounts, squaredErrorSums } of chunks) {
    squaredErrorSums.forEach((squares, point) => {
      rmseM[offset + point] = Math.sqrt(squares / (dayCount - missingCounts[point]!));
    });
    offset += squaredErrorSums.length;
  }
  return rmseM;
}
