import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactName } from '@sillage/contracts';
import type { ScoreResult } from './score-reconstruction.js';

export type WrittenArtefact = { name: ArtefactName; path: string };

/** Writes `diagnostics.json` and `statistics.json` of a scoring into a folder. */
export async function writeScoreArtefacts(
  result: ScoreResult,
  outputFolder: string,
): Promise<WrittenArtefact[]> {
  const diagnosticsPath = join(outputFolder, 'diagnostics.json');
  const statisticsPath = join(outputFolder, 'statistics.json');
  await writeFile(diagnosticsPath, JSON.stringify(result.diagnostics));
  await writeFile(statisticsPath, JSON.stringify(result.statistics));
  return [
    { name: 'diagnostics.json', path: diagnosticsPath },
    { name: 'statistics.json', path: statisticsPath },
  ];
}
