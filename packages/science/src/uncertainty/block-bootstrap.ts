import { UndefinedScoreError } from '../errors.js';

/** Sums of one day over the scored points; the same days for every entry of a board. */
export type DailySeries = {
  /** Days since 1950-01-01, shape `[T]`. */
  readonly timeDays: readonly number[];
  /** Σ (m − r)², m², shape `[T]`. */
  readonly squaredErrorM2: readonly number[];
  /** Σ r², m², shape `[T]`. */
  readonly squaredReferenceM2: readonly number[];
  /** Points, shape `[T]`. */
  readonly pointCount: readonly number[];
};

/**
 * What µ is of the sums of days: `pooled` 1 − sqrt(ΣΣe²)/sqrt(ΣΣr²) over all days together (gridded protocols), or the
 * `mean-of-days` of 1 − rms(e)/rms(r) (along a track).
 */
export type MuDefinition = 'pooled' | 'mean-of-days';

/** How days are resampled. Everything that an interval depends on besides the series. */
export type ResamplingPlan = {
  readonly dayCount: number;
  readonly blockDays: number;
  readonly replicateCount: number;
  /** Deviations of the replicates from the estimate are multiplied by this. */
  readonly widening: number;
  /** First day of each block, shape `[replicateCount × blockCount]`; blocks run on at the start of the period. */
  readonly starts: Int32Array;
};

/** Longer than the errors of maps remember each other: see docs/scores/board.md. Days. */
const LEAST_BLOCK_DAYS = 14;
/** Longer periods have longer blocks, which cut less of the memory of the errors: at most so many. */
const MOST_BLOCKS = 12;
/** Fewer blocks tell nothing of their spread. */
const MINIMUM_BLOCKS = 3;
const REPLICATE_COUNT = 1_000;
/** Two entries are told apart where the interval of their difference at this level leaves out 0. */
export const LEVEL = 0.95;

/**
 * Blocks of consecutive days drawn with replacement (circular moving-block bootstrap), the same for every entry, so that
 * differences are paired. Deterministic: it depends on the number of days alone.
 *
 * `widening` corrects for few blocks, which make the spread of replicates too small: the variance of block means loses
 * 1 − L/T with the mean, and has about 3T/(2L) degrees of freedom (Bartlett weights), so that Student's quantile stands
 * in for the normal one.
 *
 * @param dayCount - T.
 * @returns null where the period has fewer than three blocks.
 * Source: Politis and Romano 1992 (circular block bootstrap); degrees of freedom: Priestley 1981, table 6.2 (Bartlett window).
 */
export function resamplingPlan(
  dayCount: number,
  { replicateCount = REPLICATE_COUNT } = {},
): ResamplingPlan | null {
  const blockDays = Math.max(LEAST_BLOCK_DAYS, Math.ceil(dayCount / MOST_BLOCKS));
  if (dayCount < MINIMUM_BLOCKS * blockDays) return null;
  const random = mulberry32(dayCount);
  const blockCount = Math.ceil(dayCount / blockDays);
  const starts = new Int32Array(replicateCount * blockCount);
  for (let index = 0; index < starts.length; index++) starts[index] = Math.floor(random() * dayCount);
  const degreesOfFreedom = (3 * dayCount) / (2 * blockDays);
  const widening =
    studentQuantile((1 + LEVEL) / 2, degreesOfFreedom) /
    NORMAL_QUANTILE /
    Math.sqrt(1 - blockDays / dayCount);
  return { dayCount, blockDays, replicateCount, widening, starts };
}

/** Replicates of the scores of one entry, widened about its own scores. */
export type Replicates = {
  readonly mu: number;
  readonly sigma: number;
  /** Shape `[replicateCount]`. */
  readonly muReplicates: Float64Array;
  readonly muInterval: [number, number];
  readonly sigmaInterval: [number, number];
  /** All but half a tail of the replicates of µ lie above the first and below the second: see `isSeparablyBetter`. */
  readonly muInner: readonly [number, number];
};

/**
 * µ and σ of every replicate.
 *
 * @throws UndefinedScoreError if the series has another number of days than the plan, or no reference power.
 */
