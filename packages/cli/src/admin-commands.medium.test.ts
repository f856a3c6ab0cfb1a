import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  adminHealthSchema,
  adminSubmissionPageSchema,
  quotaLedgerSchema,
  auditPageSchema,
  auditVerificationSchema,
  challengeSettingsSchema,
  leaderboardSchema,
  storageReportSchema,
  submissionViewSchema,
} from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scored, writeGulfChallenge } from './testing/gulf-challenge.js';
import { everyRowIn, startRealPlatform, type RealPlatform } from './testing/real-platform.js';
import { runSillage, type Run } from './testing/run-sillage.js';
import { writeGulfMap } from './testing/sample-maps.js';

const CHALLENGE = 'gulf-admin';
const NO_ID = '00000000-0000-4000-8000-000000000000';

let home = '';
let platform: RealPlatform;
let ada: { email: string; token: string };
const file = (name: string): string => join(home, name);

const run = (parameters: string[], token = platform.organiserToken): Promise<Run> =>
  runSillage(parameters, { env: { HOME: home, SILLAGE_URL: platform.url, SILLAGE_TOKEN: token }, cwd: home });
const admin = (...parameters: string[]): Promise<Run> => run(['admin', ...parameters]);
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

let mapCount = 0;

/** Each a map of its own: one that is there already is not ranked. */
async function submit(name: string): Promise<string> {
  mapCount += 1;
  const map = `map-${mapCount}.nc`;
  await writeGulfMap(file(map), { errorM: 0.01 * mapCount });
  const done = await run(
    ['submit', map, '--challenge', CHALLENGE, '--name', name, '--inputs', 'ssh-nadir', '--json'],
    ada.token,
  );
  return submissionViewSchema.parse(JSON.parse(done.stdout)).id;
}
const methodsOnBoard = async (): Promise<string[]> => {
  const board = await succeed(
    ...['board', '--challenge', CHALLENGE, '--area', 'gf', '--scenario', 'nadir4', '--json'],
  );
  return leaderboardSchema.parse(JSON.parse(board)).rows.map(({ method }) => method);
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sillage-cli-'));
  chmodSync(home, 0o755); // the system user `postgres` enters it
  mkdirSync(file('platform'));
  platform = await startRealPlatform(file('platform'));
  ada = await platform.signUp('Ada');
  await succeed('challenge', 'register', writeGulfChallenge(home, CHALLENGE));
});
afterAll(async () => {
  await platform?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe('sillage organiser', () => {
  test('makes an account an organiser’s and a participant’s again', async () => {
    const bob = await platform.signUp('Bob');
    expect(await succeed('organiser', 'list')).toMatch(/name\s+address\s+since\n[^\n]*\nOrganiser\s/);
    expect(await succeed('organiser', 'add', bob.email.toUpperCase())).toBe(
      `Bob (${bob.email}) is an organiser\n`,
    );
    expect(JSON.parse(await succeed('organiser', 'add', bob.email, '--json'))).toMatchObject({
      email: bob.email,
      role: 'organiser',
    });
    expect(await succeed('organiser', 'list')).toContain(bob.email);
    // The token that he has is for reading and submitting: the role alone gives it no more.
    const withOldToken = await run(['organiser', 'list'], bob.token);
    expect(withOldToken).toMatchObject({ status: 1, stderr: expect.stringContaining("scope 'organise'") });
    expect(JSON.parse(await succeed('organiser', 'list', '--json')).organisers).toHaveLength(2);
    expect(await succeed('organiser', 'remove', bob.email)).toBe(
      `Bob (${bob.email}) is a participant again\n`,
    );
    await refused(['organiser', 'remove', bob.email], 'no organiser has the address');
  });

  test.each([
    {
      name: 'an address nobody has',
      parameters: ['add', 'nobody@example.org'],
      message: 'Let its owner sign up',
    },
    {
      name: 'an address that is none',
      parameters: ['add', 'ada'],
      message: /: The request is not valid: email: an e-mail address like ada@example\.org is needed\.\n/,
    },
    {
      name: 'the one who is built in',
      parameters: ['remove', 'organiser@sillage.invalid'],
      message: 'built-in',
    },
    { name: 'no address', parameters: ['add'], message: "missing required argument 'address'" },
  ])('refuses $name', async ({ parameters, message }) => {
    await refused(['organiser', ...parameters], message);
  });

  test('is for organisers', async () => {
    for (const parameters of [['list'], ['add', ada.email], ['remove', ada.email]])
      expect(await run(['organiser', ...parameters], ada.token)).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining("scope 'organise'"),
      });
  });
});

