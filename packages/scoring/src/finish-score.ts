import type { CheckWarning, Diagnostics, FurtherScoreKey, Scores } from '@sillage/contracts';
import type { DecodingWarning } from '@sillage/netcdf/portable';
import {
  furtherScoresOfMap,
  mergeStatistics,
  scoresFromStatistics,
  type HolePolicy,
  type MapStatistics,
  type RegularGrid,
  type ScoreStatisticName,
  type StatisticName,
} from '@sillage/science';
import { refuseHoles } from './refuse-holes.js';
import { diagnosticsOf } from './score-diagnostics.js';

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
  const further: Required<Pick<Scores, FurtherScoreKey>> = furtherScoresOfMap(statistics);
  return {
    scores: { ...scores, lambdaXKm: null, ...further },
    diagnostics: diagnosticsOf(statistics),
    statistics,
    warnings: [...reconstruction.warnings],
  };
}
