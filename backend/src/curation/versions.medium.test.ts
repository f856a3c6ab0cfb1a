import { randomBytes } from 'node:crypto';
import type { DatasetFinding, DraftView } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addDraftFile,
  createDraft,
  curation,
  finding,
  inspect,
  readDraft,
  saveDraft,
  validate,
  validateNext,
} from '../testing/curation.js';
import {
  challengeDefinition,
  finish,
  mustClaim,
  ORGANISER_TOKEN,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  upload,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  ada = await registerParticipant(api);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

const OI = { id: 'oi', name: 'OI', description: '', inputs: ['ssh-nadir' as const], role: 'oi' as const };
/** A challenge with one reference, whose map is a file. */
const withReference = () =>
  challengeDefinition({
    files: [
      { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
      { role: 'oi', area: 'gf', path: 'oi.nc', description: '' },
    ],
    references: [OI],
  });
const asAda = (path: string) =>
  request(api.url).get(`/api${path}`).set('Authorization', `Bearer ${ada.token}`);
const publish = (id: string, version: string, body: object = {}) =>
  curation(api, 'post', `/challenges/${id}/versions/${version}/publish`).send(body);
const retire = (id: string, version: string) =>
  curation(api, 'post', `/challenges/${id}/versions/${version}/retire`);
const board = async (id: string) =>
  (await asAda(`/challenges/${id}/leaderboard?area=gf&scenario=nadir4`).expect(200)).body;
const auditLines = (id: string, version: string) =>
  api.dataSource.query<{ action: string; actor: string; summary: string; details: object }[]>(
    `select action, actor, summary, details from audit_entries where subject_kind = 'dataset-version'
       and subject_id = $1 order by sequence`,
    [`${id}@${version}`],
  );

describe('validating', () => {
  type Case = {
    name: string;
    prepare: (draft: DraftView) => Promise<DraftView>;
    body?: object;
    message: RegExp;
  };
  const inspectedWith = (findings: DatasetFinding[]) => (draft: DraftView) => inspect(api, draft, findings);
  const cases: Case[] = [
    {
      name: 'a definition with problems',
      prepare: async (draft) => inspect(api, await saveDraft(api, draft, { datasetVersion: '0.9.0' })),
      message: /1 problem\./,
    },
    {
      name: 'a draft without a file that it uses',
      prepare: async (draft) => {
        const path = `/drafts/${draft.id}/files/truth.nc?revision=${draft.revision}`;
        await curation(api, 'delete', path).expect(200);
        return inspect(api, await readDraft(api, draft.id));
      },
      message: /1 problem\./,
    },
    {
      name: 'a draft that nobody inspected',
      prepare: async (draft) => draft,
      message: /has not been inspected/,
    },
    {
      name: 'a draft that was changed after its inspection',
      prepare: async (draft) => saveDraft(api, await inspect(api, draft), { summary: 'Newer' }),
      message: /changed after it had been inspected/,
    },
    {
      name: 'a draft that is being inspected',
      prepare: async (draft) => {
        const body = { revision: draft.revision };
        await curation(api, 'post', `/drafts/${draft.id}/inspect`).send(body).expect(202);
        return draft;
      },
      message: /about to be inspected/,
    },
    {
      name: 'a draft whose inspection failed',
      prepare: async (draft) => {
        const body = { revision: draft.revision };
        await curation(api, 'post', `/drafts/${draft.id}/inspect`).send(body).expect(202);
        const job = await mustClaim(api, ['inspect']);
        await finish(api, job, { status: 'failed', message: 'a bug of ours', retryable: false }).expect(200);
        return draft;
      },
      message: /inspection failed: a bug of ours/,
    },
    {
      name: 'a report with an error',
      prepare: inspectedWith([finding('error', 'unreadable', 'truth.nc'), finding('note', 'convention')]),
      body: { acceptedWarnings: ['unreadable'] },
      message: /1 error\./,
    },
    {
      name: 'a warning that nobody accepted',
      prepare: inspectedWith([finding('warning', 'constant', 'truth.nc'), finding('warning', 'convention')]),
      body: { acceptedWarnings: ['constant', 'units-missing'] },
      message: /nobody has accepted: convention\./,
    },
  ];
  it.each(cases)('refuses $name', async ({ prepare, body, message }) => {
    const { id } = await registerChallenge(api, challengeDefinition());
    const draft = await createDraft(api, { from: { challengeId: id, version: '1.0.0' } });
    const prepared = await prepare(draft);
    const refused = await curation(api, 'post', `/drafts/${draft.id}/validate`)
      .send({ revision: prepared.revision, changes: 'New', ...body })
      .expect(409);
    expect(refused.body.error).toMatchObject({
      code: 'draft-not-ready',
      message: expect.stringMatching(message),
    });
    expect((await curation(api, 'get', `/challenges/${id}/versions`)).body.versions).toHaveLength(1);
    await readDraft(api, draft.id);
  });

  it('refuses a draft that somebody changed, and needs a line on what is new', async () => {
    const { id } = await registerChallenge(api, challengeDefinition());
    const draft = await createDraft(api, { from: { challengeId: id, version: '1.0.0' } });
    const inspected = await inspect(api, await saveDraft(api, draft, { summary: 'Newer' }));
    const post = (body: object) => curation(api, 'post', `/drafts/${draft.id}/validate`).send(body);
    expect((await post({ revision: 1, changes: 'New' }).expect(409)).body.error.code).toBe('draft-changed');
    await post({ revision: inspected.revision }).expect(400);
    await post({ revision: inspected.revision, changes: '  ' }).expect(400);
    await post({ revision: inspected.revision, changes: 'New' }).expect(201);
  });

  it('keeps definition, files, report and what was accepted, and nothing of the draft', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const draft = await createDraft(api, { from: { challengeId: definition.id, version: '1.0.0' } });
    const truth = randomBytes(5_000);
    const replaced = await addDraftFile(api, draft, 'truth.nc', truth);
    const unused = await addDraftFile(api, replaced, 'notes.txt', randomBytes(10));
    const findings = [finding('warning', 'constant', 'truth.nc'), finding('warning', 'convention')];
    const inspected = await inspect(api, unused, findings);
    const version = await validate(api, inspected, {
      acceptedWarnings: ['convention', 'constant', 'units-missing'],
    });
    expect(version).toMatchObject({
      challengeId: definition.id,
      version: '1.0.1',
      state: 'validated',
      isCurrent: false,
      changes: 'Another mean of the truth',
      createdBy: 'Organiser',
      publishedAt: null,
      retiredAt: null,
      fileCount: 1,
      sizeBytes: 5_000,
      scoreCount: 0,
      acceptedWarnings: ['constant', 'convention'],
      hasReport: true,
      definition: { ...definition, datasetVersion: '1.0.1' },
      report: inspected.inspection.report,
    });
    await curation(api, 'get', `/drafts/${draft.id}`).expect(404);
    expect(await auditLines(definition.id, '1.0.1')).toMatchObject([
      {
        action: 'version.validate',
        actor: 'Organiser',
        details: { acceptedWarnings: ['constant', 'convention'] },
      },
    ]);
  });

  it('gives each version number once', async () => {
    const { id } = await registerChallenge(api, challengeDefinition());
    const drafts = [];
    for (let count = 0; count < 2; count += 1) {
      const draft = await createDraft(api, { from: { challengeId: id, version: '1.0.0' } });
      drafts.push(await inspect(api, draft));
    }
    const replies = await Promise.all(
      drafts.map(({ id: draftId, revision }) =>
        curation(api, 'post', `/drafts/${draftId}/validate`).send({ revision, changes: 'New' }),
      ),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { body } = await curation(api, 'get', `/challenges/${id}/versions`).expect(200);
    expect(body.versions.map(({ version }: { version: string }) => version)).toEqual(['1.0.1', '1.0.0']);
  });
});

describe('a validated version', () => {
  it('is seen by organisers alone', async () => {
    const truth = randomBytes(3_000);
    const definition = await registerChallenge(api, challengeDefinition(), { 'truth.nc': truth });
    const draft = await createDraft(api, { from: { challengeId: definition.id, version: '1.0.0' } });
    const replaced = await addDraftFile(api, draft, 'truth.nc', randomBytes(4_000));
    const added = await addDraftFile(api, replaced, 'new.nc', randomBytes(100));
    const extended = await saveDraft(api, added, {
      summary: 'Not to be seen yet',
      files: [...definition.files, { role: 'sst', area: 'gf', path: 'new.nc', description: '' }],
      scenarios: [...definition.scenarios, { id: 'swot1', name: 'SWOT', description: '', satellites: [] }],
      tasks: [...definition.tasks, { area: 'gf', scenario: 'swot1' }],
    });
    await validate(api, await inspect(api, extended));
    const path = `/challenges/${definition.id}`;
    const { body } = await asAda(path).expect(200);
    expect(body).toMatchObject({ datasetVersion: '1.0.0', summary: definition.summary });
    expect(body.files).toMatchObject([{ path: 'truth.nc', sizeBytes: 3_000 }]);
    await asAda(`${path}/files/new.nc`).expect(404);
    expect((await asAda(`${path}/files/truth.nc`).expect(200)).headers['content-length']).toBe('3000');
    await asAda(`${path}/leaderboard?area=gf&scenario=swot1`).expect(404);
    await asAda(`/curation${path}/versions`).expect(403);
    await asAda(`/curation${path}/versions/1.0.1`).expect(403);
    const uploadId = await upload(api, ada.token, randomBytes(100));
    await request(api.url)
      .post('/api/submissions')
      .set('Authorization', `Bearer ${ada.token}`)
      .send({
        challenge: definition.id,
        tasks: [{ area: 'gf', scenario: 'swot1' }],
        uploadId,
        card: { name: 'A method', inputs: ['ssh-nadir'] },
      })
      .expect(404);
    const { submissionId } = await submit(api, ada, definition);
    const submission = await asAda(`/submissions/${submissionId}`).expect(200);
    expect(JSON.stringify(submission.body)).not.toContain('1.0.1');
  });

  it('of a new challenge is no challenge before it is published', async () => {
    const definition = withReference();
    let draft = await createDraft(api, { definition });
    for (const { path } of definition.files) draft = await addDraftFile(api, draft, path);
    await validate(api, await inspect(api, draft));
    const path = `/challenges/${definition.id}`;
    const isListed = async () => {
      const { body } = await asAda('/challenges').expect(200);
      return body.challenges.some(({ id }: { id: string }) => id === definition.id);
    };
    expect(await isListed()).toBe(false);
    await asAda(path).expect(404);
    await asAda(`${path}/files/truth.nc`).expect(404);
    await asAda(`${path}/leaderboard?area=gf&scenario=nadir4`).expect(404);
    await request(api.url)
      .post(`/api${path}/references`)
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
      .expect(404);
    // What goes over all challenges does not stumble over one without a version.
    for (const route of ['/submissions', '/health', '/notifications']) await asAda(route).expect(200);
    const versions = await curation(api, 'get', `${path}/versions`).expect(200);
    expect(versions.body.versions).toMatchObject([
      { version: '1.0.0', state: 'validated', isCurrent: false },
    ]);
    await publish(definition.id, '1.0.0').expect(200);
    expect(await isListed()).toBe(true);
    await asAda(path).expect(200);
    await scoreEverything(api);
    expect((await board(definition.id)).rows).toMatchObject([{ method: 'OI' }]);
  });

  it('is neither registered past its publication, nor by the same content', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const version = await validateNext(api, { challengeId: definition.id, version: '1.0.0' });
    const uploadId = await upload(api, ORGANISER_TOKEN, randomBytes(100));
    const refused = await request(api.url)
      .post('/api/challenges')
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
      .send({ definition: version.definition, uploads: [{ path: 'truth.nc', uploadId }] })
      .expect(409);
    expect(refused.body.error).toMatchObject({
      code: 'challenge-exists',
      fix: expect.stringContaining(`sillage dataset publish ${definition.id}@1.0.1`),
    });
  });
});

describe('publishing', () => {
  it('switches the boards, enters the references once, and tells participants; and goes back', async () => {
    const definition = await registerChallenge(api, withReference());
    const { id } = definition;
    await submit(api, ada, definition);
    await scoreEverything(api);
    const before = await board(id);
    expect(before.rows).toHaveLength(2);

    await validateNext(api, { challengeId: id, version: '1.0.0' });
    const published = await publish(id, '1.0.1', { changes: 'Truth without tides' }).expect(200);
    expect(published.body).toMatchObject({
      state: 'published',
      isCurrent: true,
      changes: 'Truth without tides',
      publishedAt: expect.any(String),
    });
    expect((await asAda(`/challenges/${id}`)).body).toMatchObject({ datasetVersion: '1.0.1', entryCount: 0 });
    expect((await board(id)).rows).toEqual([]);
    await scoreEverything(api, { mu: 0.8 });
    expect((await board(id)).rows).toMatchObject([{ method: 'OI' }]);
    const titles = async () =>
      (await asAda('/notifications')).body.notifications.map(({ title }: { title: string }) => title);
    await expect.poll(titles).toContain('Demo has a new dataset version, 1.0.1');
    // Once more, after a reply that was lost: nothing happens twice.
    await publish(id, '1.0.1', { changes: 'Truth without tides' }).expect(200);

    await publish(id, '1.0.0', { changes: 'The new truth was shifted' }).expect(200);
    expect((await asAda(`/challenges/${id}`)).body).toMatchObject({ datasetVersion: '1.0.0', entryCount: 2 });
    const after = await board(id);
    expect(after.rows).toEqual(before.rows);
    await expect.poll(titles).toContain('Demo has gone back to dataset version 1.0.0');
    const versions = (await curation(api, 'get', `/challenges/${id}/versions`)).body.versions;
    expect(versions).toMatchObject([
      {
        version: '1.0.1',
        state: 'published',
        isCurrent: false,
        changes: 'Truth without tides',
        scoreCount: 1,
      },
      { version: '1.0.0', state: 'published', isCurrent: true, changes: '', scoreCount: 2 },
    ]);
    expect(await auditLines(id, '1.0.1')).toMatchObject([
      { action: 'version.validate' },
      {
        action: 'version.publish',
        summary: 'Published dataset version 1.0.1 of Demo: Truth without tides',
        details: { previousVersion: '1.0.0', enteredReferences: [expect.any(String)] },
      },
    ]);
    expect(await auditLines(id, '1.0.0')).toMatchObject([
      {
        action: 'version.publish',
        summary: 'Went back to dataset version 1.0.0 of Demo: The new truth was shifted',
        details: { previousVersion: '1.0.1', enteredReferences: [] },
      },
    ]);
    // Newer than everything that there was, published or not.
    const next = await createDraft(api, { from: { challengeId: id, version: '1.0.0' } });
    expect(next.definition.datasetVersion).toBe('1.0.2');
  });

  it('gives the tasks of the version their boards', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const scenarios = [
      ...definition.scenarios,
      { id: 'swot1', name: 'SWOT', description: '', satellites: [] },
    ];
    const tasks = [{ area: 'gf', scenario: 'swot1' }];
    await validateNext(api, { challengeId: definition.id, version: '1.0.0' }, { scenarios, tasks });
    await publish(definition.id, '1.0.1').expect(200);
    await asAda(`/challenges/${definition.id}/leaderboard?area=gf&scenario=swot1`).expect(200);
    await asAda(`/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`).expect(404);
  });

  it('of what is not there is refused', async () => {
    const { id } = await registerChallenge(api, challengeDefinition());
    for (const reply of [publish(id, '3.0.0'), publish('nowhere', '1.0.0'), retire(id, '3.0.0')])
      expect((await reply.expect(404)).body.error.code).toBe('version-not-found');
    await curation(api, 'get', '/challenges/nowhere/versions').expect(404);
    await curation(api, 'get', `/challenges/${id}/versions/3.0.0`).expect(404);
  });
});

