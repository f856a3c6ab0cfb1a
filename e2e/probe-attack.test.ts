import crypto from 'node:crypto';
import path from 'node:path';
import type { Phase } from '@sillage/contracts';
import { beforeAll, describe, expect, test } from 'vitest';
import { newAccount, submission, type Account } from './testing/api.js';
import { sillageOk } from './testing/command-line.js';
import {
  errorOf,
  makeWorld,
  probe,
  PROBED_PERIOD,
  solve,
  writeValues,
  type Probe,
  type World,
} from './testing/probe-attack.js';
import { sharedPlatform } from './testing/shared-platforms.js';
import { registerDataset } from './testing/small-challenge.js';

const { url, workFolder, organiserToken } = sharedPlatform('small');

/** `npm run attack` sends 300. */
const PROBES = Number(process.env.SILLAGE_PROBES ?? 20);
/** Fewer than probes: their scores in full give all of the error away. */
const PATTERNS = Math.round(0.8 * PROBES);
const MOST_A_DAY = 10_000;
/** Relative. What is told of few eddies gives part of them away (ADR 0039). */
const LEAST_LEFT = PATTERNS < 100 ? 0.5 : 0.9;
const MOST_LEFT_BY_CONTROL = 0.3;

async function setSettings(challenge: string, revision: number, phases: Phase[]): Promise<void> {
  const allowed = await fetch(`${url}/api/admin/challenges/${challenge}/settings`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${organiserToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ revision, phases, quota: { perDay: MOST_A_DAY, perPhase: null } }),
  });
  expect(allowed.status).toBe(200);
}

async function registerWorld(world: World, disclosure: string): Promise<string> {
  const id = `probed-${disclosure}-${crypto.randomUUID()}`;
  const [truth, folder] = [path.join(workFolder, `${id}.nc`), path.join(workFolder, id)];
  await writeValues(truth, world.truth);
  await sillageOk([
    ...['challenge', 'import', '--truth', truth, '--id', id, '--name', 'A sea that is probed'],
    ...['--licence', 'CC0-1.0', '--synthetic', '--disclosure', disclosure, ...PROBED_PERIOD, '--out', folder],
  ]);
  await registerDataset(folder, { url, organiserToken });
  await setSettings(id, 0, []);
  return id;
}

/** What is left of the error of the attacker's best map, once the attacker has taken away what it found: 1 is nothing found. */
function remaining(world: World, probes: readonly Probe[]): { ratio: number; best: string | null } {
  const { found, best } = solve(world, probes);
  const bestMap = Math.min(...probes.map(({ change }) => errorOf(world, change)));
  return { ratio: Math.sqrt(errorOf(world, found) / bestMap), best };
}

/** Some of what has to say something of a score that is told. */
const PLACES = [
  ...['submissions', 'submissions/{id}', 'notifications', 'submissions/{id}/citation/datacite.json'],
  ...['leaderboard', 'leaderboard/history', 'scorecard'].map((board) => `challenges/{challenge}/${board}`),
  ...['boards.json', 'scores.csv'].map((member) => `challenges/{id}/snapshot ${member}`),
  ...['maps.json', 'reconstruction.i16', 'scored.nc ssh'].map((file) => `evaluations/{id}/artefacts/${file}`),
  'evaluations/{id}/documents/receipt.json',
].map((place) => `/api/${place}`);

describe('a public test', () => {
  const world = makeWorld(PATTERNS, 1);
  let account: Account;
  beforeAll(async () => {
    account = await newAccount(url, 'Walter Probe');
  });

  test('tells of many maps near one’s own less than one’s best map is worth', async () => {
    const challenge = await registerWorld(world, 'public-test');
    const probes = await probe({ url, challenge, account, workFolder }, world, { count: PROBES, seed: 2 });
    const { ratio, best } = remaining(world, probes);
    const told = probes.filter((one) => [...one.told.keys()].some((place) => place.endsWith('scores.mu')));

    // The same maps, account and solver, with µ of every map in full.
    const opened = { name: 'Open', opens: '2012-01-01T00:00:00Z', closes: null };
    await setSettings(challenge, 1, [{ ...opened, disclosure: 'practice', acceptsSubmissions: false }]);
    const open: Probe[] = [];
    for (const one of probes) {
      const { evaluations } = await submission(url, one.id, account.token);
      open.push({ ...one, told: new Map([['mu', evaluations[0]!.scores!.mu]]) });
    }
    const control = remaining(world, open).ratio;
    process.stdout.write(
      `${PROBES} probes in ${PATTERNS} patterns, µ of ${told.length} told; left of the error: ${(100 * ratio).toFixed(1)} %, with µ in full ${(100 * control).toFixed(1)} %; best place: ${best}\n`,
    );
    // The ladder is climbed: what is told is more than the first map.
    expect(told.length).toBeGreaterThan(4);
    expect(control).toBeLessThan(MOST_LEFT_BY_CONTROL);
    expect(ratio).toBeGreaterThan(LEAST_LEFT);

    const said = told.flatMap((one) => [...one.told.keys()]);
    const isSilent = (place: string) =>
      !said.some((one) => one.startsWith(place) && /[. ]/.test(one[place.length]!));
    expect(PLACES.filter(isSilent)).toEqual([]);
  });
});
