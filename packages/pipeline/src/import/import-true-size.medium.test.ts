import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openGriddedField } from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { challengeDefinitionSchema } from '@sillage/contracts';
import { LIKE_OCEAN, writeObservationsLike, writeTruthLike } from '../testing/natl60-files.js';
import { temporaryFolder } from '../testing/sample-files.js';
import { importNatl60 } from './index.js';

const files = temporaryFolder();
afterAll(() => files.remove());
const shipped = challengeDefinitionSchema.parse(
  parse(readFileSync(new URL('../../../../datasets/natl60-osse/challenge.yaml', import.meta.url), 'utf8')),
);
/** Three days of one area: the files have their true dimensions, and holes wherever nobody looks. */
const definition = {
  ...shipped,
  periods: { evaluation: { start: '2012-10-02', end: '2012-10-04' } },
};
const from = files.path('natl60');
const only = { dayCount: 18, boxes: [shipped.areas[0]!.scoredBox] };

beforeAll(() => {
  writeTruthLike(join(from, 'NATL60-CJM165_NATL_ssh_y2013.1y.nc'), {
    grid: { latFirst: 26, latCount: 781, lonFirst: -79, lonCount: 1721 },
    ...{ dayCount: 365, only },
  });
  writeObservationsLike(join(from, 'dataset_nadir_0d_swot.nc'), {
    grid: { latFirst: 27, latCount: 761, lonFirst: -79, lonCount: 1721 },
    ...{ dayCount: 365, only },
  });
});

test('files of their true size are cut to an area in seconds and in bounded memory', async () => {
  expect(statSync(join(from, 'NATL60-CJM165_NATL_ssh_y2013.1y.nc')).size).toBeGreaterThan(3.9e9);
  expect(statSync(join(from, 'dataset_nadir_0d_swot.nc')).size).toBeGreaterThan(15.3e9);
  let largestBytes = 0;
  const startMs = performance.now();
  const { definition: imported } = await importNatl60({
    ...{ definition, from, areas: ['gf'], outputFolder: files.path('out') },
    now: new Date('2026-11-24T03:00:00Z'),
    hashesInputs: false,
    onProgress: () => {
      largestBytes = Math.max(largestBytes, process.memoryUsage().rss);
    },
  });
  console.info(
    `true size: ${((performance.now() - startMs) / 1000).toFixed(1)} s, ${Math.round(largestBytes / 2 ** 20)} MiB with the test runner`,
  );
  expect(imported.areas.map((area) => area.id)).toEqual(['gf']);
  expect(largestBytes).toBeLessThan(700 * 2 ** 20);
  const truth = await openGriddedField(join(files.path('out'), 'truth-gf.nc'));
  const { timeDays, latDeg, lonDeg } = truth.grid;
  expect([timeDays.length, latDeg.length, lonDeg.length]).toEqual([3, 201, 201]);
  expect([latDeg[0], lonDeg[0]]).toEqual([33, -65]);
  const day = await truth.readDays(1, 1);
  const expected = LIKE_OCEAN(daysSince1950('2012-10-03') + 0.5, latDeg[100]!, lonDeg[77]!);
  expect(Math.abs(day[100 * 201 + 77]! - expected)).toBeLessThan(1e-7);
  truth.close();
});
