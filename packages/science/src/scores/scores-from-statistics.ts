import { IncompleteCoverageError, UndefinedScoreError } from '../errors.js';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import type { ProtocolId } from '../protocols/score-protocol.js';
import type { PsdScore } from '../spectra/psd-score.js';
import type { DailySums } from '../statistics/daily-sums.js';
import { finishStatistic, type MapStatistics } from '../statistics/map-statistics.js';

/** Why an effective resolution has no value; same strings as in the contracts. */
export type UnresolvedReason =
  | 'everything-resolved'
  | 'nothing-resolved'
  | 'identical'
  | 'undefined-spectrum';

/** What µ, σ, λx, λt and the RMSE are computed from. */
export type ScoreStatistics = MapStatistics<'daily' | 'holes' | 'spectrum'>;

/**
 * What a hole of the reconstruction means: `refuse` throws; `as-2020a` skips it, as the challenge's own code does,
 * which lets a method win by leaving out hard points.
 */
export type HolePolicy = 'refuse' | 'as-2020a';

/** What the first contour of a PSD score says. */
export type EffectiveResolution = {
  /** λx in degrees of longitude; `null` when `unresolved` says why. */
  readonly lambdaXDeg: number | null;
  /** λt in days; `null` when `unresolved` says why. */
  readonly lambdaTDays: number | null;
  readonly unresolved: UnresolvedReason | null;
  /** The λ whose contour reaches the end of the spectrum: upper bounds, "at least this good". */
  readonly atGridLimit: ('lambdaXDeg' | 'lambdaTDays')[];
};

/** The same over pieces of latitude rows without land. */
export type OpenOceanResolution = EffectiveResolution & {
  /** Length of a piece, degrees of longitude. */
  readonly segmentDeg: number;
  readonly segmentCount: number;
};

/** The numbers of one evaluation, unrounded. */
export type GriddedScores = EffectiveResolution & {
  /** µ(RMSE), dimensionless; 1 is perfect. */
  readonly mu: number;
  /** σ(RMSE), dimensionless; 0 is steady. */
  readonly sigma: number;
  /** RMSE over all days and points, metres. */
  readonly rmseM: number;
};

/**
 * µ, σ, λx, λt and the RMSE.
 *
 * λx and λt are the minima over the first contour; where there is none, `unresolved` says why instead of a number.
 * A minimum on the shortest wavelength or period of the grid is an upper bound, named in `atGridLimit`.
 *
 * @param options.holes - default `refuse`.
 * @throws IncompleteCoverageError if the reconstruction has holes where the reference is valid (policy `refuse`).
 * @throws UndefinedScoreError if rows of the grid were not added, or the reference has no value or is 0 everywhere.
 * Source: ocean-data-challenges/2020a_SSH_mapping_NATL60, src/mod_eval.py.
 */
export function scoresFromStatistics(
  statistics: ScoreStatistics,
  options: { holes?: HolePolicy } = {},
): GriddedScores {
  if ((options.holes ?? 'refuse') === 'refuse') requireCompleteCoverage(statistics);
  requireAllRows(statistics);
  const totals = sumDays(statistics.daily);
  if (totals.referenceCount === 0) throw new UndefinedScoreError('the reference has no valid value');
  if (totals.squaredReferenceSum === 0) throw new UndefinedScoreError('the reference is 0 everywhere');
  if (totals.pairedCount === 0) throw new UndefinedScoreError('the reconstruction has no valid value');
  const rmseM = Math.sqrt(totals.squaredErrorSum / totals.pairedCount);
  const mu = 1 - rmseM / Math.sqrt(totals.squaredReferenceSum / totals.referenceCount);
  const sigma = populationStandardDeviation(finishStatistic('daily', statistics).rmseScore);
  const common = { mu, sigma, rmseM };
  if (totals.squaredErrorSum === 0) return { ...common, ...unresolvedBecause('identical') };
  return { ...common, ...resolutionOf(finishStatistic('spectrum', statistics), statistics.protocol) };
}

