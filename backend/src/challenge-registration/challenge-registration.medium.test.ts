import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Logger } from '@nestjs/common';
import type { ChallengeDefinition, ChallengeView } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerParticipant,
  startTestApi,
  submit,
  upload,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { ObjectStore } from '../object-store/object-store.js';
import { ChallengeRegistrationService } from './challenge-registration.service.js';

let database: TestDatabase;
let api: TestApi;
let root: string;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sillage-datasets-'));
  return () => rm(root, { recursive: true, force: true });
});

const withReference = (overrides: Partial<ChallengeDefinition> = {}) =>
  challengeDefinition({
    files: [
      { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
      { role: 'oi', area: 'gf', scenario: 'nadir4', path: 'oi.nc', description: '' },
    ],
    references: [{ id: 'oi', name: 'OI', description: '', inputs: ['ssh-nadir'], role: 'oi' }],
    ...overrides,
  });

async function writeFolder(definition: ChallengeDefinition, content = randomBytes(100)): Promise<void> {
  const folder = path.join(root, definition.id);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'challenge.yaml'), stringify(definition));
  for (const file of definition.files)
    await writeFile(path.join(folder, file.path), Buffer.concat([content, Buffer.from(file.path)]));
}

const registerFolders = () => api.app.get(ChallengeRegistrationService).registerFolders(root);
const get = (id: string) => request(api.url).get(`/api/challenges/${id}`);
/** A challenge as it was read, without the instant at which that was. */
const lasting = ({ rules, ...challenge }: ChallengeView) => ({
  ...challenge,
  rules: { ...rules, now: null },
});
async function jobCount(id: string): Promise<number> {
  const [row] = await api.dataSource.query(
    'select count(*)::int as count from jobs join submissions s on s.id = jobs.submission_id where s.challenge_id = $1',
    [id],
  );
  return row.count;
}

/** What a start says too loudly. */
async function complaintsOf(work: () => Promise<void>): Promise<string[]> {
  const complaints: string[] = [];
  const listen = (message: unknown) => void complaints.push(String(message));
  const spies = (['error', 'warn'] as const).map((level) =>
    vi.spyOn(Logger.prototype, level).mockImplementation(listen),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return complaints;
}

describe('folders of challenges', () => {
  it('are registered once, with the maps of the platform in the queue', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await registerFolders();
    const view = (await get(definition.id).expect(200)).body;
    expect(view).toMatchObject({ datasetVersion: '1.0.0', tasks: definition.tasks, entryCount: 0 });
    expect(view.files).toHaveLength(2);
    await registerFolders();
    expect(await jobCount(definition.id)).toBe(1);
  });

  it('with another content under the same version are refused and change nothing', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await registerFolders();
    const before = (await get(definition.id)).body;
    await writeFolder(definition, randomBytes(100));
    await registerFolders();
    expect(lasting((await get(definition.id)).body)).toEqual(lasting(before));
    expect(await jobCount(definition.id)).toBe(1);
  });

  it('with a new version replace the files and score the references again', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await registerFolders();
    await writeFolder({ ...definition, datasetVersion: '1.0.1' }, randomBytes(100));
    await registerFolders();
    expect((await get(definition.id)).body.datasetVersion).toBe('1.0.1');
    expect(await jobCount(definition.id)).toBe(2);
  });

  it('with an older version do not take the board back', async () => {
    const definition = withReference({ datasetVersion: '1.10.0' });
    await writeFolder(definition);
    await registerFolders();
    await writeFolder({ ...definition, datasetVersion: '1.9.0' }, randomBytes(100));
    await registerFolders();
    expect((await get(definition.id)).body.datasetVersion).toBe('1.10.0');
    expect(await jobCount(definition.id)).toBe(1);
  });

  it('that are wrong do not keep the others out', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await mkdir(path.join(root, 'a-broken-one'));
    await writeFile(path.join(root, 'a-broken-one', 'challenge.yaml'), 'id: Broken!\n');
    await mkdir(path.join(root, 'not-a-challenge'));
    await registerFolders();
    await get(definition.id).expect(200);
  });

  it('that cannot be read do not keep the platform from starting', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await mkdir(path.join(root, 'a-folder-for-a-file', 'challenge.yaml'), { recursive: true });
    expect(await complaintsOf(registerFolders)).toEqual([
      expect.stringContaining('a-folder-for-a-file was not registered'),
    ]);
    await get(definition.id).expect(200);
  });

  it('registered by two processes at once are there once', async () => {
    const definition = withReference();
    await writeFolder(definition);
    const other = await startTestApi(database.url, { folder: api.folder });
    await Promise.all([registerFolders(), other.app.get(ChallengeRegistrationService).registerFolders(root)]);
    await other.close();
    expect(await jobCount(definition.id)).toBe(1);
  });
});