describe('sillage admin submissions, hide, verify, disqualify', () => {
  test('take an entry off the boards and bring it back, with a reason each time', async () => {
    expect(await admin('submissions')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: 'no submission is like that\n',
    });
    const good = await submit('Good');
    await refused(['admin', 'verify', good, '--reason', 'x'], 'has no score yet');
    await platform.work(() => scored(0.9));
    const poor = await submit('Poor');
    await platform.work(() => scored(0.7));
    expect(await methodsOnBoard()).toEqual(['Good', 'Poor']);

    expect(await succeed('admin', 'hide', good, '--reason', 'It is the truth.')).toBe(
      'Good by Ada is hidden; its author is told why\n',
    );
    expect(await methodsOnBoard()).toEqual(['Poor']);
    await refused(['admin', 'hide', good, '--reason', 'Again'], /hidden already\. Its page says why\.\n/);
    expect(await succeed('admin', 'submissions', '--moderated', 'hidden')).toMatch(
      new RegExp(`${good}\\s+${CHALLENGE}\\s+Good\\s+Ada\\s+scored\\s+hidden\n`),
    );
    expect(await succeed('admin', 'show', good, '--reason', 'It is not.')).toContain('is shown again');

    const verified = submissionViewSchema.parse(
      JSON.parse(await succeed('admin', 'verify', good, '--reason', 'We ran its code.', '--json')),
    );
    expect(verified.moderation.verified).toMatchObject({ reason: 'We ran its code.' });
    await succeed('admin', 'disqualify', good, '--reason', 'Trained on the scored days.');
    expect(await methodsOnBoard()).toEqual(['Poor']);
    await refused(
      ['admin', 'verify', good, '--reason', 'x'],
      /disqualified entry cannot be verified\. Reinstate/,
    );
    await succeed('admin', 'reinstate', good, '--reason', 'It was not.');
    // A disqualification takes the mark; that it is back needs another decision.
    await refused(['admin', 'unverify', good, '--reason', 'x'], 'is not verified');
    expect(await methodsOnBoard()).toEqual(['Good', 'Poor']);

    const list = async (...parameters: string[]) =>
      adminSubmissionPageSchema.parse(
        JSON.parse(await succeed('admin', 'submissions', ...parameters, '--json')),
      );
    const all = await list('--challenge', CHALLENGE, '--state', 'scored', '--author', 'ada');
    expect(all.submissions.map(({ id }) => id)).toEqual([poor, good]);
    expect((await list('--moderated', 'hidden')).total).toBe(0);
    expect(await admin('submissions', '--page', '3')).toMatchObject({
      status: 0,
      stderr: 'there is one page of such submissions\n',
    });
    const audit = auditPageSchema.parse(
      JSON.parse(await succeed('admin', 'audit', '--subject', good, '--json')),
    );
    expect(audit.entries.map(({ action, details }) => [action, details['reason']])).toEqual([
      ['submission.reinstate', 'It was not.'],
      ['submission.disqualify', 'Trained on the scored days.'],
      ['submission.verify', 'We ran its code.'],
      ['submission.show', 'It is not.'],
      ['submission.hide', 'It is the truth.'],
    ]);
  });

  test.each([
    {
      name: 'no reason',
      parameters: ['hide', NO_ID],
      message: "required option '--reason <text>' not specified",
    },
    {
      name: 'a blank reason',
      parameters: ['hide', NO_ID, '--reason', '  '],
      message: /: The request is not valid: reason: say why: the author reads it\.\n/,
    },
    {
      name: 'no such submission',
      parameters: ['show', NO_ID, '--reason', 'x'],
      message: 'There is no submission',
    },
    {
      name: 'no id',
      parameters: ['verify', 'abc', '--reason', 'x'],
      message: "'abc' is not the id of a submission",
    },
    {
      name: 'a state that is none',
      parameters: ['submissions', '--state', 'done'],
      message: 'Allowed choices are queued, running, scored, rejected, failed, cancelled.',
    },
    {
      name: 'a page that is none',
      parameters: ['submissions', '--page', '0'],
      message: 'Give a number above 0.',
    },
    {
      name: 'a challenge that cannot be',
      parameters: ['submissions', '--challenge', 'Demo'],
      message: 'lower-case letters',
    },
  ])('refuse $name', async ({ parameters, message }) => {
    await refused(['admin', ...parameters], message);
  });
});

