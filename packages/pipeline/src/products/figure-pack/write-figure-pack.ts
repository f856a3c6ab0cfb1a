import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostics, ResolutionByBox } from '@sillage/contracts';
import type { RegularGrid } from '@sillage/science';
import { zipSync } from 'fflate';
import type { ProductsOptions } from '../product-options.js';
import type { WrittenArtefact } from '../../score/index.js';
import { boxResolutionFigure } from './box-resolution-figure.js';
import {
  dailyFigure,
  psdScoreFigure,
  rmseMapFigure,
  trackSpectraFigures,
  zonalSpectraFigure,
  type Figure,
} from './figures.js';
import { zonalSpectraOf } from './zonal-spectra.js';

/**
 * Writes figures.zip: what a paper shows of a score, as SVG with the numbers behind each figure as CSV. Made only where the
 * truth is public: curves and error maps at full precision give it away.
 *
 * @param rmse - of a gridded protocol: RMSE of each place, on the grid that the pages show.
 */
export async function writeFigurePack(
  options: ProductsOptions,
  rmse: { grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>; rmseM: ArrayLike<number> } | null,
): Promise<WrittenArtefact[]> {
  const { diagnosticsPath, statisticsPath, resolutionPath, scores } = options;
  if (!options.includeTruth || diagnosticsPath === undefined || diagnosticsPath === null) return [];
  // Written by the score step from this very type, and fetched by its hash; the schemas would slow every scoring down.
  const diagnostics = JSON.parse(await readFile(diagnosticsPath, 'utf8')) as Diagnostics;
  const headings = { subtitle: subtitleOf(options) };
  const statistics: unknown =
    statisticsPath === undefined || statisticsPath === null
      ? null
      : JSON.parse(await readFile(statisticsPath, 'utf8'));
  const resolution =
    resolutionPath === undefined || resolutionPath === null
      ? null
      : (JSON.parse(await readFile(resolutionPath, 'utf8')) as ResolutionByBox);
  const spectra = zonalSpectraOf(statistics);
  const trackSpectrum = diagnostics.alongTrack?.spectrum ?? null;
  const figures: Figure[] = [
    dailyFigure(diagnostics, scores, headings),
    ...(diagnostics.psdScore === null ? [] : [psdScoreFigure(diagnostics.psdScore, scores, headings)]),
    ...(spectra === null ? [] : [zonalSpectraFigure(spectra, headings)]),
    ...(trackSpectrum === null ? [] : trackSpectraFigures(trackSpectrum, scores, headings)),
    ...(rmse === null ? [] : [rmseMapFigure(rmse, headings)]),
    ...(resolution === null ? [] : [boxResolutionFigure(resolution, headings)]),
  ];
  const path = join(options.outputFolder, 'figures.zip');
  await writeFile(path, zipOf(figures, options));
  return [{ name: 'figures.zip', path }];
}

function zipOf(figures: readonly Figure[], options: ProductsOptions): Uint8Array {
  const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
  const files = Object.fromEntries([
    ['README.txt', bytes(readme(figures, options))],
    ...figures.flatMap(({ name, svg, csv }) => [
      [`${name}.svg`, bytes(svg)],
      [`${name}.csv`, bytes(csv)],
    ]),
  ]) as Record<string, Uint8Array>;
  // Level 6 is a thirtieth smaller, and takes 0.28 s of processor time where this takes 0.04 s.
  return zipSync(files, { level: 1, mtime: options.now });
}

function subtitleOf({ provenance, task, protocol }: ProductsOptions): string {
  const short = (text: string, length: number): string =>
    text.length <= length ? text : `${text.slice(0, length - 1)}…`;
  return `${short(provenance.method, 34)}, ${short(provenance.challengeName, 38)}, ${task.area} × ${task.scenario}, ${protocol}`;
}

function readme(figures: readonly Figure[], options: ProductsOptions): string {
  const { provenance, task, protocol, scores, evaluatorVersion } = options;
  const value = (number: number | null, unit: string): string =>
    number === null ? 'not resolved' : `${number}${unit}`;
  return `Figures of ${provenance.method} by ${provenance.author}
${provenance.challengeName}, ${task.area} x ${task.scenario}, ${task.period.start} to ${task.period.end}
${provenance.synthetic ? 'The reference is a synthetic ocean.\n' : ''}
protocol ${protocol}, dataset ${provenance.datasetVersion}, scored by Sillage ${evaluatorVersion}
mu ${scores.mu}, sigma ${scores.sigma}, RMSE ${scores.rmseM} m
lambda_x ${scores.lambdaXKm === null ? value(scores.lambdaXDeg, ' degrees of longitude') : value(scores.lambdaXKm, ' km')}, lambda_t ${value(scores.lambdaTDays, ' days')}
submission ${provenance.submissionUrl || provenance.submissionId}
licence ${provenance.licence}

Each figure is a vector graphic (SVG; text stays text) with the numbers behind it (CSV, unrounded).

${figures.map(({ name, caption }) => `${name}.svg, ${name}.csv\n    ${caption}`).join('\n')}
`;
}
