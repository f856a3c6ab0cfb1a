import { createHash } from 'node:crypto';
import {
  challengeDefinitionSchema,
  leaderboardSchema,
  submissionListSchema,
  submissionViewSchema,
  type ChallengeDefinition,
} from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  heartbeat,
  loseLease,
  mapDone,
  mustClaim,
  ORGANISER_TOKEN,
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
  api = await startTestApi(database.url, { environment: { SILLAGE_LEASE_S: '600' } });
  ada = await registerParticipant(api);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

/** One task with nadirs and a swath, and a reference that has no map of it. */
const observed = (): ChallengeDefinition =>
  challengeDefinitionSchema.parse({
    ...challengeDefinition({
      files: [
        { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
        {
          role: 'observations',
          area: 'gf',
          scenario: 'nadir4',
          path: 'nadirs.nc',
          variable: 'ssh_obs',
          description: '',
        },
        { role: 'swath-observations', area: 'gf', path: 'swath.nc', description: '' },
        { role: 'gridded-observations', area: 'gf', path: 'gridded.nc', description: '' },
      ],
    }),
    references: [
      {
        id: 'oi',
        name: 'OI',
        inputs: ['ssh-nadir'],
        role: 'oi',
        compute: { method: 'oi', parameters: { spacingDeg: 0.1 } },
      },
    ],
  });

async function referenceOf(challenge: string) {
  const [row] = await api.dataSource.query(
    `select id from submissions where challenge_id = $1 and kind = 'reference' order by created_at desc limit 1`,
    [challenge],
  );
  const reply = await request(api.url).get(`/api/submissions/${row.id}`).expect(200);
  return submissionViewSchema.parse(reply.body);
}

const enterAgain = (challenge: string) =>
  request(api.url)
    .post(`/api/challenges/${challenge}/references`)
    .set('Authorization', `Bearer ${ORGANISER_TOKEN}`);

describe('a reference without a map', () => {
  it('is mapped by a worker from what it may see, then checked and scored like any other', async () => {
    const { id } = await registerChallenge(api, observed());
    expect(await referenceOf(id)).toMatchObject({
      file: null,
      author: 'Sillage',
      evaluations: [
        {
          state: 'queued',
          step: 'map',
          activity: 'waiting for a worker to map the observations: next in the queue',
        },
      ],
    });
    const { id: submissionId } = await referenceOf(id);
    await request(api.url).get(`/api/submissions/${submissionId}/file`).expect(404);

    const map = await mustClaim(api, ['map']);
    if (map.payload.kind !== 'map') throw new Error(map.payload.kind);
    expect(map.payload).toMatchObject({
      submissionId,
      task: { area: 'gf', scenario: 'nadir4', scoredBox: { west: -65 }, period: { start: '2012-10-22' } },
      method: 'oi',
      parameters: { spacingDeg: 0.1, lengthTimeDays: 7 },
    });
    expect(
      map.payload.observations.map(({ role, fileName, variable }) => [role, fileName, variable]),
    ).toEqual([
      ['observations', 'nadirs.nc', 'ssh_obs'],
      ['swath-observations', 'swath.nc', null],
    ]);
    expect((await referenceOf(id)).evaluations[0]).toMatchObject({
      state: 'running',
      step: 'map',
      activity: 'mapping the observations',
    });
    await heartbeat(api, map, { progress: 0.25, activity: 'mapping day 10 of 42' }).expect(200);
    expect((await referenceOf(id)).evaluations[0]).toMatchObject({
      progress: 0.25,
      activity: 'mapping day 10 of 42',
    });
    const outcome = await mapDone(api);
    await finish(api, map, outcome).expect(200);
    // The reply was lost: the same again changes nothing.
    await finish(api, map, outcome).expect(200);
    expect(await referenceOf(id)).toMatchObject({
      file: { name: 'oi-gf-nadir4.nc', sizeBytes: 200 },
      evaluations: [{ state: 'queued', step: 'check' }],
    });

    const check = await mustClaim(api, ['check']);
    expect(check.payload).toMatchObject({
      kind: 'check',
      fileName: 'oi-gf-nadir4.nc',
      variable: 'gssh',
      onlyCovered: false,
      tasks: [{ area: 'gf', scenario: 'nadir4' }],
    });
    await finish(api, check, await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    const board = await request(api.url).get(`/api/challenges/${id}/leaderboard?area=gf&scenario=nadir4`);
    expect(leaderboardSchema.parse(board.body).rows).toMatchObject([{ kind: 'reference', method: 'OI' }]);
    expect(
      (await request(api.url).get(`/api/submissions/${submissionId}/file`).expect(200)).headers,
    ).toMatchObject({ 'content-length': '200' });
    expect((await enterAgain(id).expect(200)).body).toEqual({ submissions: [] });
  });

  it('is mapped after everything that participants wait for, and only by workers that can', async () => {
    const definition = await registerChallenge(api, observed());
    const { evaluationId } = await submit(api, ada, definition);
    const later = await request(api.url)
      .get('/api/submissions?mine=true')
      .set('Authorization', `Bearer ${ada.token}`);
    expect(submissionListSchema.parse(later.body).submissions[0]?.evaluations[0]).toMatchObject({
      id: evaluationId,
      queuePosition: 0,
    });
    expect((await referenceOf(definition.id)).evaluations[0]?.queuePosition).toBe(1);
    const everything = ['map', 'check', 'score', 'products'] as const;
    const check = await mustClaim(api, [...everything]);
    expect(check.payload.kind).toBe('check');
    await finish(api, check, await checkDone(api)).expect(200);
    const score = await mustClaim(api, [...everything]);
    expect(score.payload.kind).toBe('score');
    await finish(api, score, scoreDone()).expect(200);
    expect((await mustClaim(api, [...everything])).payload.kind).toBe('products');
    expect(await claim(api, ['check', 'score', 'products'])).toBeNull();
    expect((await mustClaim(api, [...everything])).payload.kind).toBe('map');
  });

  it('of the platform lets the check of a participant go first, too', async () => {
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'oi', area: 'gf', path: 'oi.nc', description: '' },
        ],
        references: [{ id: 'oi', name: 'OI', description: '', inputs: ['ssh-nadir'], role: 'oi' }],
      }),
    );
    const { submissionId } = await submit(api, ada, definition);
    expect((await mustClaim(api, ['check'])).payload).toMatchObject({ submissionId });
  });

  it('goes to the next worker when one dies, and a late map changes nothing', async () => {
    const { id } = await registerChallenge(api, observed());
    const dead = await mustClaim(api, ['map']);
    const late = await mapDone(api);
    await loseLease(api, dead);
    await heartbeat(api, dead).expect(409);
    expect((await referenceOf(id)).evaluations[0]).toMatchObject({
      state: 'queued',
      step: 'map',
      attempt: 1,
    });
    const second = await mustClaim(api, ['map']);
    expect(second).toMatchObject({ jobId: dead.jobId, attempt: 2 });
    expect((await finish(api, dead, late).expect(409)).body.error.code).toBe('stale-lease');
    expect((await referenceOf(id)).file).toBeNull();
    await finish(api, second, await mapDone(api)).expect(200);
    expect((await referenceOf(id)).evaluations[0]).toMatchObject({ state: 'queued', step: 'check' });
  });

  it('that cannot be mapped ends as a failure of ours; an organiser asks again, once', async () => {
    const { id } = await registerChallenge(api, observed());
    const boardOf = async () => {
      const reply = await request(api.url).get(`/api/challenges/${id}/leaderboard?area=gf&scenario=nadir4`);
      const { pendingCount, failedReferences, rows } = leaderboardSchema.parse(reply.body);
      return { pendingCount, failedReferences, rowCount: rows.length };
    };
    expect(await boardOf()).toEqual({ pendingCount: 1, failedReferences: [], rowCount: 0 });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const job = await mustClaim(api, ['map']);
      await finish(api, job, { status: 'failed', message: 'out of memory', retryable: true }).expect(200);
    }
    const failed = await referenceOf(id);
    expect(failed).toMatchObject({
      file: null,
      evaluations: [{ state: 'failed', failureMessage: 'out of memory' }],
    });
    expect(await claim(api, ['map'])).toBeNull();
    // An empty board with nothing on its way must say what is missing.
    expect(await boardOf()).toEqual({ pendingCount: 0, failedReferences: ['OI'], rowCount: 0 });
    const again = submissionListSchema.parse((await enterAgain(id).expect(200)).body);
    expect(again.submissions).toMatchObject([
      { file: null, evaluations: [{ state: 'queued', step: 'map' }] },
    ]);
    expect(again.submissions[0]?.id).not.toBe(failed.id);
    expect(await boardOf()).toEqual({ pendingCount: 1, failedReferences: [], rowCount: 0 });
    const asked = await Promise.all([enterAgain(id), enterAgain(id)]);
    expect(asked.map(({ body }) => body)).toEqual([{ submissions: [] }, { submissions: [] }]);
    await finish(api, await mustClaim(api, ['map']), await mapDone(api)).expect(200);
  });

  it('is cancelled by an organiser, and its worker hears of it', async () => {
    const { id } = await registerChallenge(api, observed());
    const job = await mustClaim(api, ['map']);
    const { id: submissionId } = await referenceOf(id);
    const cancel = (token: string) =>
      request(api.url)
        .post(`/api/submissions/${submissionId}/cancel`)
        .set('Authorization', `Bearer ${token}`);
    await cancel(ada.token).expect(403);
    await cancel(ORGANISER_TOKEN).expect(200);
    await heartbeat(api, job).expect(200, { cancelled: true });
    await finish(api, job, await mapDone(api)).expect(200);
    expect(await referenceOf(id)).toMatchObject({ file: null, evaluations: [{ state: 'cancelled' }] });
  });

  it('needs the map in the store, and a result of its own step', async () => {
    await registerChallenge(api, observed());
    const job = await mustClaim(api, ['map']);
    const missing = { sha256: 'a'.repeat(64), sizeBytes: 3 };
    await finish(api, job, {
      status: 'done',
      result: { kind: 'map', map: missing, variable: 'gssh', fileName: 'oi.nc' },
    }).expect(400);
    await finish(api, job, await checkDone(api)).expect(400);
    await finish(api, job, await mapDone(api)).expect(200);
  });
});

