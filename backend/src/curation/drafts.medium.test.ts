import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addDraftFile,
  createDraft,
  curation,
  makeOrganiser,
  readDraft,
  saveDraft,
} from '../testing/curation.js';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerChallenge,
  registerParticipant,
  startTestApi,
  upload,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
let incoming: string;
beforeAll(async () => {
  database = await createTestDatabase();
  incoming = await mkdtemp(path.join(tmpdir(), 'sillage-incoming-'));
  api = await startTestApi(database.url, { environment: { SILLAGE_INCOMING_DIR: incoming } });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
  await rm(incoming, { recursive: true, force: true });
});

const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const auditLines = (id: string) =>
  api.dataSource.query<{ action: string; actor: string; summary: string; details: object }[]>(
    'select action, actor, summary, details from audit_entries where subject_id = $1 order by sequence',
    [id],
  );

describe('a draft', () => {
  it('starts from a version, with its files and the number after the newest version', async () => {
    const truth = randomBytes(3_000);
    const definition = await registerChallenge(api, challengeDefinition(), { 'truth.nc': truth });
    await registerChallenge(api, { ...definition, datasetVersion: '1.2.9', summary: 'Newer' });
    const draft = await createDraft(api, { from: { challengeId: definition.id, version: '1.0.0' } });
    expect(draft).toMatchObject({
      revision: 1,
      definition: { ...definition, datasetVersion: '1.2.10' },
      problems: [],
      basedOn: { challengeId: definition.id, version: '1.0.0' },
      inspection: { state: 'none', report: null, reportRevision: null },
    });
    expect(draft.files).toMatchObject([
      { path: 'truth.nc', sha256: sha256Of(truth), sizeBytes: 3_000, source: 'version' },
    ]);
    const { body } = await curation(api, 'get', '/drafts').expect(200);
    expect(body.drafts.find(({ id }: { id: string }) => id === draft.id)).toMatchObject({
      challengeId: definition.id,
      name: 'Demo',
      version: '1.2.10',
      problemCount: 0,
      fileCount: 1,
      inspectionState: 'none',
    });
    await curation(api, 'post', '/drafts')
      .send({ from: { challengeId: definition.id, version: '9.9.9' } })
      .expect(404);
  });

  it('starts as a copy of another, with what that says and its files, and leaves it alone', async () => {
    const definition = await registerChallenge(api, challengeDefinition(), { 'truth.nc': randomBytes(500) });
    const first = await createDraft(api, { from: { challengeId: definition.id, version: '1.0.0' } });
    const copy = await createDraft(api, {
      copyOf: first.id,
      definition: { ...first.definition, summary: 'Mine' },
    });
    expect(copy).toMatchObject({
      revision: 1,
      definition: { ...first.definition, summary: 'Mine' },
      basedOn: first.basedOn,
    });
    expect(copy.files.map(({ path: name, sha256 }) => [name, sha256])).toEqual(
      first.files.map(({ path: name, sha256 }) => [name, sha256]),
    );
    expect((await readDraft(api, first.id)).definition).toEqual(first.definition);
    expect(await createDraft(api, { copyOf: first.id })).toMatchObject({ definition: first.definition });
    await curation(api, 'post', '/drafts').send({ copyOf: randomUUID() }).expect(404);
    const { body } = await curation(api, 'get', '/challenges').expect(200);
    expect(body.challenges).toContainEqual({
      id: definition.id,
      name: 'Demo',
      currentVersion: '1.0.0',
      waitingVersions: [],
      versionCount: 1,
    });
  });

  it('may be blank or wrong, and says what is', async () => {
    const blank = await createDraft(api, {});
    expect(blank).toMatchObject({ definition: {}, files: [], basedOn: null });
    expect(blank.problems.map(({ path: place }) => place)).toEqual(
      expect.arrayContaining(['id', 'areas', 'tasks', 'datasetVersion']),
    );
    const definition = challengeDefinition({
      files: [{ role: 'truth', area: 'gf', path: 'truth.nc', description: '', sha256: 'a'.repeat(64) }],
    });
    const written = await createDraft(api, { definition });
    expect(written.problems).toMatchObject([
      { path: 'files.0.path', message: expect.stringContaining("no file 'truth.nc'") },
    ]);
    const truth = randomBytes(100);
    const withFile = await addDraftFile(api, written, 'truth.nc', truth);
    expect(withFile.problems).toMatchObject([
      { path: 'files.0.sha256', found: expect.stringContaining(sha256Of(truth)) },
    ]);
    const corrected = await saveDraft(api, withFile, { files: challengeDefinition().files });
    expect(corrected.problems).toEqual([]);
  });

  it('must be newer than the versions of its challenge, and neither take nor change to another one', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const other = await registerChallenge(api, challengeDefinition());
    const draft = await createDraft(api, { from: { challengeId: definition.id, version: '1.0.0' } });
    const older = await saveDraft(api, draft, { datasetVersion: '1.0.0' });
    expect(older.problems).toMatchObject([{ path: 'datasetVersion', needed: 'a number above 1.0.0' }]);
    const elsewhere = await saveDraft(api, older, { id: other.id });
    expect(elsewhere.problems).toMatchObject([{ path: 'id' }]);
    const renamed = await saveDraft(api, elsewhere, { id: `${other.id}-new` });
    expect(renamed.problems).toEqual([]);
    expect((await createDraft(api, { definition })).problems).toContainEqual(
      expect.objectContaining({
        path: 'id',
        fix: expect.stringContaining('start the draft from one of the versions of that challenge'),
      }),
    );
  });

  it('is not overwritten by somebody who read it before it was changed', async () => {
    const { token } = await makeOrganiser(api, 'Fridtjof Nansen');
    const draft = await createDraft(api, { definition: { id: 'two-writers' } });
    await curation(api, 'put', `/drafts/${draft.id}`, token)
      .send({ revision: 1, definition: { id: 'two-writers', name: 'His' } })
      .expect(200);
    const refused = await curation(api, 'put', `/drafts/${draft.id}`)
      .send({ revision: 1, definition: { id: 'two-writers', name: 'Mine' } })
      .expect(409);
    expect(refused.body.error).toMatchObject({
      code: 'draft-changed',
      message: expect.stringMatching(
        /^Fridtjof Nansen changed this draft at \d{4}-\d\d-\d\d \d\d:\d\d UTC: it is at revision 2/,
      ),
    });
    expect(await readDraft(api, draft.id)).toMatchObject({
      revision: 2,
      changedBy: 'Fridtjof Nansen',
      definition: { name: 'His' },
    });
  });

  it('lets one of many writers through', async () => {
    const draft = await createDraft(api, {});
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_value, index) =>
        curation(api, 'put', `/drafts/${draft.id}`).send({
          revision: 1,
          definition: { name: `writer ${index}` },
        }),
      ),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect((await readDraft(api, draft.id)).revision).toBe(2);
  });

  it('is deleted, if it is what was read', async () => {
    const draft = await createDraft(api, {});
    await addDraftFile(api, draft, 'sst.nc');
    await curation(api, 'delete', `/drafts/${draft.id}?revision=1`).expect(409);
    await curation(api, 'delete', `/drafts/${draft.id}?revision=2`).expect(204);
    await curation(api, 'get', `/drafts/${draft.id}`).expect(404);
    await curation(api, 'delete', `/drafts/${draft.id}`).expect(404);
  });

  it('leaves a line in the log for every change', async () => {
    const draft = await createDraft(api, { definition: { id: 'logged', datasetVersion: '1.0.0' } });
    const named = await saveDraft(api, draft, { name: 'Logged' });
    const added = await addDraftFile(api, named, 'truth.nc');
    await curation(api, 'delete', `/drafts/${draft.id}/files/truth.nc?revision=${added.revision}`).expect(
      200,
    );
    await curation(api, 'delete', `/drafts/${draft.id}`).expect(204);
    expect(await auditLines(draft.id)).toMatchObject([
      { action: 'draft.create', summary: 'Started a draft logged 1.0.0.' },
      { action: 'draft.edit', details: { revision: 2, parts: ['name'] } },
      { action: 'draft.edit', details: { revision: 3, path: 'truth.nc', sizeBytes: 2_000 } },
      { action: 'draft.edit', summary: "Took the file 'truth.nc' out of the draft logged 1.0.0." },
      { action: 'draft.delete', details: { revision: 4 } },
    ]);
  });
});