export function replicatesOf(
  series: DailySeries,
  plan: ResamplingPlan,
  definition: MuDefinition,
): Replicates {
  const { dayCount, replicateCount, widening } = plan;
  if (series.timeDays.length !== dayCount)
    throw new UndefinedScoreError(`the series has ${series.timeDays.length} days, the plan ${dayCount}`);
  const whole = scoresOfSeries(series, definition);
  const dailyScore = dailyScores(series);
  const error = resampledSums(series.squaredErrorM2, plan);
  const reference = resampledSums(series.squaredReferenceM2, plan);
  const score = resampledSums(dailyScore, plan);
  const squaredScore = resampledSums(
    dailyScore.map((value) => value * value),
    plan,
  );
  const muReplicates = new Float64Array(replicateCount);
  const sigmaReplicates = new Float64Array(replicateCount);
  for (let replicate = 0; replicate < replicateCount; replicate++) {
    const mean = score[replicate]! / dayCount;
    const mu = definition === 'pooled' ? 1 - Math.sqrt(error[replicate]! / reference[replicate]!) : mean;
    const sigma = Math.sqrt(Math.max(0, squaredScore[replicate]! / dayCount - mean * mean));
    muReplicates[replicate] = whole.mu + widening * (mu - whole.mu);
    sigmaReplicates[replicate] = whole.sigma + widening * (sigma - whole.sigma);
  }
  const sorted = muReplicates.toSorted();
  const halfTail = Math.floor(tailCount(replicateCount, LEVEL) / 2);
  return {
    ...whole,
    muReplicates,
    muInterval: interval(sorted),
    sigmaInterval: interval(sigmaReplicates),
    muInner: [sorted[halfTail]!, sorted[replicateCount - 1 - halfTail]!],
  };
}

/**
 * µ and σ of a whole series: those of the scorer.
 *
 * @throws UndefinedScoreError if there is no day, or the reference is 0 on one.
 */
export function scoresOfSeries(
  series: DailySeries,
  definition: MuDefinition,
): { readonly mu: number; readonly sigma: number } {
  const daily = dailyScores(series);
  if (daily.length === 0 || !daily.every(Number.isFinite))
    throw new UndefinedScoreError('there is no day, or the reference is 0 on one');
  const mean = total(daily) / daily.length;
  const sigma = Math.sqrt(total(daily.map((score) => (score - mean) ** 2)) / daily.length);
  if (definition === 'mean-of-days') return { mu: mean, sigma };
  return { mu: 1 - Math.sqrt(total(series.squaredErrorM2) / total(series.squaredReferenceM2)), sigma };
}

/** 1 − RMSE/RMS(reference) of each day: the number of points cancels. */
function dailyScores({ squaredErrorM2, squaredReferenceM2 }: DailySeries): number[] {
  return squaredErrorM2.map((sum, day) => 1 - Math.sqrt(sum / squaredReferenceM2[day]!));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Sums over the days of each replicate; its last block is cut so that there are T days. */
function resampledSums(values: readonly number[], plan: ResamplingPlan): Float64Array {
  const { dayCount, blockDays, replicateCount, starts } = plan;
  const prefix = circularSums(values);
  const blockCount = starts.length / replicateCount;
  const lastLength = dayCount - (blockCount - 1) * blockDays;
  const sums = new Float64Array(replicateCount);
  for (let replicate = 0; replicate < replicateCount; replicate++) {
    let sum = 0;
    for (let block = 0; block < blockCount; block++) {
      const start = starts[replicate * blockCount + block]!;
      sum += prefix[start + (block === blockCount - 1 ? lastLength : blockDays)]! - prefix[start]!;
    }
    sums[replicate] = sum;
  }
  return sums;
}

/** Sums of the first n values of a series that is repeated once, n = 0 … 2T. */
function circularSums(values: readonly number[]): Float64Array {
  const sums = new Float64Array(2 * values.length + 1);
  for (let index = 0; index < 2 * values.length; index++)
    sums[index + 1] = sums[index]! + values[index % values.length]!;
  return sums;
}

/** Both ends of the interval that holds the middle `level` of values: order statistics, so the same on every machine. */
export function interval(values: Float64Array, level: number = LEVEL): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const tail = tailCount(sorted.length, level);
  return [sorted[tail]!, sorted[sorted.length - 1 - tail]!];
}

/** How many of `count` values lie in each tail outside of the interval. */
export function tailCount(count: number, level: number): number {
  return Math.floor(((1 - level) / 2) * count);
}

/** 0.975 quantile of the normal distribution. */
const NORMAL_QUANTILE = 1.959963984540054;

/**
 * Quantile of Student's t, by Hill's expansion about the normal quantile.
 *
 * Source: Abramowitz and Stegun 26.7.5; exact to 0.3 % from 4 degrees of freedom at 0.975.
 */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability !== 0.975) throw new RangeError('only the 0.975 quantile is known here');
  const z = NORMAL_QUANTILE;
  const n = degreesOfFreedom;
  const [z3, z5, z7, z9] = [z ** 3, z ** 5, z ** 7, z ** 9];
  return (
    z +
    (z3 + z) / (4 * n) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * n ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92_160 * n ** 4)
  );
}

/** A small generator of uniform numbers in [0, 1) with a stated seed. Source: mulberry32, public domain. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
