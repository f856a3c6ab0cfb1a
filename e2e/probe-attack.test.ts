import crypto from 'node:crypto';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { newAccount, type Account } from './testing/api.js';
import { sillageOk } from './testing/command-line.js';
import {
  errorOf,
  makeWorld,
  meanSquare,
  plannedChanges,
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
/** Of a sea of a few eddies: more than can be told, or µ alone gives it away. */
const PATTERNS = 240;
const CONTROL_PROBES = 300;
const MOST_A_DAY = 10_000;

async function registerWorld(world: World, disclosure: string): Promise<string> {
  const id = `probed-${disclosure}-${crypto.randomUUID()}`;
  const [truth, folder] = [path.join(workFolder, `${id}.nc`), path.join(workFolder, id)];
  await writeValues(truth, world.truth);
  await sillageOk([
    ...['challenge', 'import', '--truth', truth, '--id', id, '--name', 'A sea that is probed'],
    ...['--licence', 'CC0-1.0', '--synthetic', '--disclosure', disclosure, ...PROBED_PERIOD, '--out', folder],
  ]);
  await registerDataset(folder, { url, organiserToken });
  const allowed = await fetch(`${url}/api/admin/challenges/${id}/settings`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${organiserToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ revision: 0, phases: [], quota: { perDay: MOST_A_DAY, perPhase: null } }),
  });
  expect(allowed.status).toBe(200);
  return id;
}

/** What is left of the error of the attacker's best map, once the attacker has taken away what it found: 1 is nothing found. */
function remaining(world: World, probes: readonly Probe[]): { ratio: number; best: string | null } {
  const { found, best } = solve(world, probes);
  const bestMap = Math.min(...probes.map(({ change }) => errorOf(world, change)));
  return { ratio: Math.sqrt(errorOf(world, found) / bestMap), best };
}

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
    // The ladder is climbed: what is told is more than the first map.
    expect(told.length).toBeGreaterThan(4);
    process.stdout.write(
      `${PROBES} probes in ${PATTERNS} patterns, µ of ${told.length} told; left of the error: ${(100 * ratio).toFixed(1)} %; best place: ${best}\n`,
    );
    expect(ratio).toBeGreaterThan(0.9);

    // With µ in full the same attack finds nearly all of it: this test can fail.
    const power = meanSquare(world.truth);
    const open = plannedChanges(world, { count: CONTROL_PROBES, seed: 3 }).map((change) => ({
      change,
      told: new Map([['mu', 1 - Math.sqrt(errorOf(world, change) / power)]]),
    }));
    expect(remaining(world, open).ratio).toBeLessThan(0.1);
  });
});
