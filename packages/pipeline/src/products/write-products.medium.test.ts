import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import {
  artefactNameSchema,
  diagnosticsSchema,
  mapManifestSchema,
  scoresSchema,
  type MapManifest,
  type ResolutionByBox,
} from '@sillage/contracts';
import { openGriddedField, openNetcdf } from '@sillage/netcdf';
import { afterAll, describe, expect, test } from 'vitest';
import { cropOf, croppedGrid, fileDays } from '@sillage/checking';
import { writeScoreArtefacts } from '../score/score-artefacts.js';
import { scoreReconstruction } from '../score/score-reconstruction.js';
import {
  evenly,
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';
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
      submissionUrl: 'https://sillage.example/submissions/3d6f0a58-6d6c-4d0e-9a53-0f6f4f1f8a11',
      platformUrl: 'https://sillage.example',
      submittedAt: '2026-11-20T08:30:00.000Z',
      datasetCitation: 'A made-up sea.',
      datasetLicence: 'CC0-1.0',
      namesFile: true,
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
    const pointCount = error.grid.latDeg.length * error.grid.lonDeg.length;
    expect(statSync(path).size).toBeGreaterThan(3 * 16 * pointCount * 4); // plain float32: see product-storage.ts
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
      license: expect.stringContaining('CC-BY-4.0'),
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

  test('shows nowhere where a withheld reference has values', async () => {
    const seaPath = await writeSample(files.path('sea.nc'), { height: sampleHeight });
    const [withLand, withoutLand] = await Promise.all(
      [truthPath, seaPath].map(async (path, index) => {
        const options = optionsFor(`blind-${index}`, { includeTruth: false, truthPath: path });
        const written = await writeProducts(options);
        return written.map((artefact) => [artefact.name, readFileSync(artefact.path).toString('base64')]);
      }),
    );
    expect(withLand).toEqual(withoutLand);
  });

  test('opens in xarray with decoded times, units and coordinates, and says in CF and ACDD what it is', ({
    skip,
  }) => {
    const probe = spawnSync('/usr/bin/python3', ['-c', 'import xarray, netCDF4'], { encoding: 'utf8' });
    if (probe.status !== 0) skip('xarray is not installed for /usr/bin/python3');
    const program = [
      'import json, sys, numpy, xarray',
      'dataset = xarray.open_dataset(sys.argv[1])',
      'assert set(dataset.coords) == {"time", "lat", "lon"}, list(dataset.coords)',
      'assert numpy.issubdtype(dataset.time.dtype, numpy.datetime64)',
      'numpy.testing.assert_allclose(dataset.ssh - dataset.ssh_true, dataset.error, atol=2e-7)',
      'facts = {name: dataset[name].attrs.get("units") for name in ("ssh", "ssh_true", "error", "lat", "lon")}',
      'facts["dims"] = list(dataset.ssh.dims)',
      'facts["first"] = str(dataset.time.values[0])[:19]',
      'facts["standard"] = [dataset[name].attrs["standard_name"] for name in ("time", "lat", "lon", "ssh")]',
      'attributes = {name: value.item() if hasattr(value, "item") else value for name, value in dataset.attrs.items()}',
      'print(json.dumps({**facts, "attributes": attributes}))',
    ].join('\n');
    const run = spawnSync('/usr/bin/python3', ['-c', program, join(files.path('all'), 'scored.nc')], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    const { attributes, ...facts } = JSON.parse(run.stdout) as { attributes: Record<string, unknown> };
    expect(facts).toEqual({
      ssh: 'm',
      ssh_true: 'm',
      error: 'm',
      lat: 'degrees_north',
      lon: 'degrees_east',
      dims: ['time', 'lat', 'lon'],
      first: '2012-10-22T00:00:00',
      standard: ['time', 'latitude', 'longitude', 'sea_surface_height_above_geoid'],
    });
    const { scores, provenance } = optionsFor('all-again');
    // The numbers of the API, to the last bit.
    expect(attributes).toMatchObject({
      mu_rmse: scores.mu,
      sigma_rmse: scores.sigma,
      rmse_m: scores.rmseM,
      Conventions: 'CF-1.10, ACDD-1.3',
      submission_id: provenance.submissionId,
      submission_url: provenance.submissionUrl,
      challenge: 'demo-osse',
      dataset_version: '1.0.0',
      evaluator_version: '0.1.0',
      license: 'ssh: CC-BY-4.0; ssh_true: CC0-1.0; error: both',
      citation: `A. Scientist (2026): Tilted truth, maps of sea surface height for Demo. Sillage. ${provenance.submissionUrl}`,
      acknowledgement: 'A made-up sea.',
      creator_name: 'A. Scientist',
      naming_authority: 'sillage.example',
      time_coverage_start: '2012-10-22T00:00:00Z',
      time_coverage_end: '2012-11-06T23:59:59Z',
      geospatial_lat_units: 'degrees_north',
    });
    expect(attributes).not.toHaveProperty('lambda_x_degrees');
    const places = ['lat_min', 'lat_max', 'lon_min', 'lon_max'].map(
      (name) => attributes[`geospatial_${name}`],
    );
    expect(places.every((place) => typeof place === 'number')).toBe(true);
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
    const manifest: unknown = JSON.parse(readFileSync(join(options.outputFolder, 'maps.json'), 'utf8'));
    expect(manifest).toMatchObject({ isInterpolated: true });
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

test('scores and curves are what the contracts promise, and JSON keeps them', async () => {
  const result = await scoreReconstruction({
    referencePath: truthPath,
    reconstructionPath: canonicalPath,
    protocol: 'osse-natl',
    scoredBox: TASK.scoredBox,
    period: TASK.period,
    details: true,
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
  const { protocol, grid, rows, daily, holes, spectrum, derivatives, zonalSpectrum } = result.statistics;
  expect(JSON.parse(readFileSync(join(folder, 'statistics.json'), 'utf8'))).toEqual({
    version: 1,
    protocol,
    grid: {
      timeDays: Array.from(grid.timeDays),
      latDeg: Array.from(grid.latDeg),
      lonDeg: Array.from(grid.lonDeg),
    },
    rows,
    daily,
    holes,
    spectrum: {
      ...spectrum,
      errorPsdSum: Array.from(spectrum.errorPsdSum),
      referencePsdSum: Array.from(spectrum.referencePsdSum),
    },
    physics: { derivatives, spectrum: zonalSpectrum },
  });
});

describe('figures.zip', () => {
  const unzipped = (folder: string): Map<string, string> =>
    new Map(
      Object.entries(unzipSync(readFileSync(join(folder, 'figures.zip')))).map(([name, bytes]) => [
        name,
        new TextDecoder().decode(bytes),
      ]),
    );
  const rowsOf = (csv: string | undefined): string[][] =>
    (csv ?? '')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));

  test('has each figure with the numbers behind it, and they are those of the score', async () => {
    // A field in which the score falls through 0.5: small waves are lost.
    const lossy = await writeSample(files.path('lossy.nc'), {
      height: (time, lat, lon) =>
        sampleHeight(time, lat, lon) + 0.4 * Math.sin(2 * Math.PI * (lon / 0.7 + time / 3)),
    });
    const result = await scoreReconstruction({
      referencePath: truthPath,
      reconstructionPath: lossy,
      protocol: 'osse-natl',
      scoredBox: TASK.scoredBox,
      period: TASK.period,
      details: true,
    });
    const folder = files.path('figures-in');
    mkdirSync(folder);
    await writeScoreArtefacts(result, folder);
    const box = (wavelength: number | null) => ({
      wavelength,
      unresolved: wavelength === null ? ('longer-than-box' as const) : null,
      pieceCount: 20,
      kmPerDeg: 90,
      reference: [],
      error: [],
    });
    const resolution: ResolutionByBox = {
      version: 1,
      direction: 'zonal',
      unit: 'deg',
      sizeDeg: 5,
      latDeg: [35.5],
      lonDeg: [-62.5, -60],
      wavelength: [5, 2.5, 1.25],
      longestWavelength: 2.5,
      leastPieceCount: 10,
      boxes: [box(1.6), box(null)],
      whole: box(2),
    };
    writeFileSync(join(folder, 'resolution.json'), JSON.stringify(resolution));
    const options = optionsFor('figures', {
      canonicalPath: lossy,
      resolutionPath: join(folder, 'resolution.json'),
      scores: result.scores,
      diagnosticsPath: join(folder, 'diagnostics.json'),
      statisticsPath: join(folder, 'statistics.json'),
    });
    const written = await writeProducts(options);
    expect(written.map(({ name }) => name)).toContain('figures.zip');
    const pack = unzipped(options.outputFolder);
    const names = ['rmse-over-time', 'psd-score', 'zonal-spectra', 'rmse-map', 'resolution-by-box'];
    expect([...pack.keys()].sort()).toEqual(
      ['README.txt', ...names.flatMap((name) => [`${name}.svg`, `${name}.csv`])].sort(),
    );
    for (const name of names) {
      const svg = pack.get(`${name}.svg`) ?? '';
      expect(svg).toMatch(/^<svg xmlns[^]*<\/svg>\n$/);
      expect(svg, name).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(pack.get('resolution-by-box.svg')).toContain('>1.60</text>');
    expect(pack.get('resolution-by-box.svg')).toContain('>&gt; 2.50</text>');
    expect(rowsOf(pack.get('resolution-by-box.csv'))).toEqual([
      [
        'box_middle_lat_deg',
        'box_middle_lon_deg',
        'box_size_deg',
        'lambda_x_deg',
        'lambda_x_km',
        'unresolved',
        'rows_or_passes',
      ],
      ['35.5', '-62.5', '5', '1.6', '144', '', '20'],
      ['35.5', '-60', '5', '', '', 'longer-than-box', '20'],
    ]);
    expect(pack.get('rmse-over-time.svg')).toContain('RMSE (m)');
    expect(pack.get('psd-score.svg')).toContain('period (days)');
    const [dailyHead, ...daily] = rowsOf(pack.get('rmse-over-time.csv'));
    expect(dailyHead).toEqual(['date', 'days_since_1950', 'rmse_m', 'rmse_score']);
    expect(daily.map((row) => Number(row[2]))).toEqual(result.diagnostics.daily.rmseM);
    expect(daily[0]?.[0]).toBe('2012-10-22');
    const psd = result.diagnostics.psdScore!;
    expect(rowsOf(pack.get('psd-score.csv')).slice(1)).toHaveLength(
      psd.periodDays.length * psd.wavelengthDeg.length,
    );
    // The one-dimensional spectra add up to the two-dimensional ones that the score divides.
    const spectra = rowsOf(pack.get('zonal-spectra.csv'))
      .slice(1)
      .map((row) => row.map(Number));
    const { spectrum, grid } = result.statistics;
    const frequencyStep = 1 / grid.timeDays.length; // daily maps: cycles/day
    const total = (sums: Float64Array, rows: number): number =>
      (sums.reduce((sum, value) => sum + value, 0) * frequencyStep) / rows;
    const sumOf = (column: number): number => spectra.reduce((sum, row) => sum + (row[column] ?? NaN), 0);
    expect(sumOf(1) / total(spectrum.referencePsdSum, spectrum.referenceRowCount)).toBeCloseTo(1, 10);
    expect(sumOf(2) / total(spectrum.errorPsdSum, spectrum.errorRowCount)).toBeCloseTo(1, 10);
    const rmse = rowsOf(pack.get('rmse-map.csv')).slice(1);
    expect(rmse.some((row) => row[2] === '')).toBe(true); // land
    expect(pack.get('README.txt')).toContain(`mu ${result.scores.mu}`);
  });

  test('is not made where the truth is withheld: its curves would give it away', async () => {
    const options = optionsFor('figures-blind', {
      includeTruth: false,
      diagnosticsPath: files.path('figures-in/diagnostics.json'),
    });
    const written = await writeProducts(options);
    expect(written.map(({ name }) => name)).not.toContain('figures.zip');
  });
});
