import type { TaskExtent } from '@sillage/contracts';
import { openGriddedField } from '@sillage/netcdf';
import { afterAll, describe, expect, test } from 'vitest';
import { originOfCanonical } from '../files/canonical-file.js';
import { checkReconstruction, type CheckOptions } from './check-reconstruction.js';
import { scoreReconstruction, type ScoreOptions, type ScoreResult } from '../score/score-reconstruction.js';
import { rejectionOf } from '../testing/rejection-of.js';
import {
  evenly,
  FIRST_DAY,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(() => files.remove());

/** Two areas inside a basin, and one that lies outside it. */
const EAST: TaskExtent = {
  ...TASK,
  area: 'osmosis',
  scoredBox: { west: -46, east: -43, south: 38, north: 41 },
};
const BASIN: TaskExtent = {
  ...TASK,
  area: 'natl',
  scoredBox: { west: -62, east: -42, south: 32, north: 42 },
};
const AWAY: TaskExtent = { ...TASK, area: 'south', scoredBox: { west: 5, east: 8, south: -40, north: -36 } };

const basinGrid = {
  timeDays: evenly(FIRST_DAY - 1, 18, 1),
  latDeg: evenly(31, 49, 0.25),
  lonDeg: evenly(-63, 89, 0.25),
};
const isLand = (_lat: number, lon: number): boolean => lon > -51 && lon < -49;

/** Damped and late, missing on land where the truth is missing too. */
function mapped(timeDays: number, latDeg: number, lonDeg: number): number {
  if (isLand(latDeg, lonDeg)) return Number.NaN;
  return 0.95 * sampleHeight(timeDays - 0.4, latDeg, lonDeg + 0.06);
}

const basinMap = await writeSample(files.path('basin.nc'), { grid: basinGrid, height: mapped });

async function truthOf({ area, scoredBox: box }: TaskExtent): Promise<string> {
  const nodes = (first: number, last: number) => evenly(first, Math.round((last - first) / 0.25) + 1, 0.25);
  return writeSample(files.path(`truth-${area}.nc`), {
    grid: {
      timeDays: evenly(FIRST_DAY, 16, 1),
      latDeg: nodes(box.south, box.north),
      lonDeg: nodes(box.west, box.east),
    },
    name: 'ssh_true',
    height: (time, lat, lon) => (isLand(lat, lon) ? Number.NaN : sampleHeight(time, lat, lon)),
  });
}

let counter = 0;
async function check(inputPath: string, tasks: TaskExtent[], changes: Partial<CheckOptions> = {}) {
  const canonicalPath = files.path(`canonical-${counter++}.nc`);
  const result = await checkReconstruction({
    inputPath,
    fileName: 'basin.nc',
    tasks,
    canonicalPath,
    onlyCovered: true,
    ...changes,
  });
  return { ...result, canonicalPath };
}

async function score(
  reconstructionPath: string,
  task: TaskExtent,
  changes: Partial<ScoreOptions> = {},
): Promise<ScoreResult> {
  return scoreReconstruction({
    referencePath: await truthOf(task),
    reconstructionPath,
    protocol: 'osse-natl',
    scoredBox: task.scoredBox,
    period: task.period,
    ...changes,
  });
}

describe('a basin map', () => {
  test('scores on an area as the same map cut to it by hand', async () => {
    const { canonicalPath } = await check(basinMap, [TASK, EAST, BASIN]);
    for (const task of [TASK, EAST, BASIN]) {
      const { scoredBox: box } = task;
      const cut = await writeSample(files.path(`cut-${task.area}.nc`), {
        grid: {
          ...basinGrid,
          latDeg: basinGrid.latDeg.filter((lat) => lat >= box.south && lat <= box.north),
          lonDeg: basinGrid.lonDeg.filter((lon) => lon >= box.west && lon <= box.east),
        },
        height: mapped,
      });
      const [fromBasin, fromCut] = [await score(canonicalPath, task), await score(cut, task)];
      expect(fromBasin.scores).toEqual(fromCut.scores);
      expect(fromBasin.statistics).toEqual(fromCut.statistics);
      expect(fromBasin.scores.mu).toBeLessThan(0.99);
    }
  });

  test('is kept once, in the box around the tasks that it covers', async () => {
    const { canonicalPath } = await check(basinMap, [TASK, EAST, AWAY]);
    const canonical = await openGriddedField(canonicalPath);
    const { latDeg, lonDeg } = canonical.grid;
    canonical.close();
    // Two nodes of margin around −60…−43 and 34…41: the area that is not covered widens nothing.
    expect([lonDeg[0], lonDeg.at(-1)]).toEqual([-60.5, -42.5]);
    expect([latDeg[0], latDeg.at(-1)]).toEqual([33.5, 41.5]);
  });

  test('is named as its participant named it when its scoring refuses it', async () => {
    const holed = await writeSample(files.path('holed.nc'), {
      grid: basinGrid,
      name: 'gssh',
      height: (time, lat, lon) => (lat === 35 && lon === -58 ? Number.NaN : mapped(time, lat, lon)),
    });
    const { canonicalPath } = await check(holed, [TASK]);
    const reconstructionName = await originOfCanonical(canonicalPath);
    expect(await rejectionOf(score(canonicalPath, TASK, { reconstructionName }))).toMatchObject({
      code: 'holes-in-reconstruction',
      where: "basin.nc, variable 'gssh'",
      found: expect.stringContaining('the first is on 2012-10-22 at latitude 35, longitude −58'),
    });
  });

  test('leaves out the tasks whose area or days it does not cover, and says which', async () => {
    const late = { ...TASK, scenario: 'swot1', period: { start: '2012-11-01', end: '2012-12-02' } };
    const { uncovered, warnings } = await check(basinMap, [AWAY, late, TASK]);
    expect(uncovered).toEqual([
      { area: 'south', scenario: 'nadir4' },
      { area: 'gf', scenario: 'swot1' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('that was not asked to be cut keeps a warning for such a task', async () => {
    const { uncovered, warnings } = await check(basinMap, [AWAY, TASK], { onlyCovered: false });
    expect(uncovered).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['area-not-covered']);
  });

  test('that covers none of the tasks is refused with the nearest reason', async () => {
    const late = { ...TASK, period: { start: '2012-11-01', end: '2012-12-02' } };
    expect(await rejectionOf(check(basinMap, [AWAY, late]))).toMatchObject({
      code: 'days-missing',
      where: "basin.nc, area 'gf'",
    });
    expect(await rejectionOf(check(basinMap, [AWAY]))).toMatchObject({ code: 'area-not-covered' });
  });
});