function resolutionOf(psd: PsdScore | null, protocol: ProtocolId): EffectiveResolution {
  if (psd === null || !psd.score.every(Number.isFinite)) return unresolvedBecause('undefined-spectrum');
  if (psd.contour === null) {
    const level = SCORE_PROTOCOLS[protocol].contourLevel;
    return unresolvedBecause(psd.score[0]! > level ? 'everything-resolved' : 'nothing-resolved');
  }
  const lambdaXDeg = Math.min(...psd.contour.map(([wavelengthDeg]) => wavelengthDeg));
  const lambdaTDays = Math.min(...psd.contour.map(([, periodDays]) => periodDays));
  const atGridLimit: EffectiveResolution['atGridLimit'] = [
    ...(isAtEnd(lambdaXDeg, psd.wavelengthDeg) ? (['lambdaXDeg'] as const) : []),
    ...(isAtEnd(lambdaTDays, psd.periodDays) ? (['lambdaTDays'] as const) : []),
  ];
  return { lambdaXDeg, lambdaTDays, unresolved: null, atGridLimit };
}

/** @throws IncompleteCoverageError with count and first place if the reconstruction has a hole where the reference is valid. */
export function requireCompleteCoverage(statistics: MapStatistics<'daily' | 'holes'>): void {
  const { count, first } = statistics.holes;
  if (first === null) return;
  const { grid } = statistics;
  throw new IncompleteCoverageError({
    missing: count,
    required: statistics.daily.reduce((sum, day) => sum + day.referenceCount, 0),
    first: {
      ...first,
      timeDays: grid.timeDays[first.timeIndex]!,
      latDeg: grid.latDeg[first.latIndex]!,
      lonDeg: grid.lonDeg[first.lonIndex]!,
    },
  });
}

/**
 * Effective resolution over the pieces of latitude rows that have no land; `null` where the statistics were collected
 * without them, or no row has a stretch of ocean that long. No number of a board: it tells what the steps at a coast hide.
 */
export function openOceanResolution(
  statistics: MapStatistics<'daily' | 'oceanSegments'>,
): OpenOceanResolution | null {
  const { oceanSegments: segments, grid, protocol } = statistics;
  if (!segments || segments.errorRowCount === 0) return null;
  const { lonDeg } = grid;
  const resolution =
    sumDays(statistics.daily).squaredErrorSum === 0
      ? unresolvedBecause('identical')
      : resolutionOf(finishStatistic('oceanSegments', statistics), protocol);
  return {
    segmentDeg: segments.lonCount * (segments.lonCount > 1 ? lonDeg[1]! - lonDeg[0]! : Number.NaN),
    segmentCount: segments.errorRowCount,
    ...resolution,
  };
}

/** A crossing between two nodes of the last column is interpolated, so it may miss that column by a rounding error. */
function isAtEnd(lambda: number, axis: Float64Array): boolean {
  return lambda <= axis.at(-1)! * (1 + 1e-9);
}

function unresolvedBecause(unresolved: UnresolvedReason): EffectiveResolution {
  return { lambdaXDeg: null, lambdaTDays: null, unresolved, atGridLimit: [] };
}

function requireAllRows(statistics: ScoreStatistics): void {
  const added = statistics.rows.reduce((sum, range) => sum + range.count, 0);
  const needed = statistics.grid.latDeg.length;
  if (added !== needed) throw new UndefinedScoreError(`${added} of ${needed} latitude rows have been added`);
}

function sumDays(daily: readonly DailySums[]) {
  const totals = { pairedCount: 0, squaredErrorSum: 0, referenceCount: 0, squaredReferenceSum: 0 };
  for (const day of daily) {
    totals.pairedCount += day.pairedCount;
    totals.squaredErrorSum += day.squaredErrorSum;
    totals.referenceCount += day.referenceCount;
    totals.squaredReferenceSum += day.squaredReferenceSum;
  }
  return totals;
}

/** Days without a score are skipped. */
function populationStandardDeviation(values: Float64Array): number {
  const valid = values.filter(Number.isFinite);
  const mean = valid.reduce((sum, value) => sum + value, 0) / valid.length;
  return Math.sqrt(valid.reduce((sum, value) => sum + (value - mean) ** 2, 0) / valid.length);
}
