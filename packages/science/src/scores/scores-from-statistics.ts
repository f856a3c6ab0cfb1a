import { IncompleteCoverageError, UndefinedScoreError } from '../errors.js';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import { firstContour, type ContourLine } from './first-contour.js';
import type { ProtocolId } from '../protocols/score-protocol.js';
import type { DailySums, ScoreStatistics, SpectrumSums } from './score-statistics.js';

/** Why an effective resolution has no value; same strings as in the contracts. */
export type UnresolvedReason =
  'everything-resolved' | 'nothing-resolved' | 'identical' | 'undefined-spectrum';

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

/** One value per day; NaN on a day without any scored point. */
export type DailyScores = {
  /** Days since 1950-01-01 UTC, shape `[T]`. */
  readonly timeDays: Float64Array;
  /** 1 − RMSE/RMS(reference), dimensionless, shape `[T]`. */
  readonly rmseScore: Float64Array;
  /** Metres, shape `[T]`. */
  readonly rmseM: Float64Array;
};

/** 1 − PSD(error)/PSD(reference) over period and zonal wavelength. */
export type PsdScore = {
  /** Cycles/day, ascending, shape `[F]`. */
  readonly frequencyPerDay: Float64Array;
  /** Cycles/degree of longitude, ascending, shape `[K]`. */
  readonly wavenumberPerDeg: Float64Array;
  /** Days, descending, shape `[F]`. */
  readonly periodDays: Float64Array;
  /** Degrees of longitude, descending, shape `[K]`. */
  readonly wavelengthDeg: Float64Array;
  /** Dimensionless, shape `[F, K]`; NaN or −Infinity where the reference has no power. */
  readonly score: Float64Array;
  /** First contour at the protocol's level as [wavelength °, period days]; `null` if there is none. */
  readonly contour: ContourLine | null;
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
  const sigma = populationStandardDeviation(dailyScoresFromStatistics(statistics).rmseScore);
  const common = { mu, sigma, rmseM };
  if (totals.squaredErrorSum === 0) return { ...common, ...unresolvedBecause('identical') };
  return { ...common, ...resolutionOf(psdScoreFromStatistics(statistics), statistics.protocol) };
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
export function requireCompleteCoverage(statistics: ScoreStatistics): void {
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

/** RMSE score and RMSE of each day. */
export function dailyScoresFromStatistics(statistics: ScoreStatistics): DailyScores {
  const rmseM = statistics.daily.map((day) => Math.sqrt(day.squaredErrorSum / day.pairedCount));
  const rmsM = statistics.daily.map((day) => Math.sqrt(day.squaredReferenceSum / day.referenceCount));
  return {
    timeDays: Float64Array.from(statistics.grid.timeDays),
    rmseScore: Float64Array.from(rmseM, (value, index) =>
      rmsM[index] === 0 ? NaN : 1 - value / rmsM[index]!,
    ),
    rmseM: Float64Array.from(rmseM),
  };
}

/**
 * The PSD score and its first contour; `null` where the protocol has no spectrum: no complete latitude row, or fewer
 * than two positive frequencies below Nyquist in a dimension.
 *
 * Differs: the grid step is the mean step, where xrft takes the first one; they differ by round-off only.
 */
export function psdScoreFromStatistics(statistics: ScoreStatistics): PsdScore | null {
  const { spectrum, grid, protocol } = statistics;
  return psdScoreOf(spectrum, grid, protocol);
}

/**
 * Effective resolution over the pieces of latitude rows that have no land; `null` where the statistics were collected
 * without them, or no row has a stretch of ocean that long. No number of a board: it tells what the steps at a coast hide.
 */
export function openOceanResolution(statistics: ScoreStatistics): OpenOceanResolution | null {
  const { oceanSegments: segments, grid, protocol } = statistics;
  if (!segments || segments.errorRowCount === 0) return null;
  const lonDeg = grid.lonDeg.slice(0, segments.lonCount);
  const totals = sumDays(statistics.daily);
  const resolution =
    totals.squaredErrorSum === 0
      ? unresolvedBecause('identical')
      : resolutionOf(psdScoreOf(segments, { ...grid, lonDeg }, protocol), protocol);
  return {
    segmentDeg: segments.lonCount * (lonDeg.length > 1 ? lonDeg[1]! - lonDeg[0]! : Number.NaN),
    segmentCount: segments.errorRowCount,
    ...resolution,
  };
}

function psdScoreOf(
  spectrum: SpectrumSums,
  grid: Pick<ScoreStatistics['grid'], 'timeDays' | 'lonDeg'>,
  protocol: ProtocolId,
): PsdScore | null {
  const { frequencyCount, wavenumberCount, errorRowCount, referenceRowCount } = spectrum;
  if (errorRowCount === 0 || referenceRowCount === 0 || frequencyCount < 2 || wavenumberCount < 2)
    return null;
  const score = Float64Array.from(spectrum.errorPsdSum);
  for (let index = 0; index < score.length; index++) {
    const referencePsd = spectrum.referencePsdSum[index]! / referenceRowCount;
    score[index] = 1 - score[index]! / errorRowCount / referencePsd;
  }
  const frequencyPerDay = positiveFrequencies(frequencyCount, grid.timeDays);
  const wavenumberPerDeg = positiveFrequencies(wavenumberCount, grid.lonDeg);
  const periodDays = frequencyPerDay.map((frequency) => 1 / frequency);
  const wavelengthDeg = wavenumberPerDeg.map((wavenumber) => 1 / wavenumber);
  const level = SCORE_PROTOCOLS[protocol].contourLevel;
  const contour = score.every(Number.isFinite)
    ? firstContour({ x: wavelengthDeg, y: periodDays, z: score }, level)
    : null;
  return { frequencyPerDay, wavenumberPerDeg, periodDays, wavelengthDeg, score, contour };
}

/**
 * RMSE of each place over the days, `sqrt(mean_t (m − r)²)`; NaN where no day has both fields.
 *
 * @param fields.reconstruction - metres, shape `[T, P]` with P places in any order.
 * @param fields.reference - metres, shape `[T, P]`.
 * @param placeCount - P.
 * @returns metres, shape `[P]`.
 */
export function rmseMap(
  fields: { reconstruction: ArrayLike<number>; reference: ArrayLike<number> },
  placeCount: number,
): Float64Array {
  const { reconstruction, reference } = fields;
  const squares = new Float64Array(placeCount);
  const counts = new Uint32Array(placeCount);
  for (let start = 0; start + placeCount <= reference.length; start += placeCount) {
    for (let place = 0; place < placeCount; place++) {
      const error = reconstruction[start + place]! - reference[start + place]!;
      if (!Number.isFinite(error)) continue;
      squares[place]! += error * error;
      counts[place]! += 1;
    }
  }
  return squares.map((sum, place) => Math.sqrt(sum / counts[place]!));
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

/** k/(N·Δ) for k = 1 … count. */
function positiveFrequencies(count: number, axis: readonly number[]): Float64Array {
  const spacing = (axis.at(-1)! - axis[0]!) / (axis.length - 1);
  return Float64Array.from({ length: count }, (_, index) => (index + 1) / (axis.length * spacing));
}