describe('a challenge without data', () => {
  const published = {
    area: 'gf',
    scenario: 'nadir4',
    method: 'DUACS',
    mu: 0.92,
    sigma: 0.01,
    lambdaXDeg: 1.22,
    lambdaXKm: null,
    lambdaTDays: 11.37,
    period: '2012-10-22 to 2012-12-02',
    protocol: '2020a notebooks',
    inputs: [],
    source: 'README of 2020a',
    sourceUrl: null,
    note: '',
  };
  const described = (overrides: Partial<ChallengeDefinition> = {}) =>
    withReference({
      datasetVersion: '0.1.0',
      files: [],
      expectedFiles: [{ name: 'dc_ref.tar.gz', description: 'The truth', sizeBytes: 285, obtain: 'AVISO' }],
      published: [published, { ...published, method: 'elsewhere', scenario: 'swot1' }],
      scenarios: ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] })),
      tasks: ['nadir4', 'swot1'].map((scenario) => ({ area: 'gf', scenario })),
      ...overrides,
    });
  const installed = (definition: ChallengeDefinition): ChallengeDefinition => ({
    ...definition,
    datasetVersion: '1.0.0',
    files: [{ role: 'truth', area: 'gf', path: 'truth.nc', description: '' }],
  });
  const board = (id: string, scenario = 'nadir4') =>
    request(api.url).get(`/api/challenges/${id}/leaderboard?area=gf&scenario=${scenario}`).expect(200);

  it('is listed, shows published scores that are never ranked, and takes no submission', async () => {
    const definition = described();
    await writeFolder(definition);
    expect(await complaintsOf(registerFolders)).toEqual([]);
    expect((await get(definition.id).expect(200)).body).toMatchObject({
      isInstalled: false,
      files: [],
      expectedFiles: [{ name: 'dc_ref.tar.gz', sizeBytes: 285 }],
      published: [{ method: 'DUACS' }, { method: 'elsewhere' }],
    });
    const list = (await request(api.url).get('/api/challenges').expect(200)).body.challenges;
    expect(list.find(({ id }: { id: string }) => id === definition.id)).toMatchObject({
      isInstalled: false,
      entryCount: 0,
    });
    expect((await board(definition.id)).body).toMatchObject({
      rows: [],
      pendingCount: 0,
      published: [{ method: 'DUACS', mu: 0.92 }],
    });
    expect((await board(definition.id, 'swot1')).body.published).toMatchObject([{ method: 'elsewhere' }]);

    const ada = await registerParticipant(api);
    const uploadId = await upload(api, ada.token, randomBytes(100));
    const card = { name: 'M', inputs: ['sst'] };
    const tasks = [{ area: 'gf', scenario: 'nadir4' }];
    for (const [resource, body] of [
      ['submissions', { uploadId, tasks }],
      ['submissions/sets', { files: [{ uploadId, tasks }] }],
    ] as const) {
      const reply = await request(api.url)
        .post(`/api/${resource}`)
        .set('Authorization', `Bearer ${ada.token}`)
        .send({ challenge: definition.id, card, ...body })
        .expect(409);
      expect(reply.body.error).toMatchObject({
        code: 'data-not-installed',
        fix: expect.stringContaining('sillage challenge import-natl60'),
      });
    }
    expect(await jobCount(definition.id)).toBe(0);
  });

  it('is installed by a later version, which the description that came with the platform does not undo', async () => {
    const definition = described();
    await writeFolder(definition);
    await registerFolders();
    const uploads = [{ path: 'truth.nc', uploadId: await upload(api, ORGANISER_TOKEN, randomBytes(100)) }];
    await request(api.url)
      .post('/api/challenges')
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
      .send({ definition: installed(definition), uploads })
      .expect(201);
    const now = (await get(definition.id).expect(200)).body;
    expect(now).toMatchObject({ isInstalled: true, datasetVersion: '1.0.0' });
    // Every start registers the shipped folder again, also one whose description was corrected since.
    for (const shipped of [definition, { ...definition, summary: 'Corrected' }]) {
      await writeFolder(shipped);
      expect(await complaintsOf(registerFolders)).toEqual([]);
      expect(lasting((await get(definition.id)).body)).toEqual(lasting(now));
    }
    const ada = await registerParticipant(api);
    await submit(api, ada, definition, { tasks: [{ area: 'gf', scenario: 'nadir4' }] });
  });

  it('that was installed before its description was ever seen stays as it is', async () => {
    const definition = described();
    await writeFolder(installed(definition));
    await registerFolders();
    const before = (await get(definition.id).expect(200)).body;
    await writeFolder(definition);
    expect(await complaintsOf(registerFolders)).toEqual([]);
    expect(lasting((await get(definition.id)).body)).toEqual(lasting(before));
  });

  it('may have its description corrected: nothing was ever scored under it', async () => {
    const definition = described();
    await writeFolder(definition);
    await registerFolders();
    expect((await board(definition.id)).body.published).toHaveLength(1);
    await writeFolder({ ...definition, published: [published, { ...published, method: 'MIOST' }] });
    expect(await complaintsOf(registerFolders)).toEqual([]);
    expect((await board(definition.id)).body.published).toMatchObject([
      { method: 'DUACS' },
      { method: 'MIOST' },
    ]);
  });
});

