import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  draftViewSchema,
  leaderboardSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  submissionViewSchema,
  type JobOutcome,
} from '@sillage/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scored, writeGulfChallenge } from './testing/gulf-challenge.js';
import { startRealPlatform, type RealPlatform } from './testing/real-platform.js';
import { runSillage, type Run } from './testing/run-sillage.js';
import { writeGulfMap } from './testing/sample-maps.js';

const NO_ID = '00000000-0000-4000-8000-000000000000';
const FAILED: JobOutcome = { status: 'failed', message: 'out of memory', retryable: false };

let home = '';
let platform: RealPlatform;
let ada: { email: string; token: string };
const file = (name: string): string => join(home, name);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sillage-cli-'));
  await writeGulfMap(file('map.nc'));
  platform = await startRealPlatform();
  ada = await platform.signUp('Ada');
});
afterAll(async () => {
  await platform?.stop();
  rmSync(home, { recursive: true, force: true });
});

const run = (parameters: string[], token = platform.organiserToken): Promise<Run> =>
  runSillage(parameters, { env: { HOME: home, SILLAGE_URL: platform.url, SILLAGE_TOKEN: token }, cwd: home });
async function succeed(...parameters: string[]): Promise<string> {
  const done = await run(parameters);
  expect(done, parameters.join(' ')).toMatchObject({ status: 0 });
  return done.stdout;
}
/** One line on stderr, nothing on stdout, exit status 1. */
async function refused(parameters: string[], message: string | RegExp): Promise<void> {
  const done = await run(parameters);
  expect(done.stderr, parameters.join(' ')).toMatch(/^sillage: [^\n]*\n$/);
  expect(done.stderr).toMatch(message);
  expect(done).toMatchObject({ status: 1, stdout: '' });
}

async function submit(challenge: string, name: string): Promise<string> {
  const done = await run(
    ['submit', 'map.nc', '--challenge', challenge, '--name', name, '--inputs', 'ssh-nadir', '--json'],
    ada.token,
  );
  return submissionViewSchema.parse(JSON.parse(done.stdout)).id;
}
const board = async (challenge: string) =>
  leaderboardSchema.parse(
    JSON.parse(
      await succeed('board', '--challenge', challenge, '--area', 'gf', '--scenario', 'nadir4', '--json'),
    ),
  );
/** A challenge with a score of 0.9 and one of 0.7. */
async function challengeWithScores(id: string): Promise<void> {
  await succeed('challenge', 'register', writeGulfChallenge(home, id));
  for (const [name, mu] of [
    ['Good', 0.9],
    ['Poor', 0.7],
  ] as const) {
    await submit(id, name);
    await platform.work(() => scored(mu));
  }
}
/** The next version, with other bytes as its truth; the evaluator's part in its inspection is played here. */
async function validatedVersion(challenge: string): Promise<string> {
  const draft = draftViewSchema.parse(
    JSON.parse(await succeed('draft', 'create', '--from', `${challenge}@1.0.0`, '--json')),
  );
  writeFileSync(file('truth.nc'), randomBytes(2_000));
  await succeed('draft', 'add-file', draft.id, 'truth.nc');
  const inspecting = succeed('draft', 'inspect', draft.id, '--wait');
  await platform.finish(await platform.claim('inspect'), {
    status: 'done',
    result: {
      kind: 'inspect',
      report: {
        inspectedAt: '2026-01-01T00:00:00.000Z',
        evaluatorVersion: '1.0.0',
        files: [],
        agreements: [],
        leaks: [],
        findings: [],
      },
    },
  });
  await inspecting;
  await succeed('draft', 'validate', draft.id, '--changes', 'Another truth.');
  return '1.0.1';
}
const idIn = (stdout: string): string => /^re-score ([0-9a-f-]{36}): /.exec(stdout)?.[1] ?? '';

