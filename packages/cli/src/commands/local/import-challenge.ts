import type { DisclosureLevel } from '@sillage/contracts';
import { importChallenge } from '@sillage/pipeline';
import { parseBox, parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';

export type ImportOptions = {
  truth: string;
  truthVariable?: string;
  id: string;
  name: string;
  summary?: string;
  description?: string;
  licence: string;
  citation?: string;
  synthetic?: boolean;
  disclosure: DisclosureLevel;
  area?: string;
  areaName?: string;
  box?: string;
  scenario: string;
  gridded?: boolean;
  seed?: number;
  start?: string;
  end?: string;
  oi?: boolean;
  out: string;
  threads: number;
};

export async function importFromFile(options: ImportOptions): Promise<void> {
  if (options.area === undefined && (options.areaName !== undefined || options.box !== undefined)) {
    throw new CommandError('--area-name and --box describe an area: give its --area as well');
  }
  const evaluation = parsePeriod(options);
  const progress = createProgressLine();
  const result = await importChallenge({
    truthPath: options.truth,
    truthVariable: options.truthVariable ?? null,
    id: options.id,
    name: options.name,
    licence: options.licence,
    disclosure: options.disclosure,
    scenarios: options.scenario.split(',').map((scenario) => scenario.trim()),
    withGriddedObservations: options.gridded === true,
    synthetic: options.synthetic === true,
    withOptimalInterpolation: options.oi === true,
    outputFolder: options.out,
    threads: options.threads,
    now: new Date(),
    onProgress: progress.update,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.summary === undefined ? {} : { summary: options.summary }),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.citation === undefined ? {} : { citation: options.citation }),
    ...(evaluation === null ? {} : { evaluation }),
    ...(options.area === undefined
      ? {}
      : {
          area: {
            id: options.area,
            name: options.areaName ?? options.area,
            ...(options.box === undefined ? {} : { scoredBox: parseBox(options.box) }),
          },
        }),
  }).finally(progress.clear);
  for (const warning of result.warnings) say(`warning: ${warning}`);
  const { definition } = result;
  print(`${result.folder}: challenge ${definition.id}, ${result.files.join(', ')}`);
  const { start, end } = definition.periods.evaluation;
  print(`Evaluated from ${start} to ${end}. Register it with: sillage challenge register ${result.folder}`);
}