describe('files of folders', () => {
  /** How often files were read in full. */
  async function readCount(work: () => Promise<void>): Promise<number> {
    const spy = vi.spyOn(api.app.get(ObjectStore), 'putFile');
    try {
      await work();
      return spy.mock.calls.length;
    } finally {
      spy.mockRestore();
    }
  }
  const SETTLED_MS = 100;

  it('are read once, however often the platform starts', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await sleep(SETTLED_MS);
    expect(await readCount(registerFolders)).toBe(2);
    expect(await readCount(registerFolders)).toBe(0);
    expect(await jobCount(definition.id)).toBe(1);
  });

  it('are read again when one changed, even with its old size and time', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await sleep(SETTLED_MS);
    await registerFolders();
    const file = path.join(root, definition.id, 'oi.nc');
    const { size, atime, mtime } = await stat(file);
    await writeFile(file, randomBytes(size));
    await utimes(file, atime, mtime);
    await sleep(SETTLED_MS);
    expect(await readCount(registerFolders)).toBe(1);
    await writeFolder({ ...definition, datasetVersion: '1.0.1' }, randomBytes(100));
    await registerFolders();
    const [oi] = (await get(definition.id)).body.files.filter(
      (listed: { role: string }) => listed.role === 'oi',
    );
    const bytes = await readFile(file);
    expect(oi.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('are read again when the store has lost them', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await sleep(SETTLED_MS);
    await registerFolders();
    const [{ sha256 }] = (await get(definition.id)).body.files;
    await rm(path.join(api.folder, 'objects', sha256.slice(0, 2), sha256.slice(2, 4), sha256));
    expect(await readCount(registerFolders)).toBe(1);
    expect(await api.app.get(ObjectStore).sizeOf(sha256)).not.toBeNull();
  });

  it('that are missing keep their challenge out, whole', async () => {
    const definition = withReference();
    await writeFolder(definition);
    await rm(path.join(root, definition.id, 'oi.nc'));
    expect(await complaintsOf(registerFolders)).toEqual([
      expect.stringContaining("lists 'oi.nc', which is not in the folder"),
    ]);
    await get(definition.id).expect(404);
  });

  it('that are pipes or folders are refused instead of waited for', async () => {
    const definition = withReference();
    await writeFolder(definition);
    const file = path.join(root, definition.id, 'oi.nc');
    await rm(file);
    await promisify(execFile)('mkfifo', [file]);
    expect(await complaintsOf(registerFolders)).toEqual([
      expect.stringContaining("lists 'oi.nc', which is not a file"),
    ]);
    await get(definition.id).expect(404);
  });
});

describe('POST /api/challenges', () => {
  const post = (body: object, token = ORGANISER_TOKEN) =>
    request(api.url).post('/api/challenges').set('Authorization', `Bearer ${token}`).send(body);

  it('needs an upload for each file', async () => {
    const definition = withReference();
    const uploads = [{ path: 'truth.nc', uploadId: await upload(api, ORGANISER_TOKEN, randomBytes(100)) }];
    expect((await post({ definition, uploads }).expect(400)).body.error.message).toContain('oi.nc');
  });

  it('checks the hashes that the definition gives', async () => {
    const definition = challengeDefinition({
      files: [{ role: 'truth', area: 'gf', path: 'truth.nc', description: '', sha256: 'a'.repeat(64) }],
    });
    const uploads = [{ path: 'truth.nc', uploadId: await upload(api, ORGANISER_TOKEN, randomBytes(100)) }];
    expect((await post({ definition, uploads }).expect(460)).body.error.code).toBe('checksum-mismatch');
    await get(definition.id).expect(404);
    // Nothing was used up: the same upload serves the corrected request.
    await post({ definition: challengeDefinition({ id: definition.id }), uploads }).expect(201);
  });

  it('refuses another content under a known version', async () => {
    const definition = challengeDefinition();
    const body = async () => ({
      definition,
      uploads: [{ path: 'truth.nc', uploadId: await upload(api, ORGANISER_TOKEN, randomBytes(100)) }],
    });
    await post(await body()).expect(201);
    expect((await post(await body()).expect(409)).body.error.code).toBe('challenge-exists');
  });

  it('takes one upload for two files with the same bytes, and the same request again', async () => {
    const definition = withReference();
    const uploadId = await upload(api, ORGANISER_TOKEN, randomBytes(100));
    const uploads = definition.files.map((file) => ({ path: file.path, uploadId }));
    const { body } = await post({ definition, uploads }).expect(201);
    expect(body.files[0].sha256).toBe(body.files[1].sha256);
    // The reply was lost: nothing has to be sent again.
    expect(lasting((await post({ definition, uploads }).expect(201)).body)).toEqual(lasting(body));
    expect(await jobCount(definition.id)).toBe(1);
  });

  it('does not take uploads of others', async () => {
    const ada = await registerParticipant(api);
    const uploads = [{ path: 'truth.nc', uploadId: await upload(api, ada.token, randomBytes(100)) }];
    await post({ definition: challengeDefinition(), uploads }).expect(404);
  });
});
