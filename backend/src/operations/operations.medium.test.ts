import { adminHealthSchema } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  mustClaim,
  networkChecked,
  ORGANISER_TOKEN,
  predictDone,
  registerChallenge,
  registerParticipant,
  scoreDone,
  startTestApi,
  submit,
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

const health = async () =>
  adminHealthSchema.parse(
    (
      await request(api.url)
        .get('/api/admin/health')
        .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
        .expect(200)
    ).body,
  );
const retry = (id: string) =>
  request(api.url)
    .post(`/api/admin/evaluations/${id}/retry`)
    .set('Authorization', `Bearer ${ORGANISER_TOKEN}`);
const evaluationsOf = async (id: string) =>
  (
    await request(api.url)
      .get(`/api/submissions/${id}`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(200)
  ).body.evaluations;
const board = async (id: string) =>
  (await request(api.url).get(`/api/challenges/${id}/leaderboard?area=gf&scenario=nadir4`).expect(200)).body;
const FAILED = { status: 'failed', message: 'out of memory', retryable: false } as const;

const TWO_TASKS = {
  scenarios: [
    { id: 'nadir4', name: 'Four nadirs', description: '', satellites: [] },
    { id: 'swot1', name: 'SWOT', description: '', satellites: [] },
  ],
  tasks: [
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot1' },
  ],
};

describe('the health of the platform', () => {
  it('names the worker at work, what waits and for how long, and what needs attention', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    await submit(api, ada, definition);
    await submit(api, ada, definition);
    expect((await health()).attention).toEqual([
      expect.objectContaining({
        code: 'no-worker',
        message: expect.stringMatching(/^2 jobs wait .*'check'/),
      }),
    ]);
    const check = await claim(api, ['check', 'predict'], 0, 'a-worker', {
      name: 'webgpu',
      device: 'A card',
      memoryBytes: 8 * 2 ** 30,
    });
    const looked = await health();
    expect(looked.workers).toEqual([
      {
        name: 'a-worker',
        evaluatorVersion: '1.0.0',
        lastSeenAt: expect.any(String),
        isConnected: true,
        steps: ['check', 'predict'],
        runtime: { name: 'webgpu', device: 'A card', memoryBytes: 8 * 2 ** 30 },
        jobs: [expect.objectContaining({ step: 'check', attempt: 1, since: expect.any(String) })],
      },
    ]);
    const stepOf = async (step: string) => (await health()).steps.find((standing) => standing.step === step);
    expect(await stepOf('check')).toMatchObject({ queued: 1, running: 1, finished: 0, runMedianS: null });
    expect((await stepOf('check'))?.oldestWaitS).toBeGreaterThan(0);
    expect(looked.attention).toEqual([]);
    await finish(api, check!, await checkDone(api)).expect(200);
    // Times that were set are told as they are.
    await api.dataSource.query(
      `update jobs set created_at = finished_at - interval '90 seconds', first_started_at = finished_at - interval '30 seconds',
         started_at = finished_at - interval '20 seconds' where id = $1`,
      [check!.jobId],
    );
    const standing = await stepOf('check');
    expect(standing).toMatchObject({ finished: 1, running: 0 });
    expect(standing?.waitMedianS).toBeCloseTo(60, 3);
    expect(standing?.runP95S).toBeCloseTo(20, 3);
    expect((await health()).store.total.count).toBeGreaterThan(2);
  });

  it('counts mails and events that could not be told', async () => {
    await api.dataSource.query(
      `insert into mails (id, recipient, subject, body, state, next_attempt_at, created_at)
       values (gen_random_uuid(), 'a@example.org', 's', '', 'failed', now(), now())`,
    );
    await api.dataSource.query(
      `insert into outbox_events (id, event, created_at, attempts, next_attempt_at)
       values (gen_random_uuid(), '{"kind": "evaluation-scored", "evaluationId": "00000000-0000-4000-8000-000000000000"}',
         now(), 4, now() + interval '1 day')`,
    );
    expect((await health()).attention.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['mails-failed', 'notifications-waiting']),
    );
    await api.dataSource.query('delete from mails');
    await api.dataSource.query('delete from outbox_events');
  });
});

