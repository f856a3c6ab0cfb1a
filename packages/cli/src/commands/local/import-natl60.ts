import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMPORTABLE_CHALLENGES, importNatl60, type PeriodConvention } from '@sillage/pipeline';
import { CommandError } from '../../command-error.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { readChallengeFolder } from './local-challenge.js';

export type ImportNatl60CommandOptions = {
  challenge: string;
  from?: string;
  truth?: string;
  sst?: string;
  observations?: string[];
  oi?: string[];
  track?: string;
  areas?: string;
  periodConvention: PeriodConvention;
  matchTolerance?: number;
  resume?: boolean;
  json?: boolean;
  out: string;
};

export async function importNatl60Files(options: ImportNatl60CommandOptions): Promise<void> {
  const { from, truth, sst, observations, oi, track, areas, matchTolerance } = options;
  if (from === undefined && truth === undefined && track === undefined)
    throw new CommandError('say where the files are: --from, or --truth (ose-2021a: --track) and the others');
  const progress = createProgressLine();
  const { definition, report, folder, files } = await importNatl60({
    definition: shippedDefinition(options.challenge),
    outputFolder: options.out,
    periodConvention: options.periodConvention,
    resume: options.resume === true,
    now: new Date(),
    onProgress: progress.update,
    ...(from === undefined ? {} : { from }),
    ...(truth === undefined ? {} : { truth }),
    ...(sst === undefined ? {} : { sst }),
    ...(observations === undefined ? {} : { observations }),
    ...(oi === undefined ? {} : { oi }),
    ...(track === undefined ? {} : { track }),
    ...(areas === undefined ? {} : { areas: areas.split(',').map((area) => area.trim()) }),
    ...(matchTolerance === undefined ? {} : { matchTolerance }),
  }).finally(progress.clear);
  if (options.json === true) return printJson(report);
  for (const warning of report.warnings) say(`note: ${warning}`);
  print(`${folder}: challenge ${definition.id} ${definition.datasetVersion}, ${files.join(', ')}`);
  const { start, end } = definition.periods.evaluation;
  print(
    `Evaluated from ${start} to ${end}; ${join(folder, 'import-report.md')} says what was found in the files.`,
  );
  print(`Register it with: sillage challenge register ${folder}`);
}

/** A folder with a challenge.yaml, or the name of a definition that ships with this installation. */
function shippedDefinition(idOrFolder: string): ReturnType<typeof readChallengeFolder> {
  const shipped = fileURLToPath(new URL(`../../../../../datasets/${idOrFolder}/`, import.meta.url));
  if (IMPORTABLE_CHALLENGES.includes(idOrFolder) && existsSync(shipped)) return readChallengeFolder(shipped);
  if (!existsSync(idOrFolder)) {
    throw new CommandError(
      `no importer for '${idOrFolder}'; there are ${IMPORTABLE_CHALLENGES.join(', ')}. 'sillage challenge import' takes any gridded CF file`,
    );
  }
  return readChallengeFolder(idOrFolder);
}