test('a new version is scored out of sight, read, and promoted; then the boards have it', async () => {
  const challenge = 'gulf-next';
  await challengeWithScores(challenge);
  expect(await run(['rescore', 'list'])).toMatchObject({
    status: 0,
    stdout: '',
    stderr: expect.stringContaining('nothing was scored again yet'),
  });
  const version = await validatedVersion(challenge);
  const before = await board(challenge);

  const started = await succeed('rescore', 'start', `${challenge}@${version}`);
  const id = idIn(started);
  expect(started).toBe(
    [
      `re-score ${id}: running`,
      `${challenge} 1.0.0 -> ${version}`,
      '2 evaluations: 2 queued',
      `${platform.url}/admin/rescore/${id}`,
      '',
    ].join('\n'),
  );
  await refused(['rescore', 'start', `${challenge}@${version}`], `sillage rescore status ${id}`);
  await refused(['dataset', 'publish', `${challenge}@${version}`], id);
  await refused(
    ['dataset', 'retire', `${challenge}@${version}`],
    new RegExp(`sillage rescore discard ${id}`),
  );
  await refused(['rescore', 'promote', id, '--changes', 'x'], 'have no result yet. Wait for them');
  expect(await succeed('rescore', 'diff', id)).toContain('0 move, 0 stay, 0 new, 2 without a result yet');

  // One is better on the new truth, the other has a hole where it has none; which comes first is the queue's choice.
  const waiting = run(['rescore', 'status', id, '--wait']);
  let count = 0;
  await platform.work(() => {
    count += 1;
    return count === 1
      ? scored(0.95)
      : {
          status: 'rejected',
          reason: {
            code: 'days-missing',
            where: 'map.nc, time',
            found: '40 days',
            expected: '42 days',
            fix: 'Add them.',
          },
        };
  });
  expect(await waiting).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`re-score ${id}: ready\n`),
  });
  expect(await board(challenge)).toEqual(before);
  expect(await succeed('rescore', 'list', '--challenge', challenge)).toMatch(
    new RegExp(`${id}\\s+${challenge}\\s+1\\.0\\.0 -> ${version}\\s+ready\\s+1 of 2 scored\\s`),
  );
  expect(JSON.parse(await succeed('rescore', 'list', '--json'))).toHaveLength(1);

  const text = await succeed('rescore', 'diff', id);
  expect(text).toContain('1 had a score and gets none: promote with --unscored 1');
  expect(text).toMatch(/0\.(900|700) -> 0\.950\s+\+0\.(05|25)00\s/);
  expect(text).toMatch(/^1 moves, 0 stay, 0 new, 0 without a result yet; \d ranks? changes?$/m);
  expect(text).toContain('rejected: found 40 days, needed 42 days');
  const report = rescoreReportSchema.parse(JSON.parse(await succeed('rescore', 'diff', id, '--json')));
  expect(report.summary).toMatchObject({ unscored: 1, outcomes: { moves: 1, rejected: 1 } });
  expect(await run(['rescore', 'diff', id, '--csv', 'diff.csv'])).toMatchObject({
    status: 0,
    stderr: 'diff.csv\n',
  });
  expect(readFileSync(file('diff.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
  await refused(['rescore', 'diff', id, '--csv', 'diff.csv'], 'diff.csv exists already; give another --csv');
  await succeed('rescore', 'diff', id, '--csv', 'diff.csv', '--force');

  await refused(['rescore', 'promote', id, '--changes', 'x'], 'unscored: the report says 1');
  await refused(
    ['rescore', 'promote', id, '--changes', ' '],
    /valid: changes: say which cells move and why\.\n/,
  );
  await refused(['rescore', 'promote', id], "required option '--changes <text>'");
  await refused(
    ['rescore', 'promote', id, '--changes', 'x', '--unscored', '-1'],
    'Give a whole number from 0.',
  );
  const changes = 'GF moves: its truth was too low.';
  const promoted = rescoreViewSchema.parse(
    JSON.parse(await succeed('rescore', 'promote', id, '--changes', changes, '--unscored', '1', '--json')),
  );
  expect(promoted).toMatchObject({ state: 'promoted', changes, versionState: 'published' });
  const after = await board(challenge);
  expect(after.datasetVersion).toBe(version);
  expect(after.rows.map(({ scores }) => scores.mu)).toEqual([0.95]);
  expect(await succeed('rescore', 'status', id)).toContain(`re-score ${id}: promoted\n`);
  // The report is kept as it was.
  expect(await succeed('rescore', 'diff', id)).toContain(' -> 0.950');
  for (const parameters of [['discard'], ['cancel'], ['retry'], ['promote', '--changes', 'x']])
    await refused(['rescore', parameters[0] ?? '', id, ...parameters.slice(1)], /was promoted by Organiser/);
}, 600_000);

test('a newer evaluator scores the same data; what failed is tried again, and it is discarded', async () => {
  const challenge = 'gulf-evaluator';
  await succeed('challenge', 'register', writeGulfChallenge(home, challenge));
  await refused(['rescore', 'start', challenge], /Nothing has a score on 'gulf-evaluator' 1\.0\.0 yet/);
  await submit(challenge, 'Only');
  await platform.work(() => scored(0.8));
  await refused(['rescore', 'start', challenge], 'the numbers would be the same');
  await platform.work(() => scored(0.8), '1.1.0'); // which connects it

  const waiting = run(['rescore', 'start', challenge, '--wait']);
  const list = async () =>
    JSON.parse(await succeed('rescore', 'list', '--challenge', challenge, '--json')) as { id: string }[];
  await expect.poll(async () => (await list()).length).toBe(1);
  const id = (await list())[0]?.id ?? '';
  await platform.work(() => FAILED, '1.1.0');
  expect(await waiting).toMatchObject({
    status: 1,
    stdout: expect.stringContaining(`${challenge} 1.0.0, by a newer evaluator\n1 evaluation: 1 failed\n`),
    stderr: expect.stringContaining(`'sillage rescore retry ${id}' tries them again`),
  });
  await refused(
    ['rescore', 'promote', id, '--changes', 'x', '--unscored', '1'],
    'Nothing of this re-score has a score',
  );
  await refused(['rescore', 'cancel', id], `Discard it instead: sillage rescore discard ${id}`);

  expect(await succeed('rescore', 'retry', id)).toContain('1 evaluation: 1 queued');
  await platform.work(() => scored(0.85), '1.1.0');
  expect(await succeed('rescore', 'status', id, '--wait')).toContain('1 evaluation: 1 scored');
  await refused(['rescore', 'retry', id], 'There is nothing to try again.');
  expect(await succeed('rescore', 'discard', id)).toContain(`re-score ${id}: discarded`);
  expect((await board(challenge)).rows.map(({ scores }) => scores.mu)).toEqual([0.8]);

  // Another one is cancelled while somebody waits for it.
  const again = idIn(await succeed('rescore', 'start', challenge));
  const watched = run(['rescore', 'status', again, '--wait']);
  await succeed('rescore', 'cancel', again);
  expect(await watched).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('the re-score was cancelled by Organiser'),
  });
}, 600_000);