describe('a file of a draft', () => {
  it('is an upload of whoever adds it, replaces one of its name, and can be fetched', async () => {
    const draft = await createDraft(api, {});
    const [first, second] = [randomBytes(2_000), randomBytes(1_500)];
    const once = await addDraftFile(api, draft, 'truth.nc', first);
    const twice = await addDraftFile(api, once, 'truth.nc', second);
    expect(twice.files).toMatchObject([{ path: 'truth.nc', sha256: sha256Of(second), source: 'upload' }]);
    const fetched = await curation(api, 'get', `/drafts/${draft.id}/files/truth.nc`).expect(200);
    expect(sha256Of(fetched.body)).toBe(sha256Of(second));
    const emptied = await curation(
      api,
      'delete',
      `/drafts/${draft.id}/files/truth.nc?revision=${twice.revision}`,
    ).expect(200);
    expect(emptied.body.files).toEqual([]);
    await curation(api, 'get', `/drafts/${draft.id}/files/truth.nc`).expect(404);
    await curation(api, 'delete', `/drafts/${draft.id}/files/truth.nc?revision=4`).expect(404);
    await curation(api, 'delete', `/drafts/${draft.id}/files/truth.nc`).expect(400);
  });

  it("is not somebody else's upload, nor half of one, nor under a name with a folder", async () => {
    const draft = await createDraft(api, {});
    const ada = await registerParticipant(api);
    const add = (body: object) => curation(api, 'post', `/drafts/${draft.id}/files`).send(body);
    const foreign = await upload(api, ada.token, randomBytes(100));
    await add({ revision: 1, path: 'truth.nc', uploadId: foreign }).expect(404);
    const half = await upload(api, ORGANISER_TOKEN, randomBytes(100), 'truth.nc', { sentBytes: 50 });
    const refused = await add({ revision: 1, path: 'truth.nc', uploadId: half }).expect(409);
    expect(refused.body.error.code).toBe('upload-not-finished');
    const whole = await upload(api, ORGANISER_TOKEN, randomBytes(100));
    await add({ revision: 1, path: '../truth.nc', uploadId: whole }).expect(400);
    await add({ revision: 1, path: 'truth.nc' }).expect(400);
    await add({ revision: 1, path: 'truth.nc', uploadId: whole, serverFile: 'truth.nc' }).expect(400);
    await add({ revision: 2, path: 'truth.nc', uploadId: whole }).expect(409);
    expect((await readDraft(api, draft.id)).files).toEqual([]);
    await add({ revision: 1, path: 'truth.nc', uploadId: whole }).expect(200);
  });
});

