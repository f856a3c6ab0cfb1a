import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactName, Diagnostics } from '@sillage/contracts';

export type WrittenArtefact = { name: ArtefactName; path: string };

/** Writes `diagnostics.json` and `statistics.json` of a scoring into a folder. */
export async function writeScoreArtefacts(
  result: { diagnostics: Diagnostics; statistics: object },
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
