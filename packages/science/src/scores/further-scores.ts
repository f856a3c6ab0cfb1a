import type { AlongTrackStatistics } from '../along-track-scores/along-track-statistics.js';
import type { TrackComparison } from '../along-track-scores/track-points.js';
import type { MapStatistics, StatisticName } from '../statistics/map-statistics.js';

/** What the scores of a map are computed from. */
export const SCORE_STATISTICS = [
  'daily',
  'holes',
  'spectrum',
  'oceanSegments',
  'largestError',
] as const satisfies readonly StatisticName[];
export type ScoreStatisticName = (typeof SCORE_STATISTICS)[number];

/** How a score follows from what was summed; null where it has no value. */
type FurtherScore = {
  ofMap: (statistics: MapStatistics<ScoreStatisticName>) => number | null;
  /** Of the points with both heights; null where a track tells nothing of it. */
  ofTrack: (statistics: AlongTrackStatistics, comparison: TrackComparison) => number | null;
};

/** Scores beside µ, σ, λ and the RMSE, by their keys in the table of scores (`packages/contracts`). */
const FURTHER_SCORES = {
  explainedVariance: {
    ofMap: ({ daily }) =>
      explainedVariance(
        daily.map((day) => ({
          count: day.pairedCount,
          error: [day.errorSum, day.squaredErrorSum],
          reference: [day.pairedReferenceSum, day.pairedSquaredReferenceSum],
        })),
      ),
    ofTrack: ({ daily }) =>
      explainedVariance(
        daily.map((day) => ({
          count: day.pointCount,
          error: [day.errorSum, day.squaredErrorSum],
          reference: [day.trackSum, day.squaredTrackSum],
        })),
      ),
  },
  largestErrorM: {
    ofMap: ({ largestError }) => largestError,
    ofTrack: (_, { mapM, trackM }) =>
      mapM.reduce<number | null>((largest, height, index) => {
        const error = Math.abs(height - trackM[index]!);
        return Number.isNaN(error) ? largest : Math.max(largest ?? 0, error);
      }, null),
  },
} as const satisfies Record<string, FurtherScore>;

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

/** Of the points of a day: how many, and Σx and Σx² of error and reference, m and m². */
type Moments = {
  readonly count: number;
  readonly error: readonly [number, number];
  readonly reference: readonly [number, number];
};

/** 1 − var(error)/var(reference) over all points, each about its own mean; null where the reference does not vary. */
function explainedVariance(days: readonly Moments[]): number | null {
  const variance = (of: 'error' | 'reference'): number => {
    const total = (value: (day: Moments) => number) => days.reduce((sum, day) => sum + value(day), 0);
    const count = total((day) => day.count);
    return total((day) => day[of][1]) / count - (total((day) => day[of][0]) / count) ** 2;
  };
  const reference = variance('reference');
  // What is left of round-off may be below 0.
  return reference > 0 ? 1 - Math.max(0, variance('error')) / reference : null;
}
