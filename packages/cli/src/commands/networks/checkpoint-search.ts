import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inspectFile } from '@sillage/pipeline';
import { searchSettings, settingsText, type SearchSettingsResult } from '@sillage/pipeline/predict';
import { parseBox, parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print, printJson } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatTable } from '../../terminal/table.js';
import { runtimeNamed, type RuntimeChoice } from './runtime-choice.js';

export type CheckpointSearchOptions = {
  checkpoint: string;
  manifest: string;
  observations: string[];
  truth: string;
  truthVariable?: string;
  sst?: string;
  box?: string;
  start?: string;
  end?: string;
  windows?: number;
  runtime: RuntimeChoice;
  json?: boolean;
};

/** Rows that a person reads. */
const SHOWN_TRIALS = 12;

export async function searchCheckpoint(options: CheckpointSearchOptions): Promise<void> {
  const variable = options.truthVariable ?? null;
  const period = parsePeriod(options) ?? (await periodOf(options.truth, variable));
  const folder = mkdtempSync(join(tmpdir(), 'sillage-search-'));
  const progress = createProgressLine();
  try {
    const result = await searchSettings({
      checkpointPath: options.checkpoint,
      fileName: basename(options.checkpoint),
      manifestText: readFileSync(options.manifest, 'utf8'),
      observations: options.observations.map((path) => ({ path })),
      oi: null,
      sst: options.sst === undefined ? null : { path: options.sst, variable: null },
      truth: { path: options.truth, variable },
      box: options.box === undefined ? null : parseBox(options.box),
      period,
      ...(options.windows === undefined ? {} : { windows: options.windows }),
      runtime: runtimeNamed(options.runtime),
      temporaryPath: join(folder, 'oi.nc'),
      now: new Date(),
      onProgress: progress.update,
    });
    progress.clear();
    if (options.json === true) printJson(searchJson(result));
    else print(searchText(result));
  } finally {
    progress.clear();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function periodOf(path: string, variable: string | null) {
  const { grid, problem } = await inspectFile(path, { variable });
  if (grid === null)
    throw new CommandError(`${path} has no maps${problem === null ? '' : `: ${problem.found}`}`);
  return { start: grid.firstTime.slice(0, 10), end: grid.lastTime.slice(0, 10) };
}

function searchJson({ trials, best, margins, windowCount }: SearchSettingsResult): unknown {
  return { best, margins, windowCount, trials };
}

function searchText({ trials, best, margins, windowCount }: SearchSettingsResult): string {
  const table = formatTable(
    [
      {
        title: 'µ',
        align: 'right',
        value: ({ mu }) => (mu === null ? '–' : mu.toFixed(4)),
      },
      { title: 'settings', value: ({ settings }) => settingsText(settings) },
    ],
    trials.slice(0, SHOWN_TRIALS),
  );
  const lines = Object.entries(best.settings).map(([key, value]) => {
    const margin = margins[key];
    const remark =
      margin === undefined
        ? ''
        : `  # ${String(margin.value)} loses ${margin.loss.toFixed(4)}, in ${margin.windowsLost} of ${windowCount} windows`;
    return `${`${key}: ${String(value)}`.padEnd(24)}${remark}`;
  });
  return [
    table,
    ...(trials.length > SHOWN_TRIALS ? [`and ${trials.length - SHOWN_TRIALS} more`] : []),
    '',
    'Best, for the manifest:',
    ...lines,
  ].join('\n');
}
