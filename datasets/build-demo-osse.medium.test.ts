import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { challengeDefinitionSchema, type ChallengeDefinition } from '@sillage/contracts';
import { openAlongTrack, openGriddedField } from '@sillage/netcdf';
import { sampleAlongTrack, SATELLITES } from '@sillage/ocean';
import { scoreReconstruction } from '@sillage/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildDemoOsse, DEMO_OSSE, type DemoRecipe } from './build-demo-osse.js';

const shipped = fileURLToPath(new URL('demo-osse/', import.meta.url));

/** The same recipe with a short spin-up, a small grid and few days. */
const SHORT: DemoRecipe = {
  ...DEMO_OSSE,
  ocean: {
    ...DEMO_OSSE.ocean,
    columnCount: 64,
    rowCount: 64,
    timeStepSeconds: 1800,
    spinUp: { ...DEMO_OSSE.ocean.spinUp, columnCount: 32, rowCount: 32, days: 10 },
    refinementDays: 2,
  },
  firstLonMilliDeg: -65_900,
  firstLatMilliDeg: 32_100,
  spacingMilliDeg: 200,
  lonCount: 60,
  latCount: 60,
  truthMarginNodes: 3,
  evaluation: { start: '2012-10-22', end: '2012-10-23' },
  lastObservationDay: '2012-10-25',
};

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
      await buildDemoOsse(SHORT, folder);
    }
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('gives the same bytes twice', async () => {
    const names = ['challenge.yaml', ...(await definitionIn(folders[0]!)).files.map((file) => file.path)];
    expect(names).toHaveLength(4);
    expect(await hashes(folders[1]!, names)).toEqual(await hashes(folders[0]!, names));
  });

  test('gives another sea for another seed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sillage-demo-seed-'));
    folders.push(folder);
    await buildDemoOsse({ ...SHORT, seed: SHORT.seed + 1 }, folder);
    expect(await hashes(folder, ['truth-gf.nc'])).not.toEqual(await hashes(folders[0]!, ['truth-gf.nc']));
  });
});

describe('the shipped demo', () => {
  test('holds the files that its definition names, with their hashes, and is labelled synthetic', async () => {
    const definition = await definitionIn(shipped);
    const files = definition.files;
    expect(files.map((file) => file.role).sort()).toEqual(['observations', 'oi', 'truth']);
    expect(
      await hashes(
        shipped,
        files.map((file) => file.path),
      ),
    ).toEqual(files.map((file) => file.sha256));
    expect(definition.synthetic).toBe(true);
    expect(definition.areas[0]!.scoredBox).toEqual(DEMO_OSSE.scoredBox);
  });

  test('scores 200 × 200 nodes on 42 days', async () => {
    const truth = await openGriddedField(join(shipped, 'truth-gf.nc'));
    const { timeDays, latDeg, lonDeg } = truth.grid;
    truth.close();
    const { west, east, south, north } = DEMO_OSSE.scoredBox;
    expect([...lonDeg].filter((lon) => lon >= west && lon <= east)).toHaveLength(200);
    expect([...latDeg].filter((lat) => lat >= south && lat <= north)).toHaveLength(200);
    expect(timeDays).toHaveLength(42);
    // 2012-10-22 at 00:00 UTC.
    expect(timeDays[0]).toBe(22_940);
    expect(timeDays[41]).toBe(22_981);
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
      protocol: 'osse-2020a',
      scoredBox: DEMO_OSSE.scoredBox,
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
