import type {
  AlongTrackProtocol,
  BoardStatistics,
  Box,
  CheckWarning,
  Diagnostics,
  Period,
  Scores,
} from '@sillage/contracts';
import {
  ALONG_TRACK_SCORE_PROTOCOLS,
  alongTrackDailyScores,
  alongTrackScores,
  alongTrackSpectrum,
  sampleSpacingKm,
  segmentSampleCount,
  type AlongTrackProtocolId,
  type AlongTrackStatistics,
} from '@sillage/science';
import { blamingReference, rejectionFromError } from '@sillage/checking';
import { scoreFieldAlongTrack, type FieldAlongTrackOptions } from '@sillage/scoring';
import { alongTrackBoardStatistics } from './board-statistics.js';
import { openField } from '../files/open-field.js';
import type { ProgressListener } from '../files/progress.js';
import { readEvaluationTrack } from '../files/read-evaluation-track.js';
import { alongTrackScoreDetails, type ScoreDetails } from './score-details.js';

export type ScoreAlongTrackOptions = {
  reconstructionPath: string;
  reconstructionVariable?: string | null;
  /** What messages call the reconstruction; default: its file name. */
  reconstructionName?: string;
  /** The withheld altimeter: the 2021a layout, or our own along-track layout. */
  trackPath: string;
  /** Default: sla_unfiltered + mdt − lwe where the file has them, else `ssh_obs`, else the usual names. */
  trackVariable?: string | null;
  protocol: AlongTrackProtocol;
  /** Degrees, closed; points count that lie the protocol's inset inside it. Null takes every point of the track. */
  scoredBox?: Box | null;
  /** UTC days, both included; `FieldAlongTrackOptions` says which points count. Null takes every point of the track. */
  period?: Period | null;
  holes?: FieldAlongTrackOptions['holes'];
  onProgress?: ProgressListener;
};

export type ScoreAlongTrackResult = {
  scores: Scores;
  diagnostics: Diagnostics;
  /** A track has no gradients across it. */
  physics: null;
  /** What a leaderboard computes intervals and ranks by wavelength from. */
  boardStatistics: BoardStatistics;
  /** Mergeable sufficient statistics of all along-track protocols, JSON-able. */
  statistics: AlongTrackStatistics;
  /** Errors by box and day, and resolution by box. */
  details: ScoreDetails;
  warnings: CheckWarning[];
};

/**
 * Scores maps against the track of a withheld altimeter: files in, numbers out.
 *
 * @throws RejectionError for whatever is wrong with the files, holes and missing coverage included.
 */
export async function scoreAlongTrack(options: ScoreAlongTrackOptions): Promise<ScoreAlongTrackResult> {
  const subject = options.reconstructionName ?? fileNameOf(options.reconstructionPath);
  const trackSubject = `${fileNameOf(options.trackPath)} (the evaluation track)`;
  options.onProgress?.(0, 'reading the evaluation track');
  const track = await blamingReference(() =>
    readEvaluationTrack(options.trackPath, { variable: options.trackVariable, subject: trackSubject }),
  );
  const reconstruction = await openField({
    path: options.reconstructionPath,
    variable: options.reconstructionVariable,
    subject,
  });
  try {
    const { scores, comparison, statistics, warnings } = await scoreFieldAlongTrack(
      { reconstruction, track },
      {
        protocol: options.protocol,
        scoredBox: options.scoredBox ?? null,
        period: options.period ?? null,
        holes: options.holes ?? 'reject',
        subject,
        trackSubject,
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      },
    );
    options.onProgress?.(1, 'scored');
    return {
      scores,
      diagnostics: alongTrackDiagnosticsOf(statistics, options.protocol),
      physics: null,
      boardStatistics: alongTrackBoardStatistics(statistics, options.protocol),
      statistics,
      details: alongTrackScoreDetails(comparison, options.scoredBox ?? null),
      warnings,
    };
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    reconstruction.close();
  }
}

/** The curves that go with the scores, JSON-able: the board's protocol, and the scores under each of them. */
function alongTrackDiagnosticsOf(
  statistics: AlongTrackStatistics,
  protocol: AlongTrackProtocolId,
): Diagnostics {
  const daily = alongTrackDailyScores(statistics, protocol);
  const spectrum = alongTrackSpectrum(statistics, protocol);
  const definition = ALONG_TRACK_SCORE_PROTOCOLS[protocol];
  // The first wavenumber is the mean: an infinite wavelength, which JSON has no word for.
  const withoutMean = (values: Float64Array): number[] => Array.from(values.subarray(1));
  return {
    grid: null,
    daily: {
      timeDays: Array.from(daily.timeDays),
      rmseScore: Array.from(daily.rmseScore),
      rmseM: Array.from(daily.rmseM),
    },
    psdScore: null,
    openOcean: null,
    alongTrack: {
      pointCount: statistics.daily.reduce((sum, day) => sum + day.pointCount, 0),
      dayCount: daily.timeDays.length,
      segmentCount: spectrum?.segmentCount ?? 0,
      segmentLengthKm: segmentSampleCount(definition) * sampleSpacingKm(definition),
      spectrum: spectrum && {
        wavelengthKm: withoutMean(spectrum.wavelengthKm),
        track: withoutMean(spectrum.trackPsd),
        error: withoutMean(spectrum.errorPsd),
        score: withoutMean(spectrum.score).map((score) => (Number.isFinite(score) ? score : null)),
      },
      variants: Object.values(ALONG_TRACK_SCORE_PROTOCOLS).map(({ id }) => {
        const { mu, sigma, lambdaXKm } = alongTrackScores(statistics, id);
        return { protocol: id, mu, sigma, lambdaXKm };
      }),
    },
  };
}

function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
