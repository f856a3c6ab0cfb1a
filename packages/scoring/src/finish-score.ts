import type { CheckWarning, Diagnostics, Scores } from '@sillage/contracts';
import type { DecodingWarning } from '@sillage/netcdf/portable';
import {
  scoresFromStatistics,
  type HolePolicy,
  type RegularGrid,
  type ScoreStatistics,
} from '@sillage/science';
import { pointRmse } from './point-rmse.js';
import { refuseHoles } from './refuse-holes.js';
import { mergedStatistics, type ChunkResult } from './score-chunks.js';
import { diagnosticsOf } from './score-diagnostics.js';

/** What is told of a map that was compared with a gridded reference. */
export type FinishedScore = {
  scores: Scores;
  diagnostics: Diagnostics;
  /** Mergeable sufficient statistics, JSON-able. */
  statistics: ScoreStatistics;
  /** RMSE(x,y) in metres, C order [lat, lon], NaN where nothing was scored. */
  rmseMap: { latDeg: Float64Array; lonDeg: Float64Array; rmseM: Float64Array };
  warnings: CheckWarning[];
};

export type FinishOptions = {
  /** The scored grid. */
  grid: RegularGrid;
  reconstruction: { grid: RegularGrid; warnings: readonly DecodingWarning[] };
  /** What messages call the reconstruction. */
  subject: string;
  holes: HolePolicy;
};

/**
 * The scores of a map from those of its chunks.
 *
 * @throws RejectionError where the map has holes, unless `holes` lets them pass.
 */
export function finishScore(
  chunks: readonly ChunkResult[],
  { grid, reconstruction, subject, holes }: FinishOptions,
): FinishedScore {
  const statistics = mergedStatistics(chunks);
  if (holes === 'refuse') refuseHoles(statistics, reconstruction.grid, subject);
  const scores = scoresFromStatistics(statistics, { holes });
  return {
    scores: { ...scores, lambdaXKm: null },
    diagnostics: diagnosticsOf(statistics),
    statistics,
    rmseMap: { latDeg: grid.latDeg, lonDeg: grid.lonDeg, rmseM: pointRmse(chunks, grid.timeDays.length) },
    warnings: [...reconstruction.warnings],
  };
}
