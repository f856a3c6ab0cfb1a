import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Box, Period } from '@sillage/contracts';
import { observedDays, type ObservationInput } from '@sillage/pipeline';
import { checkNetwork, predictMap, type NetworkTask } from '@sillage/pipeline/predict';
import { isoDay } from '@sillage/science';
import { EVALUATION_2020A, knownArea, parseBox, parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatDuration } from '../../terminal/quantities.js';
import { requireFolderOf } from '../local/output-folder.js';
import { runtimeNamed, type RuntimeChoice } from './runtime-choice.js';

export type PredictOptions = {
  checkpoint: string;
  manifest?: string;
  observations: string[];
  observationsVariable?: string;
  oi?: string;
  sst?: string;
  area?: string;
  box?: string;
  start?: string;
  end?: string;
  out: string;
  runtime: RuntimeChoice;
};

export async function predict(options: PredictOptions): Promise<void> {
  requireFolderOf(options.out);
  const observations = options.observations.map((path) => ({
    path,
    variable: options.observationsVariable ?? null,
  }));
  const task: NetworkTask = {
    area: options.area ?? 'the box',
    scenario: options.observations.map((path) => basename(path)).join(' + '),
    scoredBox: boxOf(options),
    period: parsePeriod(options) ?? (await periodOf(observations)),
  };
  const folder = mkdtempSync(join(tmpdir(), 'sillage-network-'));
  const progress = createProgressLine();
  const networkPath = join(folder, 'network');
  try {
    const { warnings } = await checkNetwork({
      checkpointPath: options.checkpoint,
      fileName: basename(options.checkpoint),
      manifestText: options.manifest === undefined ? null : readFileSync(options.manifest, 'utf8'),
      tasks: [task],
      networkPath,
    });
    for (const { message } of warnings) say(`note: ${message}`);
    const { report } = await predictMap({
      networkPath,
      observations,
      oi: options.oi === undefined ? null : { path: options.oi, variable: null },
      sst: options.sst === undefined ? null : { path: options.sst, variable: null },
      task,
      runtime: runtimeNamed(options.runtime),
      outputPath: options.out,
      onProgress: progress.update,
      now: new Date(),
    });
    progress.clear();
    print(
      `${options.out}: gssh from ${task.period.start} to ${task.period.end}, ${report.patchCount} patches in ` +
        `${formatDuration(report.wallSeconds)} on ${report.runtime.device} (${report.runtime.name})` +
        (report.oiSeconds === null ? '' : `, OI before them in ${formatDuration(report.oiSeconds)}`),
    );
  } finally {
    progress.clear();
    rmSync(folder, { recursive: true, force: true });
  }
}

function boxOf({ area, box }: PredictOptions): Box {
  if ((area === undefined) === (box === undefined))
    throw new CommandError('say where to map: --area or --box, one of them');
  return box === undefined ? knownArea(area!) : parseBox(box);
}

/** The 2020a evaluation period where it was observed, else every observed day. */
async function periodOf(observations: readonly ObservationInput[]): Promise<Period> {
  const days = await observedDays(observations);
  if (days === null) throw new CommandError('the files hold no observation');
  const [start, end] = [isoDay(days.firstDays), isoDay(days.lastDays)];
  const holdsEvaluation = start <= EVALUATION_2020A.start && end >= EVALUATION_2020A.end;
  return holdsEvaluation ? EVALUATION_2020A : { start, end };
}
