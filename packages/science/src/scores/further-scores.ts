import type { AlongTrackStatistics } from '../along-track-scores/along-track-statistics.js';
import type { TrackComparison } from '../along-track-scores/track-points.js';
import type { MapStatistics, StatisticName } from '../statistics/map-statistics.js';

/** What the scores of a map are computed from. */
export const SCORE_STATISTICS = [
  'daily',
  'holes',
  'spectrum',
  'oceanSegments',
] as const satisfies readonly StatisticName[];
export type ScoreStatisticName = (typeof SCORE_STATISTICS)[number];

/** How a score follows from what was summed; null where it has no value. */
type FurtherScore = {
  ofMap: (statistics: MapStatistics<ScoreStatisticName>) => number | null;
  /** Of the points with both heights; null where a track tells nothing of it. */
  ofTrack: (statistics: AlongTrackStatistics, comparison: TrackComparison) => number | null;
};

/** Scores beside µ, σ, λ and the RMSE, by their keys in the table of scores (`packages/contracts`). */
const FURTHER_SCORES = {} as const satisfies Record<string, FurtherScore>;

type FurtherScores = Record<keyof typeof FURTHER_SCORES, number | null>;

export function furtherScoresOfMap(statistics: MapStatistics<ScoreStatisticName>): FurtherScores {
  return valuesOf(({ ofMap }) => ofMap(statistics));
}

export function furtherScoresOfTrack(
  statistics: AlongTrackStatistics,
  comparison: TrackComparison,
): FurtherScores {
  return valuesOf(({ ofTrack }) => ofTrack(statistics, comparison));
}

function valuesOf(valueOf: (score: FurtherScore) => number | null): FurtherScores {
  const values = Object.entries<FurtherScore>(FURTHER_SCORES).map(([key, score]) => [key, valueOf(score)]);
  return Object.fromEntries(values) as FurtherScores;
}