describe('sillage admin health and retry', () => {
  test('say what failed on our side, and try it again', async () => {
    const id = await submit('Unlucky');
    await platform.work(() => ({ status: 'failed', message: 'out of memory\nat line 3', retryable: false }));
    const text = await succeed('admin', 'health');
    expect(text).toMatch(/^! /);
    expect(text).toMatch(/evaluator\s+version\s+state[^]*test\s+1\.0\.0\s+connected/);
    const [, evaluation = ''] = /score\s+Unlucky\s+([0-9a-f-]{36})\s+out of memory\n/.exec(text) ?? [];
    const health = adminHealthSchema.parse(JSON.parse(await succeed('admin', 'health', '--json')));
    expect(health.failures[0]).toMatchObject({ evaluationId: evaluation, mayRetry: true });

    expect(await succeed('admin', 'retry', evaluation)).toBe(
      `submission ${id} waits again for its step 'score'\n`,
    );
    await refused(['admin', 'retry', evaluation], /./);
    await platform.work(() => scored(0.8));
    expect(await methodsOnBoard()).toContain('Unlucky');
  });

  test.each([
    { id: 'abc', message: "'abc' is not the id of an evaluation; 'sillage admin health' prints" },
    { id: NO_ID, message: 'There is no evaluation' },
  ])('refuse to try $id again', async ({ id, message }) => {
    await refused(['admin', 'retry', id], message);
  });
});

