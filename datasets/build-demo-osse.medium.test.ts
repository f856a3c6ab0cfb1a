import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { challengeDefinitionSchema, type ChallengeDefinition } from '@sillage/contracts';
import { openAlongTrack, openGriddedField, openGriddedObservations } from '@sillage/netcdf';
import {
  GULF_STREAM_OCEAN,
  MESOSCALE_BAND,
  sampleAlongTrack,
  SATELLITES,
  simulateOcean,
  spectralSlopeWithin,
  zonalSpectrum,
  type OceanDefinition,
} from '@sillage/ocean';
import { scoreReconstruction } from '@sillage/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildDemoOsse, shippedFiles } from './build-demo-osse.ts';
import { DEMO_OSSE, type DemoRecipe } from './demo-osse-recipe.ts';

const shipped = fileURLToPath(new URL('demo-osse/', import.meta.url));

const SHORT_OCEAN: OceanDefinition = {
  ...GULF_STREAM_OCEAN,
  columnCount: 64,
  rowCount: 64,
  timeStepSeconds: 1800,
  spinUp: { ...GULF_STREAM_OCEAN.spinUp, columnCount: 32, rowCount: 32, days: 10 },
  refinementDays: 2,
};

/** One area of the same recipe with a short spin-up, a small grid and few days. */
const shortRecipe = (seed: number): DemoRecipe => ({
  ...DEMO_OSSE,
  areas: [
    {
      ...DEMO_OSSE.areas[0]!,
      sea: (options) => simulateOcean({ ocean: SHORT_OCEAN, seed, ...options }),
      scoredBox: { west: -62, east: -58, south: 36, north: 40 },
      firstLonMilliDeg: -62_900,
      firstLatMilliDeg: 35_100,
      spacingMilliDeg: 200,
      lonCount: 30,
      latCount: 30,
      truthMarginNodes: 3,
      oiSpacingDeg: 1,
    },
  ],
  spinUp: { start: '2012-10-19', end: '2012-10-21' },
  evaluation: { start: '2012-10-22', end: '2012-10-23' },
  lastObservationDay: '2012-10-25',
  karinSpacingKm: 20,
});

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

async function definitionIn(folder: string): Promise<ChallengeDefinition> {
  return challengeDefinitionSchema.parse(parse(await readFile(join(folder, 'challenge.yaml'), 'utf8')));
}

async function hashes(folder: string, names: readonly string[]): Promise<string[]> {
  const hash = async (name: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  return Promise.all(names.map(hash));
}

describe('a build of the demo', () => {
  const folders: string[] = [];
  beforeAll(async () => {
    for (const name of ['first', 'second']) {
      const folder = await mkdtemp(join(tmpdir(), `sillage-demo-${name}-`));
      folders.push(folder);
      await buildDemoOsse(shortRecipe(1), folder);
    }
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('gives the same bytes twice', async () => {
    const names = shippedFiles(await definitionIn(folders[0]!));
    // Truth, SST, challenge.yaml; gridded and OI for 7 scenarios; tracks of 3 and swaths of 1 of them; a network, its manifest.
    expect(names).toHaveLength(3 + 2 * 7 + 3 + 1 + 2);
    expect(await hashes(folders[1]!, names)).toEqual(await hashes(folders[0]!, names));
  });

  test('leaves the files of the areas that it is not asked for as they are', async () => {
    const names = shippedFiles(await definitionIn(folders[0]!));
    await buildDemoOsse(shortRecipe(2), folders[0]!, { onlyArea: 'osmosis' });
    expect(await hashes(folders[0]!, names)).toEqual(await hashes(folders[1]!, names));
  });

  test('gives another sea for another seed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sillage-demo-seed-'));
    folders.push(folder);
    await buildDemoOsse(shortRecipe(2), folder);
    expect(await hashes(folder, ['truth-gf.nc'])).not.toEqual(await hashes(folders[0]!, ['truth-gf.nc']));
  });
});

