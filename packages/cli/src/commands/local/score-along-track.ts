import type { AlongTrackProtocol, Protocol } from '@sillage/contracts';
import { columnsOf, ERROR_KEYS, METRICS_OF_PROTOCOL, UNRESOLVED_TEXTS } from '@sillage/contracts/score-texts';
import { scoreAlongTrack, type ScoreAlongTrackResult } from '@sillage/pipeline';
import { parseBox, parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatTimeDays } from '../../terminal/quantities.js';
import { formatBoxes } from '../../terminal/box-table.js';
import { boxesJson } from '../../terminal/boxes-json.js';
import { formatScores } from '../../terminal/score-table.js';
import { cliVersion } from '../../version.js';

export type ScoreTrackOptions = {
  track: string;
  trackVariable?: string;
  reference?: string;
  reconstruction: string;
  reconstructionVariable?: string;
  protocol?: Protocol;
  box?: string;
  start?: string;
  end?: string;
  holes: 'reject' | 'as-2020a' | 'as-2021a';
  boxes?: boolean;
  all?: boolean;
  json?: boolean;
};

/** `sillage score --track`: maps against a withheld altimeter. */
export async function scoreTrack({ all = false, ...asked }: ScoreTrackOptions): Promise<void> {
  const options = all ? { ...asked, boxes: true } : asked;
  if (options.reference !== undefined) throw new CommandError('give --reference or --track, not both');
  const protocol = alongTrackProtocol(options.protocol);
  if (options.holes === 'as-2020a') {
    throw new CommandError('--holes as-2020a is for gridded references; with --track give as-2021a');
  }
  const progress = createProgressLine();
  let result: ScoreAlongTrackResult;
  try {
    result = await scoreAlongTrack({
      reconstructionPath: options.reconstruction,
      reconstructionVariable: options.reconstructionVariable ?? null,
      trackPath: options.track,
      trackVariable: options.trackVariable ?? null,
      protocol,
      scoredBox: options.box === undefined ? null : parseBox(options.box),
      period: parsePeriod(options),
      holes: options.holes,
      onProgress: progress.update,
    });
  } finally {
    progress.clear();
  }
  if (options.json === true) {
    printJson(scoreJson(result, protocol, options));
    return;
  }
  for (const warning of result.warnings) say(`Note: ${warning.message}`);
  print(formatScores(result.scores, protocol));
  if (options.boxes === true) print(formatBoxes(result.details));
  const { alongTrack } = result.diagnostics;
  print(
    `Protocol ${protocol}; ${alongTrack?.pointCount} points of the track, ${alongTrack?.dayCount} days with enough of them, ` +
      `${alongTrack?.segmentCount} segments of ${alongTrack?.segmentLengthKm.toFixed(0)} km.`,
  );
}

function alongTrackProtocol(protocol: Protocol = 'ose-2021a'): AlongTrackProtocol {
  if (protocol === 'ose-2021a' || protocol === 'ose-along-track') return protocol;
  throw new CommandError(
    `the protocol ${protocol} compares with a grid: give --reference, or the protocol ose-2021a or ose-along-track`,
  );
}

/** Keys are a contract with other programs, the same as of a gridded score where they mean the same. */
function scoreJson(
  result: ScoreAlongTrackResult,
  protocol: AlongTrackProtocol,
  options: ScoreTrackOptions,
): unknown {
  const { scores, diagnostics, warnings } = result;
  const { daily, alongTrack } = diagnostics;
  const spectrum = alongTrack?.spectrum ?? null;
  return {
    ...columnsOf([...METRICS_OF_PROTOCOL[protocol], ...ERROR_KEYS], scores),
    unresolved: scores.unresolved,
    unresolved_text: scores.unresolved === null ? null : UNRESOLVED_TEXTS[scores.unresolved],
    rmse_t: daily.rmseScore,
    rmse_t_m: daily.rmseM,
    time: daily.timeDays.map(formatTimeDays),
    point_count: alongTrack?.pointCount ?? 0,
    segment_count: alongTrack?.segmentCount ?? 0,
    segment_length_km: alongTrack?.segmentLengthKm ?? null,
    wavelength_km: spectrum?.wavelengthKm ?? null,
    psd_track: spectrum?.track ?? null,
    psd_error: spectrum?.error ?? null,
    psd_score: spectrum?.score ?? null,
    variants:
      alongTrack?.variants.map((variant) => ({
        protocol: variant.protocol,
        ...columnsOf(METRICS_OF_PROTOCOL[variant.protocol], variant),
      })) ?? [],
    ...(options.boxes === true ? boxesJson(result.details) : {}),
    protocol,
    track: options.track,
    reconstruction: options.reconstruction,
    warnings,
    version: cliVersion(),
  };
}