describe('retiring', () => {
  it('takes a version out of the choice for good, but not the current one', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { id } = definition;
    await submit(api, ada, definition);
    await scoreEverything(api);
    const refused = await retire(id, '1.0.0').expect(409);
    expect(refused.body.error.code).toBe('version-is-current');
    await validateNext(api, { challengeId: id, version: '1.0.0' });
    await publish(id, '1.0.1').expect(200);
    const retired = await retire(id, '1.0.0').expect(200);
    expect(retired.body).toMatchObject({ state: 'retired', retiredAt: expect.any(String), scoreCount: 1 });
    expect((await retire(id, '1.0.0').expect(200)).body.retiredAt).toBe(retired.body.retiredAt);
    expect((await publish(id, '1.0.0').expect(409)).body.error.code).toBe('version-retired');
    expect((await asAda(`/challenges/${id}`)).body.datasetVersion).toBe('1.0.1');
    expect(await auditLines(id, '1.0.0')).toMatchObject([{ action: 'version.retire' }]);
    // A draft may start from it all the same.
    const draft = await createDraft(api, { from: { challengeId: id, version: '1.0.0' } });
    expect(draft.definition.datasetVersion).toBe('1.0.2');
  });

  it('ends a validated version that is not wanted after all', async () => {
    const { id } = await registerChallenge(api, challengeDefinition());
    await validateNext(api, { challengeId: id, version: '1.0.0' });
    await retire(id, '1.0.1').expect(200);
    await publish(id, '1.0.1').expect(409);
    const draft = await createDraft(api, { from: { challengeId: id, version: '1.0.0' } });
    expect(draft.definition.datasetVersion).toBe('1.0.2');
  });
});

it('what is registered is published at once', async () => {
  const definition = await registerChallenge(api, challengeDefinition());
  expect((await curation(api, 'get', `/challenges/${definition.id}/versions`)).body.versions).toMatchObject([
    { version: '1.0.0', state: 'published', isCurrent: true, createdBy: null, hasReport: false },
  ]);
});
