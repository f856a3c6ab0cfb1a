import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openAlongTrack } from '@sillage/netcdf';
import { daysSince1950, isoDay } from '@sillage/science';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readEvaluationTrack } from '../files/read-evaluation-track.js';
import {
  LIKE_BOX,
  LIKE_OCEAN,
  smallDefinition,
  writeLevel3Like,
  writePublishedMapLike,
} from '../testing/natl60-files.js';
import { temporaryFolder } from '../testing/sample-files.js';
import { sha256OfFile } from '../files/file-hash.js';
import { importNatl60 } from './index.js';

const files = temporaryFolder();
afterAll(() => files.remove());
const shipped: unknown = parse(
  readFileSync(new URL('../../../../datasets/ose-2021a/challenge.yaml', import.meta.url), 'utf8'),
);
const definition = smallDefinition(shipped);
const from = files.path('2021a');
const first = daysSince1950('2016-12-01');
const level3 = (satellite: string): string =>
  join(from, `dt_gulfstream_${satellite}_phy_l3_20161201-20180131_285-315_23-53.nc`);
const options = (name: string) => ({
  definition,
  from,
  outputFolder: files.path(name),
  now: new Date('2026-11-24T03:00:00Z'),
});

beforeAll(() => {
  ['alg', 'h2g', 'j2g', 'j2n', 'j3', 's3a', 'c2'].forEach((satellite, index) =>
    writeLevel3Like(level3(satellite), { first, dayCount: 426, box: LIKE_BOX, phase: index * 0.05 }),
  );
  writePublishedMapLike(join(from, 'OSE_ssh_mapping_DUACS.nc'), {
    ...{ variable: 'ssh', first: first + 25, dayCount: 380, box: LIKE_BOX, lonTo360: true },
  });
});

test('the files of 2021a become a challenge on the withheld track, which is kept byte for byte', async () => {
  const { definition: imported, report } = await importNatl60(options('out'));
  const folder = files.path('out');
  expect(imported.files.map(({ role, path }) => `${role} ${path}`)).toEqual([
    'evaluation-track evaluation-track-gf.nc',
    'observations observations-gf-nadir6.nc',
    'oi map-gf-duacs.nc',
  ]);
  expect(imported.published).toEqual(definition.published);
  expect(await sha256OfFile(join(folder, 'evaluation-track-gf.nc'))).toBe(await sha256OfFile(level3('c2')));
  const withheld = await readEvaluationTrack(join(folder, 'evaluation-track-gf.nc'));
  expect(withheld.layout).toBe('2021a');
  const track = await openAlongTrack(join(folder, 'observations-gf-nadir6.nc'));
  expect(track.satellites).toEqual(['alg', 'h2g', 'j2g', 'j2n', 'j3', 's3a']);
  expect([isoDay(track.timeDays[0]!), isoDay(track.timeDays.at(-1)!)]).toEqual(['2016-12-01', '2018-01-13']);
  // sla_unfiltered + mdt − lwe of the look-alike is its ocean.
  expect(track.sshM[777]).toBeCloseTo(
    LIKE_OCEAN(track.timeDays[777]!, track.latDeg[777]!, track.lonDeg[777]!),
    9,
  );
  expect(report.warnings).toEqual([]);
});

test('the withheld altimeter among the observations is refused', async () => {
  const outcome = importNatl60({ ...options('leak'), observations: [level3('alg'), level3('c2')] });
  await expect(outcome).rejects.toMatchObject({
    code: 'withheld-track',
    message: expect.stringMatching(/dt_gulfstream_c2.*the withheld altimeter among the observations/),
  });
});

test('the withheld altimeter under the names of the others is refused', async () => {
  const renamed = ['alg', 'h2g', 'j2g', 'j2n', 'j3', 's3a'].map((satellite) => {
    const path = level3(satellite).replace(from, files.path('renamed'));
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(level3('c2'), path);
    return path;
  });
  const leak = { code: 'gives-truth-away', where: 'observations-gf-nadir6.nc' };
  await expect(importNatl60({ ...options('all-six'), observations: renamed })).rejects.toMatchObject({
    ...leak,
    found: expect.stringMatching(/^(\d+) of \1 points of the withheld altimeter/),
    expected: 'observations of other satellites than the one that maps are compared with',
  });
  expect(existsSync(join(files.path('all-six'), 'challenge.yaml'))).toBe(false);
  const one = [...['alg', 'h2g', 'j2g', 'j2n', 'j3'].map(level3), renamed.at(-1)!];
  await expect(importNatl60({ ...options('one-of-six'), observations: one })).rejects.toMatchObject(leak);
});

test('a track with samples of another satellite is refused before anything is registered', async () => {
  const track = writeLevel3Like(files.path('elsewhere/dt_gulfstream_c2_wrong.nc'), {
    ...{ first, dayCount: 426, box: LIKE_BOX, stepSeconds: 1.07 },
  });
  await expect(importNatl60({ ...options('sampling'), track })).rejects.toMatchObject({
    code: 'input-unreadable',
    message: expect.stringMatching(/dt_gulfstream_c2_wrong\.nc.*observations every 1\.070 s/),
  });
});

test('a challenge of 2017 has no period of 41 days', async () => {
  await expect(importNatl60({ ...options('period'), periodConvention: '41' })).rejects.toThrow(
    /--period-convention 41: challenge 'ose-2021a' is scored from 2017-01-01 to 2017-12-31/,
  );
});
