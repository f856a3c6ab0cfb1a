import {
  simulateObservations,
  type SimulatedOutputs,
  type SimulateObservationsOptions,
} from '@sillage/pipeline';
import { ERROR_NAMES, NO_ERRORS, NOISE_LEVELS, type ErrorName, type ErrorSwitches } from '@sillage/ocean';
import { parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { requireFolderOf } from './output-folder.js';

export type SimulateOptions = {
  truth: string;
  truthVariable?: string;
  scenario: string;
  start?: string;
  end?: string;
  out?: string;
  swathOut?: string;
  griddedOut?: string;
  griddedLike?: string;
  binning: 'nearest' | 'searchsorted';
  noise?: 'none' | 'noise1' | 'noise2' | 'noise3';
  errors?: string;
  seed?: number;
  karinSpacing?: number;
  compact?: true;
  observedOnly?: true;
  threads: number;
};

export async function simulate(options: SimulateOptions): Promise<void> {
  const outputs = outputsOf(options);
  const errors = errorsOf(options);
  const progress = createProgressLine();
  try {
    const result = await simulateObservations({
      truthPath: options.truth,
      truthVariable: options.truthVariable ?? null,
      scenario: options.scenario,
      period: parsePeriod(options),
      outputs,
      ...(errors === null ? {} : { errors }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.karinSpacing === undefined ? {} : { karinSpacingKm: options.karinSpacing }),
      compact: options.compact === true,
      observedOnly: options.observedOnly === true,
      threads: options.threads,
      now: new Date(),
      onProgress: progress.update,
    } satisfies SimulateObservationsOptions);
    progress.clear();
    const { observationCount, swathCellCount, satellites } = result;
    if (options.out !== undefined)
      print(`${options.out}: ${observationCount} observations of ${satellites.join(', ')}`);
    if (options.swathOut !== undefined)
      print(`${options.swathOut}: ${swathCellCount} cells of the swaths of SWOT`);
    if (options.griddedOut !== undefined) print(`${options.griddedOut}: daily means on the nodes of a grid`);
  } finally {
    progress.clear();
  }
}

function outputsOf(options: SimulateOptions): SimulatedOutputs {
  const { out, swathOut, griddedOut, griddedLike } = options;
  const paths = [out, swathOut, griddedOut].filter((path) => path !== undefined);
  if (paths.length === 0)
    throw new CommandError('name what to write: --out, --swath-out, --gridded-out, or several of them');
  if (griddedLike !== undefined && griddedOut === undefined)
    throw new CommandError('--gridded-like is for --gridded-out, which was not given');
  for (const path of paths) requireFolderOf(path);
  return {
    ...(out === undefined ? {} : { alongTrackPath: out }),
    ...(swathOut === undefined ? {} : { swathPath: swathOut }),
    ...(griddedOut === undefined ? {} : { griddedPath: griddedOut, griddedBinning: options.binning }),
    ...(griddedLike === undefined ? {} : { griddedLike }),
  };
}

/** Null for those of the scenario. */
function errorsOf({ noise, errors }: SimulateOptions): ErrorSwitches | null {
  if (noise !== undefined) return NOISE_LEVELS[noise === 'none' ? 'noise0' : noise];
  if (errors === undefined) return null;
  const switches = { ...NO_ERRORS };
  for (const text of errors.split(',').map((part) => part.trim())) {
    const name = ERROR_NAMES.find((candidate) => shellName(candidate) === text);
    if (name === undefined) {
      throw new CommandError(
        `--errors: there is no '${text}'; there are ${ERROR_NAMES.map(shellName).join(', ')}`,
      );
    }
    switches[name] = true;
  }
  return switches;
}

/** `baselineDilation` is `baseline-dilation` in a shell. */
function shellName(name: ErrorName): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
