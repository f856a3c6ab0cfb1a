import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAlongTrack, openGriddedField } from '@sillage/netcdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSillage } from './testing/run-sillage.js';
import { writeSampleMap } from './testing/sample-maps.js';

const sharedFolder =
  process.env.SILLAGE_SHARED ?? fileURLToPath(new URL('../../../../shared/', import.meta.url));
const goldenFolder = join(sharedFolder, 'golden/scores');

let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-cli-'));
  await writeSampleMap({ path: file('truth.nc'), name: 'sossheig' });
  await writeSampleMap({ path: file('map.nc'), errorM: 0.05 });
  await writeSampleMap({ path: file('hole.nc'), hole: 17 });
  await writeSampleMap({ path: file('short.nc'), dayCount: 10 });
  await writeSampleMap({ path: file('week.nc'), dayCount: 7 });
  await writeSampleMap({ path: file('elsewhere.nc'), south: -40 });
  await writeSampleMap({ path: file('furlongs.nc'), units: 'furlongs' });
  writeFileSync(file('table.csv'), 'time,lat,lon,ssh\n');
  writeFileSync(file('empty.nc'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scoreOf = (reconstruction: string, ...more: string[]): string[] => [
  ...['score', '--reference', file('truth.nc'), '--reconstruction', reconstruction],
  ...more,
];

describe('sillage score', () => {
  test('prints one JSON object with the agreed keys', async () => {
    const run = await runSillage(scoreOf(file('map.nc'), '--json'));
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const scores: Record<string, unknown> = JSON.parse(run.stdout);
    for (const key of [
      'mu',
      'sigma',
      'lambda_x_deg',
      'lambda_t_days',
      'unresolved',
      'rmse_m',
      'rmse_t',
      'grid',
      'protocol',
      'version',
    ]) {
      expect(scores).toHaveProperty(key);
    }
    expect(scores.rmse_m).toBeCloseTo(0.05 / Math.SQRT2, 3);
    expect(scores.rmse_t).toHaveLength(20);
    expect(scores.protocol).toBe('osse-2020a');
    expect(scores.grid).toEqual({
      lat_count: 40,
      lon_count: 40,
      time_count: 20,
      spacing_deg: 0.25,
      gridding: 'same-grid',
    });
  });

  test('tells the resolution of the open ocean where it is asked for: without land that of the rows', async () => {
    const options = ['--protocol', 'osse-natl', '--open-ocean'];
    const scored = JSON.parse((await runSillage(scoreOf(file('map.nc'), ...options, '--json'))).stdout);
    expect(scored.open_ocean).toMatchObject({
      lambda_x_deg: scored.lambda_x_deg,
      lambda_t_days: scored.lambda_t_days,
      unresolved: scored.unresolved,
      segment_count: 40,
    });
    const text = (await runSillage(scoreOf(file('map.nc'), ...options))).stdout;
    expect(text).toMatch(/^Open ocean, 40 pieces of rows of 10\.0° without land: /m);
  });

  test('tells RMSE score and resolution by box where it is asked for', async () => {
    const scored = JSON.parse((await runSillage(scoreOf(file('map.nc'), '--boxes', '--json'))).stdout);
    expect(scored.rmse_boxes).toMatchObject({ size_deg: 2, row_count: 5, column_count: 5 });
    expect(scored.rmse_boxes.rmse_score).toHaveLength(25);
    expect(scored.resolution_boxes).toMatchObject({ size_deg: 5, unit: 'deg', direction: 'zonal' });
    expect(scored.resolution_boxes.lat_deg).toHaveLength(3);
    expect(scored.resolution_boxes.lambda_x).toHaveLength(9);
    const text = (await runSillage(scoreOf(file('map.nc'), '--boxes'))).stdout;
    expect(text).toMatch(/^RMSE score in boxes of 2°/m);
    expect(text).toMatch(/^λx \[°\] in overlapping boxes of 5°/m);
    const plain = JSON.parse((await runSillage(scoreOf(file('map.nc'), '--json'))).stdout);
    expect(plain).not.toHaveProperty('resolution_boxes');
  });

  test('gives null and the reason where a resolution does not exist', async () => {
    const run = await runSillage(scoreOf(file('truth.nc'), '--json'));
    expect(JSON.parse(run.stdout)).toMatchObject({
      mu: 1,
      lambda_x_deg: null,
      lambda_t_days: null,
      unresolved: 'identical',
    });
  });

  test('prints a table for people', async () => {
    const run = await runSillage(scoreOf(file('map.nc')));
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/µ\(RMSE\)\s+0\.9\d\d/);
    expect(run.stdout).toContain('40 × 40 points, 20 times, 2012-10-22 to 2012-11-10');
  });

  test('scores a box and a period', async () => {
    const run = await runSillage(
      scoreOf(
        file('map.nc'),
        '--box=-64,-60,34,38',
        '--start',
        '2012-10-25',
        '--end',
        '2012-11-05',
        '--json',
      ),
    );
    expect(JSON.parse(run.stdout).grid).toMatchObject({ lat_count: 17, lon_count: 17, time_count: 12 });
  });
});

describe.skipIf(!existsSync(goldenFolder))(
  'sillage score, beside the Python of the challenge (../shared is needed)',
  () => {
    const cases = [
      { name: 'clean_even', options: [] },
      { name: 'clean_odd', options: [] },
      { name: 'land', options: [] },
      { name: 'many_contours', options: [] },
      { name: 'regrid', options: [] },
      { name: 'regrid_fill', options: ['--fill', 'gauss-seidel'] },
      { name: 'gaps_in_rec', options: ['--holes', 'as-2020a'] },
    ];

    test.each(cases)('agrees on $name', async ({ name, options }) => {
      const golden: { raw: Record<string, number>; rmse_t: number[] } = JSON.parse(
        readFileSync(join(goldenFolder, `${name}.json`), 'utf8'),
      );
      const run = await runSillage([
        ...['score', '--reference', join(goldenFolder, `${name}_ref.nc`), '--reference-variable', 'sossheig'],
        ...[
          '--reconstruction',
          join(goldenFolder, `${name}_rec.nc`),
          '--reconstruction-variable',
          'gssh',
          '--json',
          ...options,
        ],
      ]);
      expect(run).toMatchObject({ status: 0, stderr: '' });
      const scores: Record<string, number> & { rmse_t: number[] } = JSON.parse(run.stdout);
      const { raw } = golden;
      // Tolerances of the specification: 1e-6 absolute for µ and σ, 1e-6 relative for λ.
      expect(Math.abs((scores.mu ?? NaN) - (raw.mu ?? NaN))).toBeLessThan(1e-6);
      expect(Math.abs((scores.sigma ?? NaN) - (raw.sigma ?? NaN))).toBeLessThan(1e-6);
      expect(Math.abs((scores.lambda_x_deg ?? NaN) / (raw.lambda_x ?? NaN) - 1)).toBeLessThan(1e-6);
      expect(Math.abs((scores.lambda_t_days ?? NaN) / (raw.lambda_t ?? NaN) - 1)).toBeLessThan(1e-6);
      const largestError = Math.max(
        ...golden.rmse_t.map((value, day) => Math.abs(value - (scores.rmse_t[day] ?? NaN))),
      );
      expect(largestError).toBeLessThan(1e-6);
    });
  },
);

describe('sillage inspect', () => {
  test('says what would be scored', async () => {
    const run = await runSillage(['inspect', file('map.nc')]);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain("Scored would be 'gssh' [m]");
    expect(run.stdout).toContain('latitude   40 from 33° to 42.75°, every 0.25°');
  });

  test('prints JSON with the agreed keys', async () => {
    const run = await runSillage(['inspect', file('map.nc'), '--json']);
    const inspection = JSON.parse(run.stdout);
    expect(inspection).toMatchObject({
      dimensions: { time: 20, lat: 40, lon: 40 },
      ssh: { variable: 'gssh' },
      problem: null,
    });
    expect(inspection.grid).toMatchObject({
      time_count: 20,
      south: 33,
      lat_spacing_deg: 0.25,
      missing_days: [],
    });
  });

  test('tells why a file could not be scored, and that is an answer, not an error', async () => {
    const run = await runSillage(['inspect', file('furlongs.nc'), '--json']);
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout).problem.code).toBe('unknown-units');
  });
});

