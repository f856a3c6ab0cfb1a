import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@sillage/fourdvarnet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAMILY_WEIGHTS } from './testing/family-weights.js';
import { FakePlatform } from './testing/fake-platform.js';
import { runSillage } from './testing/run-sillage.js';
import type { Run } from './testing/run-sillage.js';
import { writeGulfMap } from './testing/sample-maps.js';

let samples = '';
let home = '';
let platform: FakePlatform;
const sample = (name: string): string => join(samples, name);
const file = (name: string): string => join(home, name);

beforeAll(async () => {
  samples = mkdtempSync(join(tmpdir(), 'sillage-maps-'));
  await writeGulfMap(sample('gulf.nc'), { nodeCount: 134, spacing: 0.08 }); // 3 MB
  await writeGulfMap(sample('other.nc'), { nodeCount: 105, spacing: 0.1, errorM: 0.02 }); // 1.9 MB
  await writeGulfMap(sample('basin.nc'), { nodeCount: 46, lonCount: 109, spacing: 0.5 }); // 65°W to 11°W
});
afterAll(() => rmSync(samples, { recursive: true, force: true }));

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'sillage-cli-'));
  platform = new FakePlatform();
  await platform.start();
  copyFileSync(sample('gulf.nc'), file('map.nc'));
});
afterEach(async () => {
  await platform.stop();
  rmSync(home, { recursive: true, force: true });
});

function sillage(
  parameters: string[],
  options: { token?: string | null; input?: string; killOn?: AbortSignal } = {},
): Promise<Run> {
  const token = options.token === undefined ? platform.participantToken : options.token;
  return runSillage(parameters, {
    env: { HOME: home, SILLAGE_URL: platform.url, ...(token === null ? {} : { SILLAGE_TOKEN: token }) },
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.killOn === undefined ? {} : { killOn: options.killOn }),
    cwd: home,
  });
}

const CNN_MANIFEST = `architecture: cnn-solver
n_step: 3
lr_grad: 1
bilin_quad: false
normalisation: {mean: 0.3, std: 0.2}
patch: {time: 5, lat: 24, lon: 24}
strides: {time: 1, lat: 16, lon: 16}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 4, lon: 4}}
batch_size: 4
spacing_deg: 0.25
`;

const submitMap = (...more: string[]): string[] => [
  ...['submit', file('map.nc'), '--challenge', 'demo-osse', '--area', 'gf', '--scenario', 'nadir4'],
  ...['--name', 'My method', '--inputs', 'ssh-nadir,sst', ...more],
];