describe('the folder of incoming files', () => {
  it('gives its plain files, and nothing beside or behind them', async () => {
    const content = randomBytes(4_000);
    const secret = await mkdtemp(path.join(tmpdir(), 'sillage-secret-'));
    await writeFile(path.join(secret, 'key'), 'secret');
    await writeFile(path.join(incoming, 'Large truth.nc'), content);
    await writeFile(path.join(incoming, '.hidden'), 'x');
    await writeFile(path.join(incoming, 'empty.nc'), '');
    await mkdir(path.join(incoming, 'folder'));
    await writeFile(path.join(incoming, 'folder', 'inner.nc'), 'x');
    await symlink(path.join(secret, 'key'), path.join(incoming, 'link.nc'));
    await symlink(secret, path.join(incoming, 'linked-folder'));
    const { body } = await curation(api, 'get', '/server-files').expect(200);
    expect(body).toEqual({
      files: [
        { name: 'Large truth.nc', sizeBytes: 4_000 },
        { name: 'empty.nc', sizeBytes: 0 },
      ],
      reason: null,
    });
    const draft = await createDraft(api, {});
    const add = (serverFile: string) =>
      curation(api, 'post', `/drafts/${draft.id}/files`).send({ revision: 1, path: 'truth.nc', serverFile });
    const { base } = path.parse(secret);
    for (const name of [
      'link.nc',
      'linked-folder/key',
      'folder/inner.nc',
      '.hidden',
      `../${base}/key`,
      path.join(secret, 'key'),
      `folder/../../${base}/key`,
      'none.nc',
      '',
    ]) {
      expect((await add(name)).status, name).toBe(404);
    }
    await add('empty.nc').expect(400);
    const added = await add('Large truth.nc').expect(200);
    expect(added.body.files).toMatchObject([
      { path: 'truth.nc', sha256: sha256Of(content), source: 'server' },
    ]);
    await rm(secret, { recursive: true });
  });

  it('is said to be missing where it is', async () => {
    const environments: Record<string, string>[] = [
      {},
      { SILLAGE_INCOMING_DIR: path.join(incoming, 'nowhere') },
    ];
    for (const environment of environments) {
      const other = await startTestApi(database.url, { environment });
      const { body } = await curation(other, 'get', '/server-files').expect(200);
      expect(body).toEqual({ files: [], reason: expect.stringMatching(/incoming dataset files/) });
      await curation(other, 'post', `/drafts/${(await createDraft(other, {})).id}/files`)
        .send({ revision: 1, path: 'truth.nc', serverFile: 'truth.nc' })
        .expect(404);
      await other.close();
    }
  });
});

it('is for organisers alone', async () => {
  const ada = await registerParticipant(api);
  const draft = await createDraft(api, {});
  await curation(api, 'get', `/drafts/${draft.id}`, ada.token).expect(403);
  await request(api.url).get(`/api/curation/drafts/${draft.id}`).expect(401);
  await curation(api, 'get', `/drafts/${randomUUID()}`).expect(404);
});