describe('sillage simulate and oi', () => {
  test('observe a truth, map the observations on its grid, and the map scores', async () => {
    const simulated = await runSillage([
      ...['simulate', '--truth', file('truth.nc'), '--scenario', 'nadir4', '--out', file('obs.nc')],
    ]);
    expect(simulated).toMatchObject({ status: 0, stderr: '' });
    const observations = await openAlongTrack(file('obs.nc'));
    expect(observations.sshM.length).toBeGreaterThan(500);
    expect(simulated.stdout).toContain(`${observations.sshM.length} observations of `);

    const mapped = await runSillage([
      ...['oi', '--observations', file('obs.nc'), '--like', file('week.nc'), '--out', file('oi.nc')],
    ]);
    expect(mapped).toMatchObject({ status: 0, stderr: '' });
    const field = await openGriddedField(file('oi.nc'));
    expect([field.grid.timeDays.length, field.grid.latDeg.length, field.grid.lonDeg.length]).toEqual([
      7, 40, 40,
    ]);
    field.close();

    const scored = await runSillage(
      scoreOf(file('oi.nc'), '--end', '2012-10-28', '--start', '2012-10-22', '--json'),
    );
    expect(JSON.parse(scored.stdout).mu).toBeGreaterThan(0.5);
  });

  test('map every day of the truth that was observed, its last midnight included', async () => {
    const run = await runSillage([
      ...['oi', '--observations', file('obs.nc'), '--box=-65,-64,33,34', '--out', file('days.nc')],
    ]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const truth = await openGriddedField(file('truth.nc'));
    const field = await openGriddedField(file('days.nc'));
    expect([...field.grid.timeDays]).toEqual([...truth.grid.timeDays]);
    field.close();
    truth.close();
  });

  test('map several files together in the layout of the NATL60 files', async () => {
    const twice = ['--observations', file('obs.nc'), '--observations', file('obs.nc')];
    const run = await runSillage([
      ...['oi', ...twice, '--box=-65,-64,33,34', '--method', 'lattice', '--layout', 'natl60'],
      ...['--out', file('natl60.nc')],
    ]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toContain('natl60.nc: ssh_mod');
    const field = await openGriddedField(file('natl60.nc'), { variable: 'ssh_mod' });
    expect(field).toMatchObject({ sourceType: 'float64' });
    expect(String(field.attributes['source'])).toMatch(/obs\.nc, obs\.nc; .*lattice/);
    field.close();
  });

  test('map a known area at a spacing of choice', async () => {
    const run = await runSillage([
      ...[
        'oi',
        '--observations',
        file('obs.nc'),
        '--area',
        'gf',
        '--spacing',
        '0.5',
        '--start',
        '2012-10-30',
        '--end',
        '2012-10-31',
      ],
      ...['--out', file('gf.nc')],
    ]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const field = await openGriddedField(file('gf.nc'));
    expect([...field.grid.lonDeg.subarray(0, 2)]).toEqual([-65, -64.5]);
    expect([field.grid.timeDays.length, field.grid.latDeg.length]).toEqual([2, 21]);
    field.close();
  });
});

describe('sillage simulate-ocean', () => {
  const command = (...more: string[]): string[] => [
    ...['simulate-ocean', '--area', 'gf', '--out', file('ocean.nc')],
    ...more,
  ];
  test.each([
    { name: 'a day that is none', more: ['--start', '2013-02-30', '--days', '3'], says: 'is not a day' },
    {
      name: 'a day before the ocean begins',
      more: ['--start', '2012-09-30', '--days', '3'],
      says: 'begins on 2012-10-01',
    },
    {
      name: 'a step wider than the area',
      more: ['--start', '2012-10-01', '--days', '3', '--spacing', '11'],
      says: '--spacing 11 leaves 1 node',
    },
    { name: 'no length', more: ['--start', '2012-10-01'], says: '--days' },
  ])('refuses $name before it simulates', async ({ more, says }) => {
    const run = await runSillage(command(...more));
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(says);
    expect(run.stdout).toBe('');
    expect(existsSync(file('ocean.nc'))).toBe(false);
  });
});

describe('sillage challenge import', () => {
  test('makes a challenge folder from a gridded file', async () => {
    const run = await runSillage([
      ...[
        'challenge',
        'import',
        '--truth',
        file('truth.nc'),
        '--id',
        'waves-2012',
        '--name',
        'Waves',
        '--licence',
        'CC0-1.0',
      ],
      ...['--synthetic', '--start', '2012-10-24', '--end', '2012-11-08', '--out', file('waves-2012')],
    ]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const definition = readFileSync(join(file('waves-2012'), 'challenge.yaml'), 'utf8');
    expect(definition).toContain('id: waves-2012');
    expect(run.stdout).toContain('sillage challenge register');
  });
});

describe('bad input gets one line on stderr, no stack trace and exit status 1', () => {
  const cases: { name: string; parameters: () => string[]; message: RegExp }[] = [
    {
      name: 'no command that exists',
      parameters: () => ['scroe'],
      message: /unknown command 'scroe' \(Did you mean score\?\)/,
    },
    {
      name: 'a mistyped flag',
      parameters: () => ['score', '--refrence', 'x'],
      message: /unknown option '--refrence' \(Did you mean --reference\?\)/,
    },
    {
      name: 'a missing flag',
      parameters: () => ['score', '--reference', 'x'],
      message: /--reconstruction <file>' not specified/,
    },
    {
      name: 'a missing argument',
      parameters: () => ['inspect'],
      message: /missing required argument 'file'/,
    },
    { name: 'an argument too many', parameters: () => ['inspect', 'a', 'b'], message: /too many arguments/ },
    {
      name: 'an unknown protocol',
      parameters: () => scoreOf(file('map.nc'), '--protocol', 'osse-1999'),
      message: /Allowed choices are osse-2020a, osse-natl/,
    },
    {
      name: 'a number that is none',
      parameters: () => scoreOf(file('map.nc'), '--threads', 'two'),
      message: /Give a number above 0/,
    },
    {
      name: 'a file that is not there',
      parameters: () => scoreOf(file('nowhere.nc')),
      message: /nowhere\.nc.*(no such file|not)/,
    },
    { name: 'a folder for a file', parameters: () => scoreOf(folder), message: /not a regular file/ },
    { name: 'an empty file', parameters: () => scoreOf(file('empty.nc')), message: /empty\.nc/ },
    { name: 'a file of another format', parameters: () => scoreOf(file('table.csv')), message: /NetCDF/ },
    { name: 'a hole', parameters: () => scoreOf(file('hole.nc')), message: /missing/ },
    { name: 'missing days', parameters: () => scoreOf(file('short.nc')), message: /2012-11-01/ },
    { name: 'another area', parameters: () => scoreOf(file('elsewhere.nc')), message: /latitude/ },
    { name: 'unknown units', parameters: () => scoreOf(file('furlongs.nc')), message: /furlongs/ },
    {
      name: 'a variable that is not there',
      parameters: () => scoreOf(file('map.nc'), '--reconstruction-variable', 'adt'),
      message: /'?adt'?.*gssh|gssh.*adt/,
    },
    {
      name: 'a box inside out',
      parameters: () => scoreOf(file('map.nc'), '--box=-55,-65,33,43'),
      message: /west < east/,
    },
    {
      name: 'an unknown scenario',
      parameters: () => [
        'simulate',
        '--truth',
        file('truth.nc'),
        '--scenario',
        'nadir9',
        '--out',
        file('x.nc'),
      ],
      message: /nadir9.*nadir4/,
    },
    {
      name: 'nowhere to map',
      parameters: () => ['oi', '--observations', file('truth.nc'), '--out', file('x.nc')],
      message: /--area, --box or --like/,
    },
    {
      name: 'maps instead of observations',
      parameters: () => ['oi', '--observations', file('truth.nc'), '--area', 'gf', '--out', file('x.nc')],
      message: /truth\.nc/,
    },
    {
      name: 'an output folder that is not there',
      parameters: () => [
        'simulate',
        '--truth',
        file('truth.nc'),
        '--scenario',
        'nadir4',
        '--out',
        file('no/x.nc'),
      ],
      message: /no\/x\.nc: the folder .*no does not exist; make it first/,
    },
    {
      name: 'a folder that is no challenge',
      parameters: () => ['challenge', 'register', folder],
      message: /there is no challenge\.yaml/,
    },
  ];

  test.each(cases)('$name', async ({ parameters, message }) => {
    const run = await runSillage(parameters());
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/^sillage: [^\n]*\n$/);
    expect(run.stderr).not.toMatch(/\n\s+at |node:internal/);
    expect(run.stdout).toBe('');
    expect(run.status).toBe(1);
  });

  test('SILLAGE_DEBUG=1 adds the stack trace', async () => {
    const run = await runSillage(scoreOf(file('nowhere.nc')), { env: { SILLAGE_DEBUG: '1' } });
    expect(run.stderr).toMatch(/\n\s+at /);
  });
});
