import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactName, Diagnostics } from '@sillage/contracts';
import type { ScoreDetails } from './score-details.js';

export type WrittenArtefact = { name: ArtefactName; path: string };

/** Writes the curves, statistics and details of a scoring into a folder. */
export async function writeScoreArtefacts(
  result: { diagnostics: Diagnostics; statistics: object; details: ScoreDetails },
  outputFolder: string,
): Promise<WrittenArtefact[]> {
  const { diagnostics, statistics, details } = result;
  const contents: [ArtefactName, object | null][] = [
    ['diagnostics.json', diagnostics],
    ['statistics.json', statistics],
    ['boxes.json', details.boxes],
    ['spectra.json', details.spectra],
    ['resolution.json', details.resolution],
  ];
  const written: WrittenArtefact[] = [];
  for (const [name, content] of contents) {
    if (!content) continue;
    const path = join(outputFolder, name);
    await writeFile(path, JSON.stringify(content));
    written.push({ name, path });
  }
  return written;
}
