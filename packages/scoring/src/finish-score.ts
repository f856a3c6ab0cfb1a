import type { CheckWarning, Diagnostics, Scores } from '@sillage/contracts';
import type { DecodingWarning } from '@sillage/netcdf/portable';
import {
  mergeStatistics,
  scoresFromStatistics,
  type HolePolicy,
  type MapStatistics,
  type RegularGrid,
  type StatisticName,
} from '@sillage/science';
import { refuseHoles } from './refuse-holes.js';
import { diagnosticsOf } from './score-diagnostics.js';

/** The statistics without which there is no score, nor the curves that go with it. */
export const SCORE_STATISTICS = [
  'daily',
  'holes',
  'spectrum',
  'oceanSegments',
] as const satisfies readonly StatisticName[];
export type ScoreStatisticName = (typeof SCORE_STATISTICS)[number];

/** What is told of a map that was compared with a gridded reference. */
export type FinishedScore<Name extends StatisticName = ScoreStatisticName> = {
  scores: Scores;
  diagnostics: Diagnostics;
  /** Of the whole map. */
  statistics: MapStatistics<Name>;
  warnings: CheckWarning[];
};

export type FinishOptions = {
  reconstruction: { grid: RegularGrid; warnings: readonly DecodingWarning[] };
  /** What messages call the reconstruction. */
  subject: string;
  holes: HolePolicy;
};

/**
 * The scores of a map from the statistics of its chunks, in their order.
 *
 * @throws RejectionError where the map has holes, unless `holes` lets them pass.
 */
export function finishScore<Name extends StatisticName>(
  [first, ...others]: readonly MapStatistics<Name | ScoreStatisticName>[],
  { reconstruction, subject, holes }: FinishOptions,
): FinishedScore<Name | ScoreStatisticName> {
  if (!first) throw new RangeError('a scored grid without rows');
  const statistics = mergeStatistics(first, ...others);
  if (holes === 'refuse') refuseHoles(statistics, reconstruction.grid, subject);
  const scores = scoresFromStatistics(statistics, { holes });
  return {
    scores: { ...scores, lambdaXKm: null },
    diagnostics: diagnosticsOf(statistics),
    statistics,
    warnings: [...reconstruction.warnings],
  };
}
