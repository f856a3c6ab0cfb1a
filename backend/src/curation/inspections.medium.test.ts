import type { ClaimedJob, DraftView } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createDraft,
  curation,
  datasetReport,
  finding,
  inspectDone,
  inspectPayloadOf,
  readDraft,
  saveDraft,
} from '../testing/curation.js';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  heartbeat,
  mustClaim,
  registerChallenge,
  registerParticipant,
  scoreDone,
  startTestApi,
  submit,
  WORKER_TOKEN,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
let second: TestApi;
let definition: ReturnType<typeof challengeDefinition>;
beforeAll(async () => {
  database = await createTestDatabase();
  // Leases run out when a test says so.
  const environment = { SILLAGE_LEASE_S: '600' };
  api = await startTestApi(database.url, { environment });
  second = await startTestApi(database.url, { environment, folder: api.folder });
  definition = await registerChallenge(api, challengeDefinition());
});
afterAll(async () => {
  await second?.close();
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

/** As after a long silence of the worker. */
async function letLeaseRunOut({ jobId }: ClaimedJob): Promise<void> {
  await api.dataSource.query(
    `update jobs set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1`,
    [jobId],
  );
}
const freshDraft = () => createDraft(api, { from: { challengeId: definition.id, version: '1.0.0' } });
const ask = (draft: DraftView) =>
  curation(api, 'post', `/drafts/${draft.id}/inspect`).send({ revision: draft.revision });
async function askAndClaim(draft: DraftView): Promise<ClaimedJob> {
  await ask(draft).expect(202);
  return mustClaim(api, ['inspect']);
}
const stateOf = async (draft: DraftView) => (await readDraft(api, draft.id)).inspection.state;

describe('an inspection', () => {
  it('is asked for, shows how far it is, and ends in a report', async () => {
    await api.dataSource.query('delete from workers');
    const draft = await freshDraft();
    const queued = await ask(draft).expect(202);
    expect(queued.body.inspection).toMatchObject({
      state: 'queued',
      activity: 'waiting: no evaluator that inspects datasets is connected',
    });
    expect(await claim(api, ['check', 'score', 'products'])).toBeNull();
    const job = await mustClaim(api, ['inspect']);
    expect(inspectPayloadOf(job)).toMatchObject({
      draftId: draft.id,
      revision: 1,
      definition: { id: definition.id, datasetVersion: '1.0.1' },
      files: [{ path: 'truth.nc', object: { sha256: draft.files[0]?.sha256, sizeBytes: 2_000 } }],
    });
    await heartbeat(api, job, { progress: 0.4, activity: 'reading truth.nc' }).expect(200);
    expect((await readDraft(api, draft.id)).inspection).toMatchObject({
      state: 'running',
      progress: 0.4,
      activity: 'reading truth.nc',
    });
    const again = await ask(draft).expect(409);
    expect(again.body.error.code).toBe('inspection-under-way');
    const outcome = inspectDone(job, [finding('note', 'convention', 'truth.nc')]);
    await finish(api, job, outcome).expect(200);
    await finish(second, job, outcome).expect(200);
    expect((await readDraft(api, draft.id)).inspection).toEqual({
      state: 'done',
      progress: null,
      activity: '',
      failureMessage: null,
      reportRevision: 1,
      report: datasetReport(inspectPayloadOf(job), [finding('note', 'convention', 'truth.nc')]),
    });
  });

  it('can be watched without its report', async () => {
    const draft = await freshDraft();
    const job = await askAndClaim(draft);
    await finish(api, job, inspectDone(job)).expect(200);
    const { body } = await curation(api, 'get', `/drafts/${draft.id}?report=none`).expect(200);
    expect(body.inspection).toMatchObject({ state: 'done', reportRevision: 1, report: null });
    await curation(api, 'get', `/drafts/${draft.id}?report=half`).expect(400);
  });

  it('serves the files of the draft to its worker', async () => {
    const job = await askAndClaim(await freshDraft());
    const [file] = inspectPayloadOf(job).files;
    const read = await request(api.url)
      .get(`/api/worker/objects/${file?.object.sha256}`)
      .set('Authorization', `Bearer ${WORKER_TOKEN}`)
      .expect(200);
    expect(read.body).toHaveLength(2_000);
  });

  it('needs a definition that says what the files are for, and the revision that was read', async () => {
    const draft = await createDraft(api, { definition: { id: 'incomplete' } });
    const refused = await ask(draft).expect(409);
    expect(refused.body.error.code).toBe('draft-not-ready');
    expect(refused.body.error.fields).toContainEqual({
      path: 'areas',
      message: 'missing',
      found: 'nothing',
      needed: 'a list',
      fix: 'Fill it in.',
    });
    const complete = await freshDraft();
    await saveDraft(api, complete, { summary: 'Newer' });
    expect((await ask(complete).expect(409)).body.error.code).toBe('draft-changed');
  });

  it('of a draft that is changed meanwhile is kept, and outdated', async () => {
    const draft = await freshDraft();
    const job = await askAndClaim(draft);
    const changed = await saveDraft(api, draft, { summary: 'Changed while it was inspected' });
    expect(changed.inspection.state).toBe('running');
    expect((await ask(changed).expect(409)).body.error.code).toBe('inspection-under-way');
    await finish(api, job, inspectDone(job)).expect(200);
    const outdated = await readDraft(api, draft.id);
    expect(outdated.inspection).toMatchObject({ state: 'outdated', reportRevision: 1 });
    expect(outdated.inspection.report).not.toBeNull();
    const next = await askAndClaim(changed);
    // Until the next report is there, the old one can be read.
    expect((await readDraft(api, draft.id)).inspection).toMatchObject({
      state: 'running',
      reportRevision: 1,
    });
    await finish(api, next, inspectDone(next)).expect(200);
    expect((await readDraft(api, draft.id)).inspection).toMatchObject({ state: 'done', reportRevision: 2 });
  });

  it('of a worker that dies is given to the next one, whose report counts', async () => {
    const draft = await freshDraft();
    const lost = await askAndClaim(draft);
    await letLeaseRunOut(lost);
    const next = await mustClaim(second, ['inspect']);
    expect(next).toMatchObject({ jobId: lost.jobId, attempt: 2 });
    expect(await stateOf(draft)).toBe('running');
    await finish(api, lost, inspectDone(lost, [finding('error', 'unreadable', 'truth.nc')])).expect(409);
    expect(await stateOf(draft)).toBe('running');
    await finish(api, next, inspectDone(next)).expect(200);
    expect((await readDraft(api, draft.id)).inspection).toMatchObject({
      state: 'done',
      report: { findings: [] },
    });
  });

  it('that fails three times is said to have failed, and can be asked for again', async () => {
    const draft = await freshDraft();
    await ask(draft).expect(202);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const job = await mustClaim(api, ['inspect']);
      expect(job.attempt).toBe(attempt);
      if (attempt === 1) {
        await finish(api, job, { status: 'failed', message: 'out of memory', retryable: true }).expect(200);
        expect(await stateOf(draft)).toBe('queued');
      } else await letLeaseRunOut(job);
    }
    await expect.poll(() => stateOf(draft)).toBe('failed');
    expect((await readDraft(api, draft.id)).inspection).toMatchObject({
      failureMessage: expect.stringContaining('stopped answering during the inspect step'),
      report: null,
      progress: null,
    });
    const job = await askAndClaim(draft);
    await finish(api, job, inspectDone(job)).expect(200);
    expect((await readDraft(api, draft.id)).inspection).toMatchObject({
      state: 'done',
      failureMessage: null,
    });
  });

  it('stops when its draft is deleted', async () => {
    const draft = await freshDraft();
    const job = await askAndClaim(draft);
    const waiting = await freshDraft();
    await ask(waiting).expect(202);
    for (const { id } of [draft, waiting]) await curation(api, 'delete', `/drafts/${id}`).expect(204);
    expect((await heartbeat(api, job).expect(200)).body).toEqual({ cancelled: true });
    await finish(api, job, inspectDone(job)).expect(200);
    expect(await claim(api, ['inspect'])).toBeNull();
  });

  it('must report on the files that it was given', async () => {
    const draft = await freshDraft();
    const job = await askAndClaim(draft);
    const report = datasetReport(inspectPayloadOf(job));
    const [file] = report.files;
    if (file === undefined) throw new Error('no file in the report');
    for (const files of [[{ ...file, sha256: 'a'.repeat(64) }], [{ ...file, path: 'other.nc' }]]) {
      const refused = await finish(api, job, {
        status: 'done',
        result: { kind: 'inspect', report: { ...report, files } },
      }).expect(400);
      expect(refused.body.error.message).toContain('not one of its files');
    }
    await finish(api, job, scoreDone()).expect(400);
    const reason = { code: 'empty-field', where: 'a', found: 'b', expected: 'c', fix: 'd' } as const;
    await finish(api, job, { status: 'rejected', reason }).expect(400);
    expect(await stateOf(draft)).toBe('running');
    await finish(api, job, inspectDone(job)).expect(200);
  });

  it('goes behind scores and before pictures', async () => {
    const ada = await registerParticipant(api);
    await submit(api, ada, definition);
    await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    await ask(await freshDraft()).expect(202);
    const kinds = [];
    for (let count = 0; count < 3; count += 1) {
      const job = await mustClaim(api, ['products', 'inspect', 'score']);
      kinds.push(job.payload.kind);
    }
    expect(kinds).toEqual(['score', 'inspect', 'products']);
  });

  it('is in the log', async () => {
    const draft = await freshDraft();
    await ask(draft).expect(202);
    const lines = await api.dataSource.query<{ action: string }[]>(
      'select action from audit_entries where subject_id = $1 order by sequence',
      [draft.id],
    );
    expect(lines.map(({ action }) => action)).toEqual(['draft.create', 'draft.inspect']);
  });
});
