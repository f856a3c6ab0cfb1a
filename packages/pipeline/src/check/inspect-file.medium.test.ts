import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { RejectionError } from '@sillage/checking';
import { inspectFile } from './inspect-file.js';
import { FIRST_DAY, sampleGrid, temporaryFolder, writeSample } from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(() => files.remove());

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const realData = join(process.env['SILLAGE_SHARED'] ?? join(repository, '../shared'), 'data/real');

describe('an inspection', () => {
  test('says what would be scored, on which grid, and survives JSON', async () => {
    const timeDays = sampleGrid().timeDays.filter((time) => time !== FIRST_DAY + 3);
    const path = await writeSample(files.path('gf.nc'), {
      name: 'gssh',
      grid: sampleGrid({ timeDays }),
      storage: { kind: 'deflate', level: 1 },
    });
    const inspection = await inspectFile(path);
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
    expect(inspection).toMatchObject({
      format: 'NetCDF-4 (HDF5)',
      ssh: { variable: 'gssh', units: 'm', kind: 'ssh', type: 'float32' },
      grid: {
        latCount: 17,
        lonCount: 21,
        timeCount: 17,
        south: 33.5,
        west: -60.5,
        lonSpacingDeg: 0.25,
        timeStepDays: 1,
        firstTime: '2012-10-21T00:00:00Z',
        lastTime: '2012-11-07T00:00:00Z',
        missingDays: ['2012-10-25'],
      },
      problem: null,
    });
    const variable = inspection.variables.find(({ name }) => name === 'gssh');
    expect(variable).toMatchObject({
      dimensions: ['time', 'lat', 'lon'],
      shape: [17, 17, 21],
      isCompressed: true,
    });
    expect(variable?.chunkShape).toEqual([1, 17, 21]);
  });

  test('of a file that opens but cannot be scored says why', async () => {
    const inspection = await inspectFile(await writeSample(files.path('sla.nc'), { name: 'sla' }));
    expect(inspection.problem?.code).toBe('sla-instead-of-ssh');
    expect(inspection.grid?.latCount).toBe(17);
    const missing = await inspectFile(files.path('sla.nc'), { variable: 'ssh' });
    expect(missing).toMatchObject({ ssh: null, grid: null, problem: { code: 'variable-not-found' } });
  });

  test('of observations says that they are no maps', async () => {
    const demo = join(repository, 'datasets/demo-osse/observations-gf-nadir4.nc');
    const { problem, variables } = await inspectFile(demo);
    expect(variables.map(({ name }) => name)).toContain('ssh_model');
    expect(problem).toMatchObject({
      code: 'wrong-dimensions',
      where: 'observations-gf-nadir4.nc',
      found: 'observations along tracks',
    });
  });

  test('of something else than NetCDF is a rejection that names the file', async () => {
    writeFileSync(files.path('notes.txt'), 'not a map at all');
    const error: unknown = await inspectFile(files.path('notes.txt')).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RejectionError);
    expect((error as RejectionError).reason).toMatchObject({ code: 'unsupported-format' });
    expect((error as RejectionError).message).toContain('notes.txt');
  });
});

describe.skipIf(!existsSync(realData))(`real files (${realData})`, () => {
  test('the Mediterranean maps are found as ADT on their own grid', async () => {
    const { ssh, grid, problem } = await inspectFile(join(realData, 'dt_med_allsat_phy_l4_2005T2.nc'));
    expect(problem).toBeNull();
    expect(ssh).toMatchObject({ variable: 'adt', units: 'm', kind: 'adt', type: 'int16' });
    expect(grid).toMatchObject({
      latCount: 128,
      lonCount: 344,
      timeCount: 91,
      missingDays: [],
      lonSpacingDeg: 0.125,
    });
    expect([grid?.firstTime, grid?.lastTime]).toEqual(['2005-04-01T00:00:00Z', '2005-06-30T00:00:00Z']);
  });

  test('the global map from 0 to 360° comes out from −180 to 180°', async () => {
    const { grid, problem } = await inspectFile(
      join(realData, 'dt_global_allsat_phy_l4_20190101_20190515.nc'),
    );
    expect(problem).toBeNull();
    expect(grid).toMatchObject({
      latCount: 720,
      lonCount: 1440,
      timeCount: 1,
      west: -179.875,
      east: 179.875,
    });
  });
});
