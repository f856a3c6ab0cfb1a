import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  artefactNameSchema,
  diagnosticsSchema,
  mapManifestSchema,
  scoresSchema,
  type MapManifest,
} from '@sillage/contracts';
import { openGriddedField, openNetcdf } from '@sillage/netcdf';
import { afterAll, describe, expect, test } from 'vitest';
import { fileDays } from './day-source.js';
import { cropOf, croppedGrid } from './grid-alignment.js';
import { productStorage } from './product-storage.js';
import { writeScoreArtefacts } from './score-artefacts.js';
import { scoreReconstruction } from './score-reconstruction.js';
import {
  evenly,
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from './testing/sample-files.js';
import { writeAlongTrackProducts, writeProducts, type ProductsOptions } from './write-products.js';

const files = temporaryFolder();
afterAll(() => files.remove());

const isLand = (lon: number): boolean => lon > -56.3;
const truthPath = await writeSample(files.path('truth.nc'), {
  storage: { kind: 'deflate', level: 1 },
  height: (time, lat, lon) => (isLand(lon) ? NaN : sampleHeight(time, lat, lon)),
});
const canonicalPath = await writeSample(files.path('canonical.nc'), {
  height: (time, lat, lon) => sampleHeight(time, lat, lon) + 0.01 * (lat - 35),
});

function optionsFor(name: string, changes: Partial<ProductsOptions> = {}): ProductsOptions {
  const outputFolder = files.path(name);
  mkdirSync(outputFolder);
  return {
    canonicalPath,
    truthPath,
    task: TASK,
    protocol: 'osse-natl',
    scores: {
      mu: 0.98,
      sigma: 0.001,
      lambdaXDeg: null,
      lambdaXKm: null,
      lambdaTDays: null,
      unresolved: 'everything-resolved',
      atGridLimit: [],
      rmseM: 0.01,
    },
    provenance: {
      challenge: 'demo-osse',
      challengeName: 'Demo',
      datasetVersion: '1.0.0',
      method: 'Tilted truth',
      author: 'A. Scientist',
      licence: 'CC-BY-4.0',
      synthetic: true,
      submissionId: '3d6f0a58-6d6c-4d0e-9a53-0f6f4f1f8a11',
    },
    includeTruth: true,
    evaluatorVersion: '0.1.0',
    now: new Date('2026-11-23T12:00:00Z'),
    outputFolder,
    ...changes,
  };
}

function frames(folder: string, manifest: MapManifest, name: string): number[][] {
  const layer = manifest.layers.find((candidate) => candidate.name === name)!;
  const bytes = readFileSync(join(folder, `${name}.i16`));
  const points = manifest.lonDeg.length * manifest.latDeg.length;
  expect(bytes.length).toBe(2 * points * layer.frameCount);
  return Array.from({ length: layer.frameCount }, (_, frame) =>
    Array.from({ length: points }, (_, point) => {
      const raw = bytes.readInt16LE(2 * (frame * points + point));
      return raw === -32768 ? NaN : raw * layer.scale + layer.offset;
    }),
  );
}

describe('scored.nc', () => {
  test('holds reconstruction, reference and error on the grid of the reference, with its scores', async () => {
    const options = optionsFor('all');
    const written = await writeProducts(options);
    expect(written.map((artefact) => artefactNameSchema.parse(artefact.name)).sort()).toEqual(
      [
        'error.i16',
        'maps.json',
        'reconstruction-gradient.i16',
        'reconstruction-vorticity.i16',
        'reconstruction.i16',
        'reference-gradient.i16',
        'reference-vorticity.i16',
        'reference.i16',
        'rmse.i16',
        'scored.nc',
      ].sort(),
    );
    expect(readdirSync(options.outputFolder).filter((name) => name.endsWith('.f32'))).toEqual([]);
    const path = join(options.outputFolder, 'scored.nc');
    const error = await openGriddedField(path, { variable: 'error' });
    expect(error.grid.timeDays).toEqual(evenly(FIRST_DAY, 16, 1));
    const day = await error.readDays(5, 1);
    const { latDeg, lonDeg } = error.grid;
    latDeg.forEach((lat, row) =>
      lonDeg.forEach((lon, column) => {
        const value = day[row * lonDeg.length + column]!;
        if (isLand(lon)) expect(value).toBeNaN();
        else expect(value).toBeCloseTo(0.01 * (lat - 35), 6);
      }),
    );
    expect(error.attributes).toMatchObject({
      Conventions: expect.stringContaining('CF-1.'),
      title: 'Tilted truth scored on Demo, gf × nadir4',
      protocol: 'osse-natl',
      mu_rmse: 0.98,
      effective_resolution_unresolved: 'everything-resolved',
      license: 'CC-BY-4.0',
      history: '2026-11-23T12:00:00Z sillage evaluator 0.1.0',
    });
    error.close();
  });

  test('holds nothing of a reference that is not public', async () => {
    const options = optionsFor('blind', { includeTruth: false });
    const written = await writeProducts(options);
    expect(written.map((artefact) => artefact.name).sort()).toEqual([
      'maps.json',
      'reconstruction-gradient.i16',
      'reconstruction-vorticity.i16',
      'reconstruction.i16',
      'scored.nc',
    ]);
    const file = await openNetcdf(join(options.outputFolder, 'scored.nc'));
    expect(file.variables.map((variable) => variable.name).sort()).toEqual(['lat', 'lon', 'ssh', 'time']);
    file.close();
  });

  test('opens in xarray with decoded times', ({ skip }) => {
    const probe = spawnSync('/usr/bin/python3', ['-c', 'import xarray, netCDF4'], { encoding: 'utf8' });
    if (probe.status !== 0) skip('xarray is not installed for /usr/bin/python3');
    const program = [
      'import sys, xarray',
      'dataset = xarray.open_dataset(sys.argv[1])',
      'print(dataset.ssh.dims, str(dataset.time.values[0])[:19], float(abs(dataset.error).max()) < 0.05)',
    ].join('\n');
    const run = spawnSync('/usr/bin/python3', ['-c', program, join(files.path('all'), 'scored.nc')], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.stdout.trim()).toBe("('time', 'lat', 'lon') 2012-10-22T00:00:00 True");
  });
});

describe('maps', () => {
  test('decode to the heights, days and places of the manifest', () => {
    const folder = files.path('all');
    const manifest = mapManifestSchema.parse(JSON.parse(readFileSync(join(folder, 'maps.json'), 'utf8')));
    expect(manifest.timeDays).toEqual(Array.from(evenly(FIRST_DAY, 16, 1)));
    const reference = frames(folder, manifest, 'reference')[7]!;
    const rmse = frames(folder, manifest, 'rmse')[0]!;
    manifest.latDeg.forEach((lat, row) =>
      manifest.lonDeg.forEach((lon, column) => {
        const point = row * manifest.lonDeg.length + column;
        if (isLand(lon)) {
          expect(reference[point]).toBeNaN();
          expect(rmse[point]).toBeNaN();
        } else {
          expect(reference[point]).toBeCloseTo(sampleHeight(FIRST_DAY + 7, lat, lon), 4);
          expect(rmse[point]).toBeCloseTo(Math.abs(0.01 * (lat - 35)), 4);
        }
      }),
    );
  });

  test('of a regridded reconstruction show it on the grid of the reference', async () => {
    const grid = sampleGrid({ lonDeg: evenly(-60.6, 30, 0.2), timeDays: evenly(FIRST_DAY - 0.5, 18, 1) });
    const path = await writeSample(files.path('coarse.nc'), { grid });
    const options = optionsFor('regridded', { canonicalPath: path });
    await writeProducts(options);
    const field = await openGriddedField(join(options.outputFolder, 'scored.nc'), { variable: 'error' });
    const day = await field.readDays(3, 1);
    field.close();
    const errors = Array.from(day).filter((value) => !Number.isNaN(value));
    expect(errors).toHaveLength(13 * 15);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.02); // m: what interpolation loses of the 3° waves
  });
});

