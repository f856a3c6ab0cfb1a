import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostics, GriddedProtocol, Protocol } from '@sillage/contracts';
import {
  columnsOf,
  ERROR_KEYS,
  METRICS_OF_PROTOCOL,
  PHYSICS_KEYS,
  UNRESOLVED_TEXTS,
} from '@sillage/contracts/score-texts';
import { scoreReconstruction } from '@sillage/pipeline';
import type { ScoreResult } from '@sillage/pipeline';
import { parseBox, parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatTimeDays } from '../../terminal/quantities.js';
import { formatBoxes } from '../../terminal/box-table.js';
import { boxesJson } from '../../terminal/boxes-json.js';
import { formatPhysics, formatScores } from '../../terminal/score-table.js';
import { cliVersion } from '../../version.js';

export type ScoreOptions = {
  reference?: string;
  reconstruction: string;
  referenceVariable?: string;
  reconstructionVariable?: string;
  protocol?: Protocol;
  box?: string;
  start?: string;
  end?: string;
  holes: 'reject' | 'as-2020a' | 'as-2021a';
  fill: 'none' | 'gauss-seidel';
  openOcean?: boolean;
  boxes?: boolean;
  /** The physics, and everything that has an option of its own. */
  all?: boolean;
  threads: number;
  json?: boolean;
};

export async function score({ all = false, ...asked }: ScoreOptions): Promise<void> {
  const options = all ? { ...asked, openOcean: true, boxes: true } : asked;
  const protocol = griddedProtocol(options.protocol);
  const { reference, holes } = options;
  if (reference === undefined) {
    throw new CommandError('give --reference <file>, a truth on a grid, or --track <file>, an altimeter');
  }
  if (holes === 'as-2021a') throw new CommandError('--holes as-2021a needs --track; here give as-2020a');
  const progress = createProgressLine();
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'sillage-score-'));
  let result: ScoreResult;
  try {
    result = await scoreReconstruction({
      reconstructionPath: options.reconstruction,
      reconstructionVariable: options.reconstructionVariable ?? null,
      referencePath: reference,
      referenceVariable: options.referenceVariable ?? null,
      protocol,
      scoredBox: options.box === undefined ? null : parseBox(options.box),
      period: parsePeriod(options),
      threads: options.threads,
      temporaryFolder,
      holes,
      fill: options.fill,
      openOcean: options.openOcean === true,
      details: options.boxes === true,
      onProgress: progress.update,
    });
  } finally {
    progress.clear();
    await rm(temporaryFolder, { recursive: true, force: true });
  }
  if (options.json === true) {
    printJson(scoreJson(result, protocol, options));
    return;
  }
  for (const warning of result.warnings) say(`Note: ${warning.message}`);
  print(formatScores(result.scores, protocol));
  if (result.physics !== null) print(formatPhysics(result.physics));
  const { grid, daily, openOcean } = result.diagnostics;
  if (options.openOcean === true) print(openOceanText(openOcean));
  if (result.details !== null) print(formatBoxes(result.details));
  const first = daily.timeDays[0];
  const last = daily.timeDays.at(-1);
  const span =
    first === undefined || last === undefined ? '' : `, ${formatTimeDays(first)} to ${formatTimeDays(last)}`;
  const points = grid === null ? '' : `; ${grid.latCount} × ${grid.lonCount} points, ${grid.dayCount} times`;
  print(
    `Protocol ${protocol}${points}${span}; ` +
      (result.gridding === 'regridded' ? "regridded to the reference's grid." : "on the reference's grid."),
  );
}

function openOceanText(openOcean: Diagnostics['openOcean']): string {
  if (openOcean === null)
    return 'Open ocean: no latitude row has a stretch without land that is long enough.';
  const { segmentCount, segmentDeg, lambdaXDeg, lambdaTDays, unresolved, atGridLimit } = openOcean;
  const limit = (name: 'lambdaXDeg' | 'lambdaTDays'): string => (atGridLimit.includes(name) ? '≤ ' : '');
  const resolution =
    lambdaXDeg === null || lambdaTDays === null
      ? `no effective resolution${unresolved === null ? '' : `: ${UNRESOLVED_TEXTS[unresolved]}`}`
      : `λx ${limit('lambdaXDeg')}${lambdaXDeg.toFixed(2)} °, λt ${limit('lambdaTDays')}${lambdaTDays.toFixed(2)} days`;
  return `Open ocean, ${segmentCount} pieces of rows of ${segmentDeg.toFixed(1)}° without land: ${resolution}`;
}

function griddedProtocol(protocol: Protocol = 'osse-2020a'): GriddedProtocol {
  if (protocol === 'osse-2020a' || protocol === 'osse-natl') return protocol;
  throw new CommandError(`the protocol ${protocol} compares with a withheld altimeter: give --track`);
}

/** Keys are a contract with other programs; `rmse_t` is the dimensionless score of each time, `rmse_t_m` its RMSE. */
function scoreJson(result: ScoreResult, protocol: GriddedProtocol, options: ScoreOptions): unknown {
  const { scores, diagnostics, physics, warnings, gridding } = result;
  const { grid, daily, psdScore, openOcean } = diagnostics;
  return {
    ...columnsOf([...METRICS_OF_PROTOCOL[protocol], ...ERROR_KEYS], scores),
    unresolved: scores.unresolved,
    lambda_x_at_grid_limit: scores.atGridLimit.includes('lambdaXDeg'),
    lambda_t_at_grid_limit: scores.atGridLimit.includes('lambdaTDays'),
    unresolved_text: scores.unresolved === null ? null : UNRESOLVED_TEXTS[scores.unresolved],
    rmse_t: daily.rmseScore,
    rmse_t_m: daily.rmseM,
    time: daily.timeDays.map(formatTimeDays),
    freq_lon: psdScore?.wavelengthDeg.map((wavelengthDeg) => 1 / wavelengthDeg) ?? null,
    freq_time: psdScore?.periodDays.map((periodDays) => 1 / periodDays) ?? null,
    psd_score: psdScore?.score ?? null,
    first_contour: psdScore?.contour ?? null,
    grid: grid && {
      lat_count: grid.latCount,
      lon_count: grid.lonCount,
      time_count: grid.dayCount,
      spacing_deg: grid.spacingDeg,
      gridding,
    },
    physics: physics && {
      ...columnsOf(PHYSICS_KEYS, physics),
      spectral_slope_km: physics.slopeWavelengthsKm,
    },
    open_ocean: openOcean && {
      lambda_x_deg: openOcean.lambdaXDeg,
      lambda_t_days: openOcean.lambdaTDays,
      unresolved: openOcean.unresolved,
      at_grid_limit: openOcean.atGridLimit,
      segment_deg: openOcean.segmentDeg,
      segment_count: openOcean.segmentCount,
    },
    ...(result.details === null ? {} : boxesJson(result.details)),
    protocol,
    reference: options.reference,
    reconstruction: options.reconstruction,
    warnings,
    version: cliVersion(),
  };
}
