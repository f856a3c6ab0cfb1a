import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactName, Diagnostics } from '@sillage/contracts';
import type { AlongTrackStatistics, MapStatistics, ScoreStatisticName } from '@sillage/science';
import type { ScoreDetails } from './score-details.js';

export type WrittenArtefact = { name: ArtefactName; path: string };

/** Writes the curves, statistics and details of a scoring into a folder. */
export async function writeScoreArtefacts(
  result: {
    diagnostics: Diagnostics;
    statistics: OfMap | AlongTrackStatistics;
    details: ScoreDetails | null;
  },
  outputFolder: string,
): Promise<WrittenArtefact[]> {
  const { diagnostics, statistics, details } = result;
  const contents: [ArtefactName, object | null][] = [
    ['diagnostics.json', diagnostics],
    ['statistics.json', isOfMap(statistics) ? storedStatistics(statistics) : statistics],
    ['boxes.json', details?.boxes ?? null],
    ['spectra.json', details?.spectra ?? null],
    ['resolution.json', details?.resolution ?? null],
  ];
  const written: WrittenArtefact[] = [];
  for (const [name, content] of contents) {
    if (!content) continue;
    const path = join(outputFolder, name);
    await writeFile(path, JSON.stringify(content, asPlainArrays));
    written.push({ name, path });
  }
  return written;
}

type OfMap = MapStatistics<ScoreStatisticName> & Partial<MapStatistics>;

function isOfMap(statistics: OfMap | AlongTrackStatistics): statistics is OfMap {
  return 'holes' in statistics;
}

/** Version 1 of `statistics.json`: what the numbers of a board follow from. Boxes and spectra of the figures have their own files. */
function storedStatistics(statistics: OfMap): object {
  const { protocol, grid, rows, daily, holes, spectrum, oceanSegments } = statistics;
  const { derivatives, zonalSpectrum } = statistics;
  return {
    version: 1,
    protocol,
    grid,
    rows,
    daily,
    holes,
    spectrum,
    ...(oceanSegments && { oceanSegments }),
    ...(derivatives && zonalSpectrum && { physics: { derivatives, spectrum: zonalSpectrum } }),
  };
}

function asPlainArrays(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value;
}