test.each([
  { name: 'no challenge', parameters: ['start', 'a@b@c'], message: "'a@b@c' names no challenge" },
  { name: 'a challenge that is not there', parameters: ['start', 'nope'], message: "no challenge 'nope'" },
  {
    name: 'an id that is none',
    parameters: ['status', 'abc'],
    message: "'sillage rescore list' prints them",
  },
  { name: 'no such re-score', parameters: ['diff', NO_ID], message: `There is no re-score ${NO_ID}` },
  { name: 'an id of nothing to discard', parameters: ['discard', NO_ID], message: "'sillage rescore list'" },
  {
    name: 'a folder that is not there',
    parameters: ['diff', NO_ID, '--csv', 'nowhere/x.csv'],
    message: 'the folder nowhere does not exist; make it first',
  },
  {
    name: 'two forms at once',
    parameters: ['diff', NO_ID, '--csv', 'x.csv', '--json'],
    message: "'--csv <file>' cannot be used with option '--json'",
  },
])('refuses $name', async ({ parameters, message }) => {
  await refused(['rescore', ...parameters], message);
});

test('is for organisers', async () => {
  for (const parameters of [
    ['list'],
    ['start', 'gulf-next'],
    ...['status', 'diff', 'discard', 'cancel', 'retry'].map((command) => [command, NO_ID]),
    ['promote', NO_ID, '--changes', 'x'],
  ])
    expect(await run(['rescore', ...parameters], ada.token), parameters.join(' ')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining("scope 'organise'"),
    });
});