describe('what failed on our side', () => {
  it('is tried again from the step that failed, as another evaluation, once', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    const drain = async (step: 'check' | 'score') => {
      let job = await mustClaim(api, [step]);
      // Of other tests.
      while (!JSON.stringify(job.payload).includes(submissionId) && job.payload.kind === 'check') {
        await finish(api, job, await checkDone(api)).expect(200);
        job = await mustClaim(api, [step]);
      }
      return job;
    };
    await finish(api, await drain('check'), await checkDone(api)).expect(200);
    let score = await mustClaim(api, ['score']);
    while (score.payload.kind === 'score' && score.payload.evaluationId !== evaluationId) {
      await finish(api, score, scoreDone()).expect(200);
      score = await mustClaim(api, ['score']);
    }
    await finish(api, score, FAILED).expect(200);
    expect(await evaluationsOf(submissionId)).toMatchObject([{ id: evaluationId, state: 'failed' }]);
    const [failure] = (await health()).failures;
    expect(failure).toMatchObject({
      step: 'score',
      message: 'out of memory',
      attempts: 1,
      worker: 'w1',
      submissionId,
      evaluationId,
      method: 'A method',
      challenge: definition.id,
      mayRetry: true,
    });
    expect((await health()).attention.map(({ code }) => code)).toContain('failed-jobs');

    const { body } = await retry(evaluationId).expect(200);
    expect(body).toMatchObject({ submissionId, step: 'score' });
    expect(body.evaluationIds).toHaveLength(1);
    expect((await retry(evaluationId).expect(409)).body.error.message).toBe(
      'This evaluation was tried again already.',
    );
    expect(await evaluationsOf(submissionId)).toMatchObject([
      { id: body.evaluationIds[0], state: 'queued', step: 'score' },
    ]);
    const again = await mustClaim(api, ['score']);
    expect(again.payload).toMatchObject({
      kind: 'score',
      evaluationId: body.evaluationIds[0],
      canonical: score.payload.kind === 'score' ? score.payload.canonical : null,
    });
    await finish(api, again, scoreDone({ mu: 0.9 })).expect(200);
    expect((await board(definition.id)).rows).toMatchObject([
      { evaluationId: body.evaluationIds[0], scores: { mu: 0.9 } },
    ]);
    expect((await retry(body.evaluationIds[0]).expect(409)).body.error.message).toContain('is scored');
    // What was told stays: the first evaluation is failed for ever.
    const [first] = await api.dataSource.query('select state from evaluations where id = $1', [evaluationId]);
    expect(first.state).toBe('failed');
    const log = await request(api.url)
      .get(`/api/admin/audit?action=evaluation.retry&subject=${evaluationId}`)
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`);
    expect(log.body.entries).toHaveLength(1);
    expect((await health()).failures[0]).toMatchObject({ mayRetry: false });
  });

  it('of a whole submission takes all its tasks along, and may fail and be tried again', async () => {
    const definition = await registerChallenge(api, challengeDefinition(TWO_TASKS));
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), FAILED).expect(200);
    const first = (await retry(evaluationId).expect(200)).body;
    expect(first).toMatchObject({ step: 'check' });
    expect(first.evaluationIds).toHaveLength(2);
    await finish(api, await mustClaim(api, ['check']), FAILED).expect(200);
    const second = (await retry(first.evaluationIds[1]).expect(200)).body;
    expect(second.evaluationIds).toHaveLength(2);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    for (let count = 0; count < 2; count += 1)
      await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    expect((await evaluationsOf(submissionId)).map(({ state }: { state: string }) => state)).toEqual([
      'scored',
      'scored',
    ]);
  });

  it('of a network keeps what it had computed: its map is checked again, not made again', async () => {
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'observations', area: 'gf', path: 'obs.nc', description: '' },
        ],
      }),
    );
    const { submissionId, evaluationId } = await submit(api, ada, definition, {
      network: { manifest: null },
    });
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    const predict = await claim(api, ['predict'], 5_000, 'gpu', {
      name: 'webgpu',
      device: 'A card',
      memoryBytes: 80 * 2 ** 30,
    });
    await finish(api, predict!, await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), FAILED).expect(200);
    const { body } = await retry(evaluationId).expect(200);
    expect(body.step).toBe('check');
    const check = await mustClaim(api, ['check']);
    expect(check.payload).toMatchObject({ evaluationId: body.evaluationIds[0], network: null });
    await finish(api, check, await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    expect(await evaluationsOf(submissionId)).toMatchObject([
      { state: 'scored', run: { runtime: { device: 'A card' }, wallSeconds: 12.5 } },
    ]);
  });

  it('while files and maps were made is tried again without a new score', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    for (;;) {
      const products = await mustClaim(api, ['products']);
      if (products.payload.kind === 'products' && products.payload.evaluationId === evaluationId) {
        await finish(api, products, FAILED).expect(200);
        break;
      }
      await finish(api, products, { status: 'done', result: { kind: 'products', artefacts: [] } }).expect(
        200,
      );
    }
    expect((await health()).failures[0]).toMatchObject({ step: 'products', evaluationId, mayRetry: true });
    expect((await retry(evaluationId).expect(200)).body).toEqual({
      submissionId,
      evaluationIds: [evaluationId],
      step: 'products',
    });
    expect((await health()).failures[0]).toMatchObject({ mayRetry: false });
    expect((await mustClaim(api, ['products'])).payload).toMatchObject({ evaluationId });
  });
});
