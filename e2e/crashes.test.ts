import crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { submissionViewSchema, type EvaluationState, type Scores } from '@sillage/contracts';
import { becomesTrue, isRunning } from '../tools/processes.mjs';
import { finalSubmission, jsonOf, leaderboard, newAccount, submission } from './testing/api.js';
import { sillageOk } from './testing/command-line.js';
import { startTestPlatform, temporaryFolder, type TestPlatform } from './testing/platform.js';
import { registerSmallSea, SMALL_CHALLENGE, writeSmallReconstruction } from './testing/small-challenge.js';

let platform: TestPlatform;
let folder: string;
let file: string;
let expectedScores: Scores;
const FINAL = new Set<EvaluationState>(['scored', 'rejected', 'failed', 'cancelled']);

beforeAll(async () => {
  folder = temporaryFolder('crashes');
  platform = await startTestPlatform('crashes-state', {
    // Longer than a busy machine is away for, or a job loses attempts that no test took from it; short enough to wait for
    // where a claim was granted as the backend died, and nobody heard of it.
    env: { SILLAGE_LEASE_S: '20', SILLAGE_WORKER_NAME: 'of the crashes', SILLAGE_WORKER_SLOTS: '3' },
  });
  const { url, secrets } = platform;
  await registerSmallSea(
    { url, organiserToken: secrets.organiserToken, workFolder: folder },
    { id: SMALL_CHALLENGE, name: 'Small sea' },
  );
  file = path.join(folder, 'reconstruction.nc');
  await writeSmallReconstruction(file);
  const { token } = await newAccount(platform.url);
  const undisturbed = await submit(token, 'Undisturbed');
  const scores = (await finalSubmission(platform.url, undisturbed, token)).evaluations[0]?.scores;
  if (!scores) throw new Error('the first submission was not scored');
  expectedScores = scores;
});
afterAll(async () => {
  await platform.remove();
});

async function submit(token: string, name: string): Promise<string> {
  const output = await sillageOk(
    ['submit', file, '--challenge', SMALL_CHALLENGE, '--name', name, '--inputs', 'ssh-nadir', '--json'],
    { SILLAGE_URL: platform.url, SILLAGE_TOKEN: token, XDG_CACHE_HOME: path.join(folder, name) },
  );
  return submissionViewSchema.parse(JSON.parse(output)).id;
}

/** Follows a submission and notes every state it shows, until told to stop. */
function watch(id: string, token: string): { states: EvaluationState[]; stop: () => Promise<void> } {
  const states: EvaluationState[] = [];
  let isWatching = true;
  const watching = (async () => {
    while (isWatching) {
      try {
        const state = (await submission(platform.url, id, token)).evaluations[0]?.state;
        if (state !== undefined && state !== states.at(-1)) states.push(state);
      } catch {
        // Away for a moment: that is what these tests cause.
      }
      await sleep(20);
    }
  })();
  return {
    states,
    stop: async () => {
      isWatching = false;
      await watching;
    },
  };
}

type Victim = 'evaluator' | 'backend' | 'postgres';
const pidOf = (victim: Victim) =>
  victim === 'postgres' ? platform.postgresPid() : platform.processes[victim].pid;

async function kill(victim: Victim): Promise<void> {
  const pid = pidOf(victim);
  if (pid === null) return;
  process.kill(pid, 'SIGKILL');
  expect(await becomesTrue(() => !isRunning(pid), 60_000)).toBe(true);
  if (victim === 'evaluator') await endLeases();
}

/** As after a long silence. */
async function endLeases(): Promise<void> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  await client.query(
    `update jobs set lease_expires_at = clock_timestamp() - interval '1 second' where state = 'leased'`,
  );
  await client.end();
}

test.each<Victim>(['evaluator', 'backend', 'postgres'])(
  'kill -9 of the %s while it scores loses nothing and scores once',
  async (victim) => {
    const { token } = await newAccount(platform.url, victim);
    const names = [1, 2, 3].map((number) => `${victim} ${number} ${crypto.randomUUID()}`);
    for (const name of names) {
      const id = await submit(token, name);
      const watcher = watch(id, token);
      // At a different moment each time: queued, checking, scoring.
      expect(await becomesTrue(() => watcher.states.length > 0, 60_000)).toBe(true);
      await sleep(names.indexOf(name) * 150);
      await kill(victim);
      const final = await finalSubmission(platform.url, id, token);
      await expect.poll(() => watcher.states.at(-1)).toBe('scored');
      await sleep(500);
      await watcher.stop();
      const [evaluation] = final.evaluations;
      expect(evaluation, JSON.stringify(evaluation)).toMatchObject({
        state: 'scored',
        scores: expectedScores,
      });
      // Once final, it stays: a late write of the killed attempt changes nothing.
      expect(watcher.states.filter((state) => FINAL.has(state))).toEqual(['scored']);
      expect(watcher.states.at(-1)).toBe('scored');
    }
    const board = await leaderboard(platform.url, SMALL_CHALLENGE, 'all', 'nadir4');
    // The same map again is no new row, but stands below the board: once.
    for (const name of names) expect(board.identical.filter(({ method }) => method === name)).toHaveLength(1);
  },
);

test('starts its evaluator with the name and the slots that it was told', () => {
  const log = readFileSync(path.join(platform.logsFolder, 'evaluator.log'), 'utf8');
  expect(log).toMatch(/"evaluator-started".*"name":"of the crashes".*"slots":3/);
});

test('says which process ended and that it starts it again', () => {
  expect(platform.said.join('\n')).toContain('the evaluator ended (signal SIGKILL); starting it again');
  expect(platform.said.join('\n')).toContain('the backend ended (signal SIGKILL); starting it again');
  expect(platform.said.join('\n')).toContain('PostgreSQL ended; starting it again');
});

test('is healthy afterwards, with the worker back', async () => {
  const health = async () => {
    const { status, database, workerCount } = (await jsonOf(await fetch(`${platform.url}/api/health`))) as {
      status: string;
      database: string;
      workerCount: number;
    };
    return { status, database, hasWorkers: workerCount > 0 };
  };
  await expect.poll(health).toEqual({ status: 'ok', database: 'up', hasWorkers: true });
});
