import {
  isAlongTrackProtocol,
  SCORE_KEYS,
  SCORE_TABLE,
  type CoarseError,
  type DailySeries,
  type Protocol,
  type ScoreKey,
  type Scores,
  type ScoreValues,
} from '@sillage/contracts';
import { replicatesOf, resamplingPlan } from '@sillage/science/uncertainty';

/*
 * What a public test tells of a score (ADR 0039). Digits alone do not keep a truth: with two decimals, three hundred maps
 * near one's own took 40 to 70 % off its error. So a score is rounded to its standard error, and of one author only those
 * are told that are clearly better than all that were told before.
 */

/** Kept with a score when it is made, whatever the level: a later phase may be a public test. */
export type PublicTest = {
  /** Standard errors over days; null where there are too few of them. Dimensionless. */
  muError: number | null;
  sigmaError: number | null;
  /** It is not clearly better than what its author has been told on that board. */
  isHeldBack: boolean;
  /** Null for scores from before, and without sums of days. */
  coarseErrors: CoarseError[] | null;
};

/** A score as it is stored. Without `publicTest` a public test tells nothing of it. */
export type StoredScores = Scores & { publicTest: PublicTest | null };

/** Half a 95 % interval of a normal distribution in standard deviations. */
const HALF_INTERVAL = 1.96;

/** From the resampled days of a score. */
export function standardErrors(
  daily: DailySeries | null,
  protocol: Protocol,
): Pick<PublicTest, 'muError' | 'sigmaError'> {
  const plan = daily === null ? null : resamplingPlan(daily.timeDays.length);
  if (daily === null || plan === null) return { muError: null, sigmaError: null };
  const { muInterval, sigmaInterval } = replicatesOf(
    daily,
    plan,
    isAlongTrackProtocol(protocol) ? 'mean-of-days' : 'pooled',
  );
  const errorOf = ([low, high]: [number, number]) => (high - low) / 2 / HALF_INTERVAL;
  return { muError: errorOf(muInterval), sigmaError: errorOf(sigmaInterval) };
}

const COARSE_DAYS = 5;
const EPOCH_MS = Date.UTC(1950, 0, 1);
const dateOf = (timeDays: number): string =>
  new Date(EPOCH_MS + timeDays * 86_400_000).toISOString().slice(0, 10);

const STEPS_PER_DECADE = 10;

/** 1, 1.3, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 7.9, 10: about what five days of errors that last for days can tell. */
const onSteps = (value: number): number =>
  value === 0
    ? 0
    : Number((10 ** (Math.round(Math.log10(value) * STEPS_PER_DECADE) / STEPS_PER_DECADE)).toPrecision(2));

/** RMSE of each five days from the first on, of days that have a score; in ten steps a decade. */
export function coarseErrors(daily: DailySeries | null): CoarseError[] | null {
  if (daily === null) return null;
  const firstDay = Math.floor(daily.timeDays[0] ?? 0);
  const groups = new Map<number, number[]>();
  for (const [index, timeDays] of daily.timeDays.entries()) {
    const group = Math.floor((timeDays - firstDay) / COARSE_DAYS);
    const indices = groups.get(group);
    if (indices === undefined) groups.set(group, [index]);
    else indices.push(index);
  }
  const sum = (values: readonly number[], indices: readonly number[]) =>
    indices.reduce((total, index) => total + (values[index] ?? Number.NaN), 0);
  return [...groups.values()].map((indices) => {
    const meanSquareM2 = sum(daily.squaredErrorM2, indices) / sum(daily.pointCount, indices);
    const [first, last] = [indices[0] ?? 0, indices.at(-1) ?? 0];
    return {
      firstDay: dateOf(daily.timeDays[first] ?? Number.NaN),
      lastDay: dateOf(daily.timeDays[last] ?? Number.NaN),
      rmseM: onSteps(Math.sqrt(meanSquareM2)),
    };
  });
}

/**
 * µ may differ by that much between two maps that correlate by 0.9999 (same mean, same variance as the truth):
 * √(2 · (1 − 0.9999)). So a near-duplicate of an entry that was told is never told.
 */
const NEAR_DUPLICATE = Math.sqrt(2 * (1 - 0.9999));
/** The error has to fall by that share. */
const CLEARLY_SMALLER = 0.1;

/** @param toldMu - the best µ that its author was told on that board; null where there is none. */
export function isClearlyBetter(
  { mu, muError }: { mu: number; muError: number | null },
  toldMu: number | null,
): boolean {
  if (toldMu === null) return true;
  return mu - toldMu > Math.max(NEAR_DUPLICATE, CLEARLY_SMALLER * (1 - toldMu), muError ?? 0);
}

const MOST_DECIMALS = 3;
const DECIMALS_WITHOUT_ERROR = 2;

/** Decimals down to the first digit of the standard error. */
export function decimalsOf(error: number | null): number {
  if (error === null || !(error > 0)) return DECIMALS_WITHOUT_ERROR;
  return Math.min(MOST_DECIMALS, Math.max(0, -Math.floor(Math.log10(error))));
}

export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  // + 0 turns −0 into 0: nobody's score is "−0".
  return Math.round(value * factor) / factor + 0;
}

/** λ scatters by some ten percent between halves of a domain (docs/scores/board.md): two digits say all of it. */
const LENGTH_DIGITS = 2;

/**
 * What a public test tells of a value, as its row of the table of scores says; undefined where it is withheld.
 *
 * @param error - its standard error, null where it is not known.
 */
export function publicTestValue(
  key: ScoreKey,
  value: number | null | undefined,
  error: number | null,
): number | null | undefined {
  const { publicTest } = SCORE_TABLE[key];
  if (publicTest === undefined || value === undefined) return undefined;
  if (value === null) return null;
  switch (publicTest) {
    case 'standard error':
      return round(value, decimalsOf(error));
    case 'two digits':
      return Number(value.toPrecision(LENGTH_DIGITS));
    default:
      return round(value, publicTest);
  }
}

/** Of the scores that are told to their standard error. */
function standardErrorOf(key: ScoreKey, { mu, rmseM }: Scores, told: PublicTest): number | null {
  switch (key) {
    case 'mu':
      return told.muError;
    case 'sigma':
      return told.sigmaError;
    case 'rmseM':
      // The RMSE has the relative standard error of 1 − µ; metres, without an error to the centimetre.
      return told.muError === null || mu >= 1 ? null : (rmseM * told.muError) / (1 - mu);
    default:
      return null;
  }
}

/** @returns null where it is held back. */
export function publicTestScores({ publicTest, ...scores }: StoredScores): Scores | null {
  if (publicTest === null || publicTest.isHeldBack) return null;
  const values = SCORE_KEYS.flatMap((key) => {
    const value = publicTestValue(key, scores[key], standardErrorOf(key, scores, publicTest));
    return value === undefined ? [] : [[key, value] as const];
  });
  // The rows that are always there say that they are told: `disclosure.test.ts`.
  return {
    ...(Object.fromEntries(values) as ScoreValues<(typeof SCORE_KEYS)[number]>),
    unresolved: scores.unresolved,
    atGridLimit: scores.atGridLimit,
  };
}