describe('the shipped demo', () => {
  test('holds the files that its definition names, with their hashes, and is labelled synthetic', async () => {
    const definition = await definitionIn(shipped);
    const paths = [...new Map(definition.files.map((file) => [file.path, file.sha256]))];
    expect(
      await hashes(
        shipped,
        paths.map(([path]) => path),
      ),
    ).toEqual(paths.map(([, sha256]) => sha256));
    expect(definition.synthetic).toBe(true);
    expect((await readdir(shipped)).sort()).toEqual(
      [...paths.map(([path]) => path), 'README.md', 'challenge.yaml'].sort(),
    );
  });

  test('has a board for every area and scenario, with observations, OI, truth and temperature', async () => {
    const { tasks, files } = await definitionIn(shipped);
    expect(tasks).toHaveLength(7 + 4 + 4);
    for (const { area, scenario } of tasks) {
      const roles = files
        .filter((file) => file.area === area && (file.scenario ?? scenario) === scenario)
        .map((file) => file.role);
      expect(roles).toEqual(expect.arrayContaining(['truth', 'sst', 'gridded-observations', 'oi']));
    }
  });

  test.each([
    { area: 'gf', lonCount: 200, latCount: 200 },
    { area: 'osmosis', lonCount: 160, latCount: 200 },
    { area: 'natl', lonCount: 345, latCount: 153 },
  ])('scores $lonCount × $latCount nodes of $area on 42 days', async ({ area, lonCount, latCount }) => {
    const truth = await openGriddedField(join(shipped, `truth-${area}.nc`));
    const { timeDays, latDeg, lonDeg } = truth.grid;
    truth.close();
    const { west, east, south, north } = DEMO_OSSE.areas.find(({ id }) => id === area)!.scoredBox;
    expect([...lonDeg].filter((lon) => lon >= west && lon <= east)).toHaveLength(lonCount);
    expect([...latDeg].filter((lat) => lat >= south && lat <= north)).toHaveLength(latCount);
    expect(timeDays).toHaveLength(42);
    // 2012-10-22 at 00:00 UTC.
    expect(timeDays[0]).toBe(22_940);
    expect(timeDays[41]).toBe(22_981);
  });

  test('says in the gridded observations of the basin what is sea, as its truth does', async () => {
    const truth = await openGriddedField(join(shipped, 'truth-natl.nc'));
    const heights = await truth.readDays(0, 1);
    truth.close();
    const gridded = await openGriddedObservations(join(shipped, 'gridded-natl-nadir4.nc'));
    const mask = Array.from(gridded.mask ?? []);
    gridded.close();
    expect(mask).toEqual(Array.from(heights, (height) => (Number.isNaN(height) ? 0 : 1)));
  });

  test.each(['gf', 'osmosis'])('has one sea: the basin holds %s where it is scored', async (id) => {
    const basin = await openGriddedField(join(shipped, 'truth-natl.nc'));
    const area = await openGriddedField(join(shipped, `truth-${id}.nc`));
    const { west, east, south, north } = DEMO_OSSE.areas.find((recipe) => recipe.id === id)!.scoredBox;
    const basinM = await basin.readDays(41, 1);
    const areaM = await area.readDays(41, 1);
    const { latDeg, lonDeg } = area.grid;
    let squares = 0;
    let count = 0;
    basin.grid.latDeg.forEach((lat, row) => {
      basin.grid.lonDeg.forEach((lon, column) => {
        if (lon <= west || lon >= east || lat <= south || lat >= north) return;
        // A node of the basin is the corner of four cells of the area.
        const j = latDeg.findIndex((candidate) => candidate > lat);
        const i = lonDeg.findIndex((candidate) => candidate > lon);
        const corners = [j - 1, j].flatMap((y) => [i - 1, i].map((x) => areaM[y * lonDeg.length + x]!));
        const mean = corners.reduce((sum, height) => sum + height, 0) / 4;
        squares += (basinM[row * basin.grid.lonDeg.length + column]! - mean) ** 2;
        count += 1;
      });
    });
    basin.close();
    area.close();
    expect(count).toBeGreaterThan(1000);
    expect(Math.sqrt(squares / count)).toBeLessThan(0.002);
  });

  test.each([
    { area: 'gf', west: -66, east: -54, south: 32, north: 44 },
    { area: 'osmosis', west: -21, east: -10, south: 44, north: 56 },
    // Open ocean between the nests.
    { area: 'natl', west: -50, east: -32, south: 28, north: 52 },
  ])('has a spectrum in $area that falls as an ocean does', async ({ area, west, east, south, north }) => {
    const truth = await openGriddedField(join(shipped, `truth-${area}.nc`));
    const map = await truth.readDays(21, 1);
    truth.close();
    const rows = [...truth.grid.latDeg.keys()].filter((row) =>
      isWithin(truth.grid.latDeg[row]!, south, north),
    );
    const columns = [...truth.grid.lonDeg.keys()].filter((column) =>
      isWithin(truth.grid.lonDeg[column]!, west, east),
    );
    const sshM = rows.flatMap((row) =>
      columns.map((column) => map[row * truth.grid.lonDeg.length + column]!),
    );
    const spectrum = zonalSpectrum({
      latDeg: Float64Array.from(rows, (row) => truth.grid.latDeg[row]!),
      lonDeg: Float64Array.from(columns, (column) => truth.grid.lonDeg[column]!),
      sshM: Float64Array.from(sshM),
    });
    const slope = spectralSlopeWithin(spectrum, MESOSCALE_BAND);
    expect(slope).toBeGreaterThan(-5.5);
    expect(slope).toBeLessThan(-4);
  });

  test('observes its own truth: the heights agree at every point between its maps', async () => {
    const truth = await openGriddedField(join(shipped, 'truth-gf.nc'));
    const valuesM = await truth.readDays(0, truth.grid.timeDays.length);
    const observations = await openAlongTrack(join(shipped, 'observations-gf-nadir4.nc'));
    const field = { grid: truth.grid, valuesM };
    truth.close();
    expect(observations.satellites).toHaveLength(4);
    const satellite = SATELLITES.jason1;
    const zeros = new Int32Array(observations.timeDays.length);
    const track = { satellite, ...observations, cycle: zeros, pass: zeros };
    const samples = sampleAlongTrack(field, [track]);
    expect(samples.timeDays.length).toBeGreaterThan(20_000);
    const observed = new Map(
      Array.from(observations.timeDays, (time, index) => [
        `${time} ${observations.lonDeg[index]} ${observations.latDeg[index]}`,
        observations.sshM[index]!,
      ]),
    );
    let largest = 0;
    samples.sshM.forEach((height, index) => {
      const key = `${samples.timeDays[index]} ${samples.lonDeg[index]} ${samples.latDeg[index]}`;
      largest = Math.max(largest, Math.abs(height - observed.get(key)!));
    });
    expect(largest).toBeLessThan(1e-6);
  });

  test('has a reference that scores like the baseline of the real challenge', async () => {
    const { scores } = await scoreReconstruction({
      reconstructionPath: join(shipped, 'oi-gf-nadir4.nc'),
      reconstructionVariable: 'gssh',
      referencePath: join(shipped, 'truth-gf.nc'),
      referenceVariable: 'sossheig',
      protocol: 'osse-natl',
      scoredBox: DEMO_OSSE.areas[0]!.scoredBox,
      period: DEMO_OSSE.evaluation,
    });
    expect(scores.mu).toBeGreaterThan(0.8);
    expect(scores.mu).toBeLessThan(0.92);
    expect(scores.lambdaXDeg).toBeGreaterThan(1.4);
    expect(scores.lambdaXDeg).toBeLessThan(2.6);
    expect(scores.lambdaTDays).toBeGreaterThan(9);
    expect(scores.lambdaTDays).toBeLessThan(21);
  });
});
