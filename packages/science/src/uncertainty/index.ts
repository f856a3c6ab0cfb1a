/*
 * Intervals and ranks from sums per day: the only part of this package that the backend may import (ADR 0017). It reads no
 * file and computes no score that is not a sum of what a scorer stored.
 */
export {
  interval,
  LEVEL,
  replicatesOf,
  resamplingPlan,
  scoresOfSeries,
  type DailySeries,
  type MuDefinition,
  type Replicates,
  type ResamplingPlan,
} from './block-bootstrap.js';
export {
  comparePair,
  RankCounts,
  rankIntervals,
  type PairComparison,
  type RankInterval,
} from './rank-intervals.js';
