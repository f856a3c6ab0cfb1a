import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { challengeDefinitionSchema, type ChallengeDefinition } from '@sillage/contracts';
import { openAlongTrack } from '@sillage/netcdf';
import { GULF_STREAM_OCEAN, simulateOcean } from '@sillage/ocean';
import { readEvaluationTrack, scoreAlongTrack } from '@sillage/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildDemoOse, DEMO_OSE, DEMO_OSE_FILES, type DemoOseRecipe } from './build-demo-ose.js';

const shipped = fileURLToPath(new URL('demo-ose/', import.meta.url));

/** The same recipe with a short spin-up, a coarse grid and few days. */
const SHORT: DemoOseRecipe = {
  ...DEMO_OSE,
  sea: (options) =>
    simulateOcean({
      ...options,
      seed: 1,
      ocean: {
        ...GULF_STREAM_OCEAN,
        columnCount: 64,
        rowCount: 64,
        timeStepSeconds: 1800,
        spinUp: { ...GULF_STREAM_OCEAN.spinUp, columnCount: 32, rowCount: 32, days: 10 },
        refinementDays: 2,
      },
    }),
  firstLonMilliDeg: -65_900,
  firstLatMilliDeg: 32_100,
  spacingMilliDeg: 200,
  lonCount: 60,
  latCount: 60,
  spinUp: { start: '2012-10-20', end: '2012-10-21' },
  evaluation: { start: '2012-10-22', end: '2012-10-24' },
  lastObservationDay: '2012-10-25',
};

async function definitionIn(folder: string): Promise<ChallengeDefinition> {
  return challengeDefinitionSchema.parse(
    parse(await readFile(join(folder, DEMO_OSE_FILES.definition), 'utf8')),
  );
}

async function hashes(folder: string, names: readonly string[]): Promise<string[]> {
  const hash = async (name: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  return Promise.all(names.map(hash));
}

describe('a build of the synthetic OSE', () => {
  const folders: string[] = [];
  const build = async (recipe: DemoOseRecipe): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'sillage-demo-ose-'));
    folders.push(folder);
    await buildDemoOse(recipe, folder);
    return folder;
  };
  beforeAll(async () => {
    await build(SHORT);
    await build(SHORT);
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  test('gives the same bytes twice', async () => {
    const names = Object.values(DEMO_OSE_FILES);
    expect(await hashes(folders[1]!, names)).toEqual(await hashes(folders[0]!, names));
  });

  test('gives other measurements for another seed of the errors', async () => {
    const folder = await build({ ...SHORT, errorSeed: SHORT.errorSeed + 1 });
    const data = [DEMO_OSE_FILES.observations, DEMO_OSE_FILES.evaluationTrack];
    const [observations, track] = await hashes(folder, data);
    const before = await hashes(folders[0]!, data);
    expect(observations).not.toBe(before[0]);
    expect(track).not.toBe(before[1]);
  });
});

describe('the shipped synthetic OSE', () => {
  test('holds the files that its definition names, with their hashes, and is labelled synthetic', async () => {
    const definition = await definitionIn(shipped);
    expect(definition.files.map((file) => file.role).sort()).toEqual([
      'evaluation-track',
      'observations',
      'oi',
    ]);
    const paths = definition.files.map((file) => file.path);
    expect(await hashes(shipped, paths)).toEqual(definition.files.map((file) => file.sha256));
    expect(definition.synthetic).toBe(true);
    expect(definition.protocol).toBe('ose-along-track');
  });

  test('withholds an altimeter that methods do not have', async () => {
    const track = await readEvaluationTrack(join(shipped, DEMO_OSE_FILES.evaluationTrack));
    const observations = await openAlongTrack(join(shipped, DEMO_OSE_FILES.observations), {
      variable: 'ssh_obs',
    });
    expect(track).toMatchObject({ layout: '2021a', satellite: 'cryosat2' });
    expect(observations.satellites).not.toContain('cryosat2');
    expect(observations.satellites).toHaveLength(4);
  });

  test('has observations with errors of about a centimetre', async () => {
    const path = join(shipped, DEMO_OSE_FILES.observations);
    const exact = (await openAlongTrack(path, { variable: 'ssh_model' })).sshM;
    const measured = (await openAlongTrack(path, { variable: 'ssh_obs' })).sshM;
    const squares = measured.reduce((sum, height, index) => sum + (height - exact[index]!) ** 2, 0);
    const errorM = Math.sqrt(squares / measured.length);
    expect(errorM).toBeGreaterThan(0.007);
    expect(errorM).toBeLessThan(0.03);
  });

  test('has a reference that scores like the baseline of the real challenge', async () => {
    const { scores, diagnostics } = await scoreAlongTrack({
      reconstructionPath: join(shipped, DEMO_OSE_FILES.oi),
      trackPath: join(shipped, DEMO_OSE_FILES.evaluationTrack),
      protocol: 'ose-2021a',
      scoredBox: DEMO_OSE.scoredBox,
      period: DEMO_OSE.evaluation,
    });
    // BASELINE OI of 2021a: 0.85, 0.09, 140 km.
    expect(scores.mu).toBeGreaterThan(0.8);
    expect(scores.mu).toBeLessThan(0.92);
    expect(scores.sigma).toBeLessThan(0.12);
    expect(scores.lambdaXKm).toBeGreaterThan(110);
    expect(scores.lambdaXKm).toBeLessThan(180);
    expect(diagnostics.alongTrack!.segmentCount).toBeGreaterThan(50);
  });
});