describe('sillage submit', () => {
  test('uploads the file, enters the task and waits for the scores', async () => {
    const run = await sillage(submitMap('--wait', '--code-url', 'https://example.org/code'));
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/gf\s+nadir4\s+scored\s+1\s+0\.912\s+0\.012\s+1\.42\s+12\.13/);
    const [submission] = platform.submissions;
    expect(submission?.card).toMatchObject({
      name: 'My method',
      inputs: ['ssh-nadir', 'sst'],
      codeUrl: 'https://example.org/code',
    });
    expect(submission?.file).toMatchObject({ name: 'map.nc', sizeBytes: statSync(file('map.nc')).size });
    expect([...platform.uploads.values()][0]?.metadata.sha256).toBe(submission?.file?.sha256);
  });

  test('prints the submission as JSON, and nothing else on stdout', async () => {
    const run = await sillage(submitMap('--wait', '--json'));
    expect(JSON.parse(run.stdout)).toMatchObject({
      challenge: 'demo-osse',
      evaluations: [{ state: 'scored' }],
    });
  });

  test('enters every task when asked', async () => {
    const run = await sillage([
      ...[
        'submit',
        file('map.nc'),
        '--challenge',
        'demo-osse',
        '--all-tasks',
        '--name',
        'M',
        '--inputs',
        'sst',
      ],
    ]);
    expect(run.status).toBe(0);
    expect(platform.submissions[0]?.evaluations.map(({ scenario }) => scenario)).toEqual([
      'nadir4',
      'swot1',
      'nadir4',
    ]);
  });

  test('enters one basin map in the areas that it covers', async () => {
    const run = await sillage([
      ...['submit', sample('basin.nc'), '--challenge', 'demo-osse', '--scenario', 'nadir4', '--all-areas'],
      ...['--name', 'M', '--inputs', 'sst'],
    ]);
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('basin.nc: covers gf × nadir4, osmosis × nadir4\n');
    expect(platform.onlyCovered).toEqual([true]);
    expect(platform.submissions[0]?.evaluations.map(({ area }) => area)).toEqual(['gf', 'osmosis']);
  });

  test('enters it in the name of a team', async () => {
    expect(await sillage(submitMap('--team', 'ocean mappers'))).toMatchObject({ status: 0 });
    expect(platform.teams).toEqual(['5f0e3a64-6a0b-4d7e-9a58-3c2f8f6f1a11']);
    const unknown = await sillage(submitMap('--team', 'Others'));
    expect(unknown.stderr).toMatch(/you are in no team 'Others'; you are in Ocean Mappers/);
  });

  test('says who sees the entry, and withdraws it with its reason', async () => {
    for (const who of ['private', 'anonymous:2027-03-01'])
      expect(await sillage(submitMap('--visibility', who))).toMatchObject({ status: 0 });
    expect(platform.visibilities).toEqual([{ kind: 'private' }, { kind: 'anonymous', until: '2027-03-01' }]);
    const unclear = await sillage(submitMap('--visibility', 'hidden'));
    expect(unclear.stderr).toMatch(/'hidden' is none of public, private, anonymous:YYYY-MM-DD/);
    const id = platform.submissions[0]?.id ?? '';
    const run = await sillage(['withdraw', id, '--reason', 'wrong file']);
    expect(run.stdout).toContain(`/submissions/${id} stays and says so`);
    expect(platform.submissions[0]?.withdrawal?.reason).toBe('wrong file');
  });

  const submitMaps = (...maps: string[]): string[] => [
    ...['submit', '--challenge', 'demo-osse', '--name', 'M', '--inputs', 'sst'],
    ...maps.flatMap((map) => ['--map', map]),
  ];

  test('sends a network with its manifest, to all tasks that it is pointed at', async () => {
    writeFileSync(file('net.ckpt'), writeSafetensors(FAMILY_WEIGHTS['cnn-solver']()));
    writeFileSync(file('manifest.yaml'), CNN_MANIFEST);
    const submitNetwork = (...more: string[]): Promise<Run> =>
      sillage([
        ...['submit', file('net.ckpt'), '--challenge', 'demo-osse', '--scenario', 'nadir4'],
        ...['--name', 'Net', '--inputs', 'ssh-nadir', ...more],
      ]);
    expect(await submitNetwork('--manifest', file('manifest.yaml'))).toMatchObject({ status: 0 });
    expect(platform.submissions[0]).toMatchObject({
      form: 'network',
      network: { manifest: CNN_MANIFEST },
      evaluations: [{ area: 'gf' }, { area: 'osmosis' }],
    });
    const unreadable = await submitNetwork('--manifest', file('nowhere.yaml'));
    expect(unreadable.stderr).toMatch(/the manifest .*nowhere\.yaml cannot be read/);
    const ofMaps = await submitNetwork('--manifest', file('manifest.yaml'), '--variable', 'ssh');
    expect(ofMaps.stderr).toMatch(/variable: is for maps/);
    expect(platform.submissions).toHaveLength(1);
  });

  test('enters several files as one set, each file once', async () => {
    for (const name of ['b.nc', 'copy-of-b.nc']) copyFileSync(sample('basin.nc'), file(name));
    const maps = ['gf:nadir4=map.nc', 'osmosis:nadir4=b.nc', 'gf:swot1=copy-of-b.nc'];
    const run = await sillage([...submitMaps(...maps), '--wait']);
    expect(run).toMatchObject({ status: 0 });
    expect(platform.uploads.size).toBe(2);
    expect(
      platform.submissions.map(({ evaluations }) =>
        evaluations.map(({ area, scenario }) => [area, scenario]),
      ),
    ).toEqual([
      [['gf', 'nadir4']],
      [
        ['osmosis', 'nadir4'],
        ['gf', 'swot1'],
      ],
    ]);
    expect(run.stdout).toContain('same set: b.nc, osmosis × nadir4, gf × swot1');
  });

  test('goes on with a set where it stopped: what has arrived is not sent again', async () => {
    copyFileSync(sample('other.nc'), file('b.nc'));
    const parameters = submitMaps('gf:nadir4=b.nc', 'gf:swot1=map.nc');
    platform.breakUploadsAtBytes = 2_500_000; // within the second file
    const killer = new AbortController();
    const interrupted = sillage(parameters, { killOn: killer.signal });
    while (platform.patchCount < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    killer.abort();
    await interrupted;
    expect(platform.submissions).toEqual([]);
    const patchesBefore = platform.patchCount;
    platform.breakUploadsAtBytes = null;
    expect(await sillage(parameters)).toMatchObject({ status: 0 });
    expect(platform.uploads.size).toBe(2);
    expect(platform.patchCount).toBe(patchesBefore + 1);
    expect(platform.submissions).toHaveLength(2);
  });

  test('goes on after an interruption where it stopped, in another process', async () => {
    platform.breakUploadsAtBytes = 1_000_000;
    const killer = new AbortController();
    const interrupted = sillage(submitMap(), { killOn: killer.signal });
    while (platform.patchCount === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    killer.abort();
    expect((await interrupted).status).toBeNull();
    const [upload] = platform.uploads.values();
    const arrivedBytes = upload?.bytes.length ?? 0;
    expect(arrivedBytes).toBeGreaterThan(0);

    platform.breakUploadsAtBytes = null;
    const second = await sillage(submitMap());
    expect(second.status).toBe(0);
    expect(platform.uploads.size).toBe(1);
    expect(upload?.bytes.equals(readFileSync(file('map.nc')))).toBe(true);
  });

  test('sends a file again whose upload was spent on another submission', async () => {
    expect((await sillage(submitMap())).status).toBe(0);
    expect((await sillage(submitMap())).status).toBe(0);
    expect(platform.submissions).toHaveLength(2);
  });

  test('ends with status 1 and the reason when the map is rejected', async () => {
    platform.verdict = {
      code: 'days-missing',
      where: 'map.nc, time',
      found: '40 days',
      expected: '42 days',
      fix: 'Add 2012-12-01 and 2012-12-02.',
    };
    const run = await sillage(submitMap('--wait'));
    expect(run.status).toBe(1);
    expect(run.stderr.trim().split('\n').at(-1)).toBe(
      'sillage: gf × nadir4 was rejected: The map does not cover every day. map.nc, time: 40 days; needed: 42 days. Add 2012-12-01 and 2012-12-02.',
    );
  });

  test('outlives a restart of the platform while it waits', async () => {
    platform.asksUntilFinal = 4;
    const waiting = sillage(submitMap('--wait'));
    while (platform.submissions.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await platform.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await platform.start();
    expect((await waiting).status).toBe(0);
  });
});

describe('sillage status, download and board', () => {
  async function submittedId(): Promise<string> {
    await sillage(submitMap('--wait'));
    return platform.submissions[0]?.id ?? '';
  }

  test('show the scores of a submission', async () => {
    const id = await submittedId();
    expect((await sillage(['status', id])).stdout).toContain(`${platform.url}/submissions/${id}`);
    expect(JSON.parse((await sillage(['status', id, '--json'])).stdout)).toMatchObject({ id });
  });

  test('fetch what the platform made, and the upload', async () => {
    const id = await submittedId();
    expect(await sillage(['download', id])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file('scored.nc'), 'utf8')).toBe('scored');
    expect((await sillage(['download', id, '--artefact', 'upload', '--out', file('again.nc')])).status).toBe(
      0,
    );
    expect(readFileSync(file('again.nc'), 'utf8')).toBe('upload');
    expect((await sillage(['download', id])).stderr).toBe(
      'sillage: scored.nc exists already; give another --out, or --force\n',
    );
    expect((await sillage(['download', id, '--force'])).status).toBe(0);
  });

  test('print published scores below a line, without a rank and never in the CSV', async () => {
    const board = ['board', '--challenge', 'demo-osse', '--area', 'gf', '--scenario', 'nadir4'];
    const lines = (await sillage(board)).stdout.split('\n');
    const published = lines.findIndex((line) => line.includes('DUACS'));
    expect(lines[published]).toMatch(
      /^ {2,}DUACS\s+published \[1\]\s+ssh-nadir\s+0\.92\s+0\.01\s+1\.42\s+12$/,
    );
    expect(lines[published - 1]).toMatch(/^─+ /);
    expect(lines.at(-2)).toBe('[1] 2020a notebooks; 2012-10-22 to 2012-12-02; README of 2020a');
    const csv = await sillage([...board, '--csv']);
    expect(csv.stdout).not.toContain('DUACS');
    expect(csv.stdout.split('\n')[0]).toContain('mu,sigma,lambda_x_deg,lambda_t_days');
    expect(csv.stderr).toContain('published scores are not in the CSV');
  });

  test('print the board for people, spreadsheets and programs', async () => {
    const board = ['board', '--challenge', 'demo-osse', '--area', 'gf', '--scenario', 'nadir4'];
    expect((await sillage(board)).stdout).toMatch(/2\s+OI \(reference\)\s+Sillage\s+ssh-nadir\s+0\.912/);
    expect((await sillage([...board, '--csv'])).stdout).toContain("1,'=cmd,Ada,participant,sst,0.9123");
    expect(JSON.parse((await sillage([...board, '--json'])).stdout).rows).toHaveLength(2);
  });
});

describe('sillage login', () => {
  test('makes a token, keeps it from others, and later commands use it', async () => {
    const run = await sillage(['login', '--email', 'ada@example.org', '--password-stdin'], {
      token: null,
      input: `${platform.password}\n`,
    });
    expect(run.stdout).toContain('as Ada <ada@example.org>');
    const stored = file('.config/sillage/credentials.json');
    expect(statSync(stored).mode & 0o777).toBe(0o600);
    expect(readFileSync(stored, 'utf8')).not.toContain(platform.password);
    expect((await sillage(submitMap(), { token: null })).status).toBe(0);
  });

  test('asks for what the token needs, and for no more unless told', async () => {
    const login = (...more: string[]): Promise<Run> =>
      sillage(['login', '--email', 'ada@example.org', '--password-stdin', ...more], {
        token: null,
        input: platform.password,
      });
    await login();
    await login('--scopes', 'organise,read', '--days', '7');
    expect(platform.tokenRequests).toMatchObject([
      { scopes: ['read', 'submit'], expiresInDays: 90 },
      { scopes: ['read', 'organise'], expiresInDays: 7 },
    ]);
    expect((await login('--scopes', 'everything')).stderr).toMatch(
      /'everything' is no scope; there are read/,
    );
    expect((await login('--days', '400')).stderr).toMatch(/366 days at most/);
  });

  test('takes a token from the account page', async () => {
    const run = await sillage(['login', '--token-stdin'], { token: null, input: platform.participantToken });
    expect(run.status).toBe(0);
  });
});

describe('sillage challenge', () => {
  test('lists the challenges', async () => {
    expect((await sillage(['challenge', 'list'])).stdout).toMatch(
      /demo-osse\s+Demo\s+gf × nadir4, gf × swot1, osmosis × nadir4\s+installed\s+2/,
    );
  });

  test('fetches the files that are given out and names those that are not', async () => {
    const run = await sillage(['challenge', 'download', 'demo-osse', '--out', file('data')]);
    expect(run.status).toBe(0);
    expect(readFileSync(file('data/truth.nc'), 'utf8')).toBe('truth');
    expect(run.stderr).toContain("hidden.nc (oi) is withheld at the level 'practice'");
    expect(existsSync(file('data/hidden.nc'))).toBe(false);
  });

  const definition = (more = ''): string =>
    [
      'id: waves',
      'name: Waves',
      'summary: Waves',
      'synthetic: true',
      'licence: CC0-1.0',
      'protocol: osse-2020a',
      'disclosure: practice',
      'datasetVersion: 1.0.0',
      'periods: {evaluation: {start: 2012-10-22, end: 2012-12-02}}',
      'areas: [{id: gf, name: GF, scoredBox: {west: -65, east: -55, south: 33, north: 43}}]',
      'scenarios: [{id: nadir4, name: 4 nadirs}]',
      'tasks: [{area: gf, scenario: nadir4}]',
      `files: [{role: truth, area: gf, path: map.nc${more}}]`,
    ].join('\n');

  test('registers a folder with the token of an organiser', async () => {
    writeFileSync(file('challenge.yaml'), definition());
    const run = await sillage(['challenge', 'register', home], { token: platform.organiserToken });
    expect(run.status).toBe(0);
    expect(platform.registered).toEqual(['waves']);
  });

  test.each([
    { name: 'no organiser', content: definition(), organiser: false, message: 'Ada is no organiser' },
    {
      name: 'another hash',
      content: definition(`, sha256: ${'a'.repeat(64)}`),
      organiser: true,
      message: 'challenge.yaml says aaa',
    },
    { name: 'broken YAML', content: 'id: [', organiser: true, message: 'is not YAML' },
    {
      name: 'an unknown area',
      content: definition().replace('area: gf, scenario', 'area: med, scenario'),
      organiser: true,
      message: "no area 'med'",
    },
  ])('refuses to register: $name', async ({ content, organiser, message }) => {
    writeFileSync(file('challenge.yaml'), content);
    const token = organiser ? platform.organiserToken : platform.participantToken;
    const run = await sillage(['challenge', 'register', home], { token });
    expect(run.status).toBe(1);
    expect(run.stderr.trim().split('\n').at(-1)).toContain(message);
    expect(platform.registered).toEqual([]);
  });
});

describe('bad input gets one line on stderr and exit status 1', () => {
  const cases: { name: string; parameters: () => string[]; token?: string | null; message: string }[] = [
    {
      name: 'an unknown challenge',
      parameters: () => ['board', '--challenge', 'nope'],
      message: "There is no challenge 'nope'. Look again.",
    },
    { name: 'no token', parameters: () => submitMap(), token: null, message: "Run 'sillage login'" },
    {
      name: 'a token that is none',
      parameters: () => submitMap(),
      token: 'sil_x',
      message: "Run 'sillage login'",
    },
    {
      name: 'a token that may only read',
      parameters: () => submitMap('--no-check'),
      token: 'sil_read_only',
      message: "needs an API token with the scope 'submit'; yours has 'read'",
    },
    {
      name: 'several tasks and no choice',
      parameters: () => ['board', '--challenge', 'demo-osse'],
      message: 'has several tasks, choose one: --area gf --scenario',
    },
    {
      name: 'neither a file nor maps',
      parameters: () => ['submit', '--challenge', 'demo-osse', '--name', 'x', '--inputs', 'sst'],
      message: 'give a file with maps, or one --map for each task',
    },
    {
      name: 'a map without a task',
      parameters: () => submitMap('--map', 'map.nc'),
      message: '--map names files and tasks; leave out the file',
    },
    {
      name: 'a map for a task that does not read like one',
      parameters: () => [
        ...['submit', '--challenge', 'demo-osse', '--name', 'x', '--inputs', 'sst', '--map', 'gf=map.nc'],
      ],
      message: "--map 'gf=map.nc' does not read area:scenario=file",
    },
    {
      name: 'two maps for one task',
      parameters: () => [
        ...['submit', '--challenge', 'demo-osse', '--name', 'x', '--inputs', 'sst'],
        ...['--map', 'gf:swot1=a.nc', '--map', 'gf:swot1=b.nc'],
      ],
      message: '--map gives gf × swot1 twice: a.nc and b.nc',
    },
    {
      name: 'a map for a task that is not there',
      parameters: () => [
        ...[
          'submit',
          '--challenge',
          'demo-osse',
          '--name',
          'x',
          '--inputs',
          'sst',
          '--map',
          `med:swot1=${import.meta.filename}`,
        ],
      ],
      message: "challenge 'demo-osse' has no task",
    },
    {
      name: 'the references, without being an organiser',
      parameters: () => ['challenge', 'references', 'demo-osse'],
      message: 'Only organisers may do this.',
    },
    {
      name: 'an unknown input',
      parameters: () => [
        'submit',
        file('map.nc'),
        '--challenge',
        'demo-osse',
        '--name',
        'x',
        '--inputs',
        'magic',
      ],
      message: "'magic' is no kind of input",
    },
    {
      name: 'a link that is none',
      parameters: () => submitMap('--code-url', 'here'),
      message: 'card.codeUrl',
    },
    {
      name: 'an id that is none',
      parameters: () => ['status', 'abc'],
      message: "'abc' is not the id of a submission",
    },
    {
      name: 'a submission that is not there',
      parameters: () => ['status', '00000000-0000-4000-8000-000000000000'],
      message: 'There is no such submission.',
    },
    {
      name: 'a file that is not there',
      parameters: () => [
        ...['submit', file('no.nc'), '--challenge', 'demo-osse', '--scenario', 'swot1'],
        ...['--name', 'x', '--inputs', 'sst'],
      ],
      message: 'no.nc: no such file or folder',
    },
    {
      name: 'a platform that is not there',
      parameters: () => ['board', '--challenge', 'demo-osse', '--url', 'http://127.0.0.1:9'],
      message: 'http://127.0.0.1:9 does not answer',
    },
    {
      name: 'two formats at once',
      parameters: () => ['board', '--challenge', 'demo-osse', '--csv', '--json'],
      message: "option '--csv' cannot be used with option '--json'",
    },
  ];

  test.each(cases)('$name', async ({ parameters, token, message }) => {
    const run = await sillage(parameters(), token === undefined ? {} : { token });
    expect(run.stderr).toMatch(/^sillage: [^\n]*\n$/);
    expect(run.stderr).toContain(message);
    expect(run.status).toBe(1);
  });

  test('wrong passwords', async () => {
    const run = await sillage(['login', '--email', 'ada@example.org', '--password-stdin'], {
      token: null,
      input: 'guess',
    });
    expect(run).toMatchObject({
      status: 1,
      stderr: 'sillage: E-mail address or password is wrong. Look again.\n',
    });
  });
});