describe('sillage admin audit', () => {
  test('prints the log in pages, writes all of it, and verifies it', async () => {
    await succeed('organiser', 'add', ada.email);
    await succeed('organiser', 'remove', ada.email);
    const newest = await succeed('admin', 'audit', '--limit', '1');
    expect(newest).toMatch(/Organiser\s+account\.role\s+Ada is no organiser any more\./);
    const [, before = ''] = /older lines: --before (\d+)/.exec(newest) ?? [];
    expect(await succeed('admin', 'audit', '--limit', '1', '--before', before)).toContain(
      'Ada became an organiser.',
    );
    expect(await succeed('admin', 'audit', '--action', 'challenge.register')).toContain(CHALLENGE);
    expect(await admin('audit', '--actor', 'nobody')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: 'no line of the log is like that\n',
    });

    const verified = auditVerificationSchema.parse(
      JSON.parse(await succeed('admin', 'audit', '--verify', '--json')),
    );
    expect(await succeed('admin', 'audit', '--verify')).toBe(
      `all ${verified.lineCount} lines are as they were written; hash of the last: ${verified.lastHash ?? ''}\n`,
    );
    await succeed('admin', 'audit', '--csv', 'log.csv');
    const lines = readFileSync(file('log.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(verified.lineCount + 1);
    expect(lines.at(-1)).toContain(verified.lastHash);
    await refused(
      ['admin', 'audit', '--csv', 'log.csv'],
      'log.csv exists already; give another --csv, or --force',
    );
    await succeed('admin', 'audit', '--csv', 'log.csv', '--force');
  });

  test.each([
    { name: 'no number', parameters: ['--limit', 'many'], message: 'Give a number above 0.' },
    {
      name: 'too many lines',
      parameters: ['--limit', '501'],
      message: /: The request is not valid: limit: a number up to 500 is needed\.\n/,
    },
    {
      name: 'an action that is none',
      parameters: ['--action', 'nope'],
      message: /: action: choose one of draft\.create, draft\.edit, /,
    },
    {
      name: 'a folder that is not there',
      parameters: ['--csv', 'nowhere/log.csv'],
      message: 'nowhere/log.csv: the folder nowhere does not exist; make it first',
    },
    {
      name: 'a part of the log as a file, which holds all of it',
      parameters: ['--csv', 'part.csv', '--action', 'draft.edit'],
      message: "'--csv <file>' cannot be used with option '--action <name>'",
    },
    {
      name: 'to verify a part of the log',
      parameters: ['--verify', '--limit', '3'],
      message: "'--verify' cannot be used with option '--limit <count>'",
    },
  ])('refuses $name', async ({ parameters, message }) => {
    await refused(['admin', 'audit', ...parameters], message);
  });
});

describe('sillage admin backup and restore', () => {
  const onMachine = (stateFolder: string, ...parameters: string[]): Promise<Run> =>
    runSillage(['admin', ...parameters], { env: { HOME: home, SILLAGE_HOME: stateFolder }, cwd: home });
  const objectsIn = (folder: string) =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => /[0-9a-f]{64}$/.test(name))
      .toSorted()
      .map((name) => {
        const content = readFileSync(join(folder, name));
        const sha256 = createHash('sha256').update(content).digest('hex');
        return { name, sizeBytes: content.length, sha256 };
      });
  /** The platform goes on: a backup during which nothing was written, and what there was. */
  const backUp = async () => {
    for (;;) {
      const rows = await everyRowIn(platform.stateFolder);
      const done = await onMachine(platform.stateFolder, 'backup', 'copy');
      expect(done).toMatchObject({ status: 0, stdout: `${file('copy')}\n` });
      const after = await everyRowIn(platform.stateFolder);
      if (isDeepStrictEqual(rows, after)) return rows;
      rmSync(file('copy'), { recursive: true });
    }
  };

  test('give the same platform again: every row, every object and its secrets', async () => {
    await submit('Scored before');
    await platform.work(() => scored(0.85));
    await submit('Waits');
    const objects = objectsIn(platform.storeFolder);
    const secrets = readFileSync(join(platform.stateFolder, 'secrets.json'), 'utf8');
    const rows = await backUp();
    // What comes later is not in it, and the platform that was copied goes on.
    await submit('Came later');
    expect(await onMachine(platform.stateFolder, 'backup', 'copy')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is not empty (it holds database, files, manifest.json)'),
    });

    const stateFolder = file('restored');
    expect(await onMachine(stateFolder, 'restore', 'copy')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^restored the backup of 2\d{3}-/),
    });
    expect(await everyRowIn(stateFolder)).toEqual(rows);
    expect(objectsIn(join(stateFolder, 'objects'))).toEqual(objects);
    expect(readFileSync(join(stateFolder, 'secrets.json'), 'utf8')).toBe(secrets);
    const restored = await startRealPlatform(stateFolder);
    try {
      const storage = await run(['admin', 'storage', '--json', '--url', restored.url]);
      expect(storageReportSchema.parse(JSON.parse(storage.stdout))).toMatchObject({
        missing: { count: 0 },
        collectable: { count: 0 },
      });
      // What waited has its place in the queue again, once the platform has looked.
      await expect
        .poll(
          async () => {
            await restored.work(() => scored(0.95));
            return (await run(['admin', 'submissions', '--json', '--url', restored.url])).stdout;
          },
          { interval: 1_000 },
        )
        .not.toMatch(/"state": "(queued|running)"/);
    } finally {
      await restored.stop();
    }
    expect(await onMachine(stateFolder, 'restore', 'copy')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/holds postgres, objects, uploads, secrets\.json: a restore needs/),
    });
  });

  test.each([
    {
      name: 'one that was interrupted',
      damage: (copy: string) => rmSync(join(copy, 'manifest.json')),
      message: 'is no whole backup: it has no manifest.json',
    },
    {
      name: 'a table that was changed',
      damage: (copy: string) => writeFileSync(join(copy, 'database/accounts.copy.gz'), 'x'),
      message: 'database/accounts.copy.gz hashes to 2d711642',
    },
    {
      name: 'an object that was changed',
      damage: (copy: string) => {
        const [object = ''] = readdirSync(join(copy, 'objects'), { recursive: true })
          .map(String)
          .filter((name) => /[0-9a-f]{64}$/.test(name));
        writeFileSync(join(copy, 'objects', object), 'x');
      },
      message: 'of the backup is damaged',
    },
  ])('refuse $name', async ({ damage, message }) => {
    const [copy, stateFolder] = [file('damaged'), file('never')];
    for (const folder of [copy, stateFolder]) rmSync(folder, { recursive: true, force: true });
    cpSync(file('copy'), copy, { recursive: true });
    damage(copy);
    expect(await onMachine(stateFolder, 'restore', copy)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});

describe('sillage admin settings', () => {
  const PHASE = `  - name: Final
    opens: 2100-01-01T00:00:00Z
    closes: 2100-02-01T00:00:00Z
    disclosure: blind
    acceptsSubmissions: true
`;

  test('prints phases and limits as YAML, takes them back, and refuses an older revision', async () => {
    const printed = await succeed('admin', 'settings', CHALLENGE);
    expect(printed).toContain(`# ${CHALLENGE}: takes submissions now\n# shown: practice;`);
    const next = printed.replace('phases: []', `phases:\n${PHASE}`).replace('perDay: null', 'perDay: 3');
    writeFileSync(file('settings.yaml'), next);
    const set = await succeed('admin', 'settings', CHALLENGE, '--set', 'settings.yaml');
    expect(set).toContain(`# ${CHALLENGE}: takes no submissions now`);
    const settings = challengeSettingsSchema.parse(
      JSON.parse(await succeed('admin', 'settings', CHALLENGE, '--json')),
    );
    expect(settings).toMatchObject({ revision: 1, quota: { perDay: 3, perPhase: null } });
    expect(settings.phases.map(({ name }) => name)).toEqual(['Final']);
    await refused(['admin', 'settings', CHALLENGE, '--set', 'settings.yaml'], /[Rr]ead|changed/);
    writeFileSync(file('open.yaml'), set.replace(/phases:[^]*quota/, 'phases: []\nquota'));
    expect(await succeed('admin', 'settings', CHALLENGE, '--set', 'open.yaml')).toContain(
      'takes submissions',
    );
    expect(await succeed('admin', 'settings', CHALLENGE, '--products')).toBe(
      'every file and map is of the level that holds now: nothing is made again\n',
    );
    expect(JSON.parse(await succeed('admin', 'settings', CHALLENGE, '--products', '--json'))).toEqual({
      enqueued: 0,
    });
  });

  test.each([
    { name: 'a file that is not there', content: null, message: 'settings-0.yaml: no such file or folder' },
    { name: 'what is no YAML', content: 'a: [', message: 'settings-0.yaml is not YAML' },
    {
      name: 'what are no settings',
      content: 'revision: x\nphases: []\n',
      message: /prints them: revision: a number is needed; quota: missing\n/,
    },
    {
      name: 'a phase that closes before it opens',
      content: `revision: 2\nphases:\n${PHASE.replace('2100-02', '2099-02')}quota: {perDay: null, perPhase: null}\n`,
      message: "'Final' closes at 2099-02-01T00:00:00Z, which is not after it opens",
    },
    { name: 'an empty file', content: '', message: /prints them: the file: / },
  ])('refuses $name', async ({ content, message }) => {
    rmSync(file('settings-0.yaml'), { force: true });
    if (content !== null) writeFileSync(file('settings-0.yaml'), content);
    await refused(['admin', 'settings', CHALLENGE, '--set', 'settings-0.yaml'], message);
  });

  test('refuses a challenge that is not there, and two things at once', async () => {
    await refused(['admin', 'settings', 'nope'], "There is no challenge 'nope'");
    await refused(
      ['admin', 'settings', CHALLENGE, '--products', '--set', 'x.yaml'],
      "'--products' cannot be used with option '--set <file>'",
    );
  });
});

test('sillage admin quota prints what was booked, and why', async () => {
  await refused(['admin', 'quota', CHALLENGE], 'name whose: --account ADDRESS, or --team NAME');
  await refused(['admin', 'quota', CHALLENGE, '--team', 'Nobody'], "There is no team 'Nobody'");
  const text = await succeed('admin', 'quota', CHALLENGE, '--account', ada.email);
  expect(text).toMatch(/^today: .*\nin this phase: no limit\n/);
  expect(text).toMatch(/ -1 +use +submitted +[0-9a-f-]{36}\n/);
  const ledger = quotaLedgerSchema.parse(
    JSON.parse(await succeed('admin', 'quota', CHALLENGE, '--account', ada.email, '--json')),
  );
  expect(ledger.entries.filter(({ kind }) => kind === 'use').length).toBeGreaterThan(0);
});

test('sillage admin is for organisers', async () => {
  for (const parameters of [
    ['health'],
    ['retry', NO_ID],
    ['audit'],
    ['submissions'],
    ['hide', NO_ID, '--reason', 'x'],
    ['settings', CHALLENGE],
    ['quota', CHALLENGE, '--team', 'x'],
  ])
    expect(await run(['admin', ...parameters], ada.token), parameters.join(' ')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining("scope 'organise'"),
    });
});