describe('a challenge that is scored along a withheld track', () => {
  it('compares with the track, shows λx in km, and withholds the track', async () => {
    const track = Buffer.from('the way of a satellite');
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        protocol: 'ose-along-track',
        disclosure: 'public-test',
        scenarios: ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] })),
        tasks: ['nadir4', 'swot1'].map((scenario) => ({ area: 'gf', scenario })),
        files: [
          // The one track is for both scenarios.
          ...['nadir4', 'swot1'].map((scenario) => ({
            role: 'evaluation-track' as const,
            area: 'gf',
            scenario,
            path: 'cryosat.nc',
            variable: 'ssh',
            description: '',
          })),
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
        ],
      }),
      { 'cryosat.nc': track },
    );
    const view = (await request(api.url).get(`/api/challenges/${definition.id}`).expect(200)).body;
    expect(view.files).toHaveLength(3);
    for (const part of ['url', 'sha256', 'sizeBytes'])
      expect(view.files.some((file: object) => part in file)).toBe(false);
    await request(api.url).get(`/api/challenges/${definition.id}/files/cryosat.nc`).expect(403);

    await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    for (let count = 0; count < 2; count += 1) {
      const score = await mustClaim(api, ['score']);
      expect(score.payload).toMatchObject({
        protocol: 'ose-along-track',
        truth: { sha256: createHash('sha256').update(track).digest('hex'), sizeBytes: track.length },
        truthVariable: 'ssh',
      });
      await finish(api, score, scoreDone()).expect(400);
      const scores = { mu: 0.88123, lambdaXDeg: null, lambdaTDays: null, lambdaXKm: 139.456 };
      await finish(api, score, scoreDone(scores)).expect(200);
    }
    const board = await request(api.url).get(
      `/api/challenges/${definition.id}/leaderboard?area=gf&scenario=swot1`,
    );
    expect(leaderboardSchema.parse(board.body)).toMatchObject({
      protocol: 'ose-along-track',
      rows: [{ rank: 1, scores: { mu: 0.88, lambdaXKm: 140, lambdaXDeg: null, lambdaTDays: null } }],
    });
  });
});
