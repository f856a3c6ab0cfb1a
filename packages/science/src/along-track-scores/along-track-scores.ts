import { UndefinedScoreError } from '../errors.js';
import {
  sampleSpacingKm,
  segmentSampleCount,
  type AlongTrackProtocolId,
} from '../protocols/along-track-protocol.js';
import { ALONG_TRACK_SCORE_PROTOCOLS } from '../protocols/along-track-protocols.js';
import type { UnresolvedReason } from '../scores/scores-from-statistics.js';
import type { AlongTrackStatistics } from './along-track-statistics.js';
import {
  firstFallThrough,
  interpolatedBetweenSortedScores,
  type ResolvedWavelength,
} from './resolved-wavelength.js';

/** The numbers of one evaluation along a withheld track, unrounded but for what the protocol cuts. */
export type AlongTrackScores = {
  /** µ(RMSE): mean of the daily scores, dimensionless; 1 is perfect. */
  readonly mu: number;
  /** σ(RMSE): their population standard deviation, dimensionless; 0 is steady. */
  readonly sigma: number;
  /** λx in km; `null` when `unresolved` says why. */
  readonly lambdaXKm: number | null;
  readonly unresolved: UnresolvedReason | null;
  /** RMSE over all points, those of days without a score included; metres. */
  readonly rmseM: number;
};

/** Days with enough points. */
export type AlongTrackDailyScores = {
  /** Days since 1950-01-01 UTC, shape `[D]`. */
  readonly timeDays: Float64Array;
  /** 1 − rms(map − track)/rms(track), dimensionless, shape `[D]`. */
  readonly rmseScore: Float64Array;
  /** Metres, shape `[D]`. */
  readonly rmseM: Float64Array;
};

/** Mean spectra over segments, wavenumbers 0 … floor(S/2) of S samples. */
export type AlongTrackSpectrum = {
  readonly segmentCount: number;
  readonly segmentLengthKm: number;
  /** Cycles/km, ascending from 0, shape `[K]`. */
  readonly wavenumberPerKm: Float64Array;
  /** km, descending; the first is infinite. Shape `[K]`. */
  readonly wavelengthKm: Float64Array;
  /** m²/(cycles/km), shape `[K]`. */
  readonly trackPsd: Float64Array;
  readonly errorPsd: Float64Array;
  /** 1 − error/track, dimensionless, shape `[K]`; not finite where the track has no power. */
  readonly score: Float64Array;
};

/**
 * µ, σ, λx and the RMSE under one along-track protocol.
 *
 * @throws UndefinedScoreError if no day has enough points, or the track is 0 m on all of them.
 * Source: ocean-data-challenges/2021a_SSH_mapping_OSE, src/mod_stats.py and src/mod_plot.py.
 */
export function alongTrackScores(
  statistics: AlongTrackStatistics,
  protocolId: AlongTrackProtocolId,
): AlongTrackScores {
  const protocol = ALONG_TRACK_SCORE_PROTOCOLS[protocolId];
  const { rmseScore } = alongTrackDailyScores(statistics, protocolId);
  if (rmseScore.length === 0) {
    throw new UndefinedScoreError(
      `no day has ${protocol.minimumPointsPerDay} points where track and maps have a height`,
    );
  }
  const mu = mean(rmseScore);
  const sigma = Math.sqrt(mean(rmseScore.map((score) => (score - mu) ** 2)));
  const total = (pick: (day: AlongTrackStatistics['daily'][number]) => number): number =>
    statistics.daily.reduce((sum, day) => sum + pick(day), 0);
  const squaredErrorSum = total((day) => day.squaredErrorSum);
  const rmseM = Math.sqrt(squaredErrorSum / total((day) => day.pointCount));
  const { lambdaKm, unresolved } =
    squaredErrorSum === 0
      ? ({ lambdaKm: null, unresolved: 'identical' } as const)
      : resolvedWavelength(statistics, protocolId);
  const isCut = protocol.lambdaRounding === 'whole-km' && lambdaKm !== null;
  return { mu, sigma, lambdaXKm: isCut ? Math.trunc(lambdaKm) : lambdaKm, unresolved, rmseM };
}

/** RMSE score and RMSE of each day that has enough points and a track that is not 0 m throughout. */
export function alongTrackDailyScores(
  statistics: AlongTrackStatistics,
  protocolId: AlongTrackProtocolId,
): AlongTrackDailyScores {
  const { minimumPointsPerDay } = ALONG_TRACK_SCORE_PROTOCOLS[protocolId];
  const days = statistics.daily.filter(
    (day) => day.pointCount >= minimumPointsPerDay && day.squaredTrackSum > 0,
  );
  return {
    timeDays: Float64Array.from(days, ({ day }) => day),
    rmseScore: Float64Array.from(
      days,
      (day) =>
        1 - Math.sqrt(day.squaredErrorSum / day.pointCount) / Math.sqrt(day.squaredTrackSum / day.pointCount),
    ),
    rmseM: Float64Array.from(days, (day) => Math.sqrt(day.squaredErrorSum / day.pointCount)),
  };
}

/** Mean spectra and PSD score; `null` where no piece of the track is long enough for a segment. */
export function alongTrackSpectrum(
  statistics: AlongTrackStatistics,
  protocolId: AlongTrackProtocolId,
): AlongTrackSpectrum | null {
  const protocol = ALONG_TRACK_SCORE_PROTOCOLS[protocolId];
  const { segmentCount, trackPsdSum, errorPsdSum } = statistics.spectra[protocolId];
  if (segmentCount === 0) return null;
  const segmentLengthKm = segmentSampleCount(protocol) * sampleSpacingKm(protocol);
  const wavenumberPerKm = Float64Array.from(trackPsdSum, (_, k) => k / segmentLengthKm);
  const trackPsd = Float64Array.from(trackPsdSum, (sum) => sum / segmentCount);
  const errorPsd = Float64Array.from(errorPsdSum, (sum) => sum / segmentCount);
  return {
    segmentCount,
    segmentLengthKm,
    wavenumberPerKm,
    wavelengthKm: wavenumberPerKm.map((wavenumber) => 1 / wavenumber),
    trackPsd,
    errorPsd,
    score: errorPsd.map((error, k) => 1 - error / trackPsd[k]!),
  };
}

function resolvedWavelength(
  statistics: AlongTrackStatistics,
  protocolId: AlongTrackProtocolId,
): ResolvedWavelength {
  const { crossing, scoreLevel } = ALONG_TRACK_SCORE_PROTOCOLS[protocolId];
  const spectrum = alongTrackSpectrum(statistics, protocolId);
  if (spectrum === null) return { lambdaKm: null, unresolved: 'undefined-spectrum' };
  if (crossing === 'sorted-scores') return interpolatedBetweenSortedScores(spectrum, scoreLevel);
  return firstFallThrough(
    { wavelengthKm: spectrum.wavelengthKm.subarray(1), score: spectrum.score.subarray(1) },
    scoreLevel,
  );
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
