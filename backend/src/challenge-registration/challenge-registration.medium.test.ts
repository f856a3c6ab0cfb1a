import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChallengeDefinition } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerParticipant,
  startTestApi,
  upload,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
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
async function jobCount(id: string): Promise<number> {
  const [row] = await api.dataSource.query(
    'select count(*)::int as count from jobs join submissions s on s.id = jobs.submission_id where s.challenge_id = $1',
    [id],
  );
  return row.count;
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
    expect((await get(definition.id)).body).toEqual(before);
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

  it('registered by two processes at once are there once', async () => {
    const definition = withReference();
    await writeFolder(definition);
    const other = await startTestApi(database.url, { folder: api.folder });
    await Promise.all([registerFolders(), other.app.get(ChallengeRegistrationService).registerFolders(root)]);
    await other.close();
    expect(await jobCount(definition.id)).toBe(1);
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

  it('does not take uploads of others', async () => {
    const ada = await registerParticipant(api);
    const uploads = [{ path: 'truth.nc', uploadId: await upload(api, ada.token, randomBytes(100)) }];
    await post({ definition: challengeDefinition(), uploads }).expect(404);
  });
});