describe('products of an along-track protocol', () => {
  test('are the reconstruction alone, on its own grid, with the scores of the track', async () => {
    const options = optionsFor('along-track', {
      protocol: 'ose-along-track',
      truthPath: files.path('no-such-track.nc'),
    });
    const scores = { ...options.scores, unresolved: null, lambdaXKm: 139.2 };
    const written = await writeAlongTrackProducts({ ...options, scores });
    expect(written.map((artefact) => artefact.name).sort()).toEqual([
      'maps.json',
      'reconstruction-gradient.i16',
      'reconstruction-vorticity.i16',
      'reconstruction.i16',
      'scored.nc',
    ]);
    const field = await openGriddedField(join(options.outputFolder, 'scored.nc'));
    expect(field.attributes).toMatchObject({ protocol: 'ose-along-track', lambda_x_km: 139.2 });
    expect(field.attributes).not.toHaveProperty('lambda_x_degrees');
    const source = await openGriddedField(canonicalPath, { variable: 'ssh' });
    const crop = cropOf(source.grid, TASK.scoredBox, TASK.period);
    expect(field.grid).toEqual(croppedGrid(source.grid, crop));
    expect(await field.readDays(5, 1)).toEqual(await fileDays(source, crop).readDay(5));
    const folder = options.outputFolder;
    const manifest = mapManifestSchema.parse(JSON.parse(readFileSync(join(folder, 'maps.json'), 'utf8')));
    expect(manifest.lonDeg).toEqual(Array.from(field.grid.lonDeg));
    expect(frames(folder, manifest, 'reconstruction')).toHaveLength(16);
    field.close();
    source.close();
  });
});

test('a file beyond the limit of compression is written plain', () => {
  expect(productStorage(3 * 42 * 200 * 200)).toEqual({ kind: 'deflate', level: 1 });
  expect(productStorage(3 * 42 * 761 * 1721)).toEqual({ kind: 'contiguous' });
});

test('scores and curves are what the contracts promise, and JSON keeps them', async () => {
  const result = await scoreReconstruction({
    referencePath: truthPath,
    reconstructionPath: canonicalPath,
    protocol: 'osse-natl',
    scoredBox: TASK.scoredBox,
    period: TASK.period,
  });
  expect(scoresSchema.parse(result.scores)).toEqual(result.scores);
  const folder = files.path('curves');
  mkdirSync(folder);
  const written = await writeScoreArtefacts(result, folder);
  expect(written.map((artefact) => artefact.name)).toEqual([
    'diagnostics.json',
    'statistics.json',
    'boxes.json',
  ]); // no spectra: the land of the sample leaves no piece of a row as long as the area
  const diagnostics: unknown = JSON.parse(readFileSync(join(folder, 'diagnostics.json'), 'utf8'));
  expect(diagnosticsSchema.parse(diagnostics)).toEqual(result.diagnostics);
  expect(JSON.parse(readFileSync(join(folder, 'statistics.json'), 'utf8'))).toEqual(result.statistics);
});
