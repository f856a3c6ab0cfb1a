import { randomBytes } from 'node:crypto';
import { leaderboardSchema, submissionViewSchema, type MapManifest } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  heartbeat,
  mustClaim,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreDone,
  SCORES,
  startTestApi,
  submit,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

async function read(submissionId: string, token: string) {
  const reply = await request(api.url)
    .get(`/api/submissions/${submissionId}`)
    .set('Authorization', `Bearer ${token}`)
    .expect(200);
  return submissionViewSchema.parse(reply.body);
}

describe('the life of a submission', () => {
  it('goes from the upload over check and score to the board, with its products', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const ada = await registerParticipant(api, 'Ada');
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    const evaluation = async () => (await read(submissionId, ada.token)).evaluations[0];
    expect(await evaluation()).toMatchObject({
      state: 'queued',
      step: 'check',
      queuePosition: 0,
      attempt: 0,
    });

    const check = await mustClaim(api);
    expect(check.payload).toMatchObject({
      kind: 'check',
      submissionId,
      fileName: 'map.nc',
      tasks: [{ area: 'gf', scenario: 'nadir4', scoredBox: { west: -65 }, period: { start: '2012-10-22' } }],
    });
    await heartbeat(api, check, { progress: 0.5, activity: 'reading day 21 of 42' }).expect(200, {
      cancelled: false,
    });
    expect(await evaluation()).toMatchObject({
      state: 'running',
      step: 'check',
      progress: 0.5,
      activity: 'reading day 21 of 42',
      attempt: 1,
      deadline: expect.any(String),
    });
    await finish(api, check, await checkDone(api)).expect(200);
    expect(await evaluation()).toMatchObject({ state: 'queued', step: 'score' });

    const score = await mustClaim(api);
    expect(score.payload).toMatchObject({
      kind: 'score',
      evaluationId,
      protocol: 'osse-2020a',
      truthVariable: null,
    });
    const diagnostics = await putObject(api, Buffer.from('{"daily":[]}'));
    await finish(api, score, {
      status: 'done',
      result: {
        kind: 'score',
        scores: SCORES,
        warnings: [{ code: 'odd', message: 'something odd' }],
        artefacts: [{ name: 'diagnostics.json', object: diagnostics }],
      },
    }).expect(200);
    expect(await evaluation()).toMatchObject({
      state: 'scored',
      step: null,
      scores: SCORES,
      rank: 1,
      deadline: null,
      evaluatorVersion: '1.0.0',
      warnings: [{ code: 'odd' }],
      artefacts: [
        { name: 'diagnostics.json', url: `/api/evaluations/${evaluationId}/artefacts/diagnostics.json` },
      ],
    });

    const products = await mustClaim(api);
    expect(products.payload).toMatchObject({
      kind: 'products',
      includeTruth: true,
      scores: SCORES,
      diagnostics,
      statistics: null,
      provenance: {
        challenge: definition.id,
        author: 'Ada',
        method: 'A method',
        submissionId,
        submissionUrl: `http://sillage.test/submissions/${submissionId}`,
        platformUrl: 'http://sillage.test',
        datasetLicence: definition.licence,
      },
    });
    const frames = randomBytes(2 * 3 * 2 * 4); // two frames of 3 × 4 points of two bytes
    const manifest: MapManifest = {
      latDeg: [33, 34, 35],
      lonDeg: [-65, -64, -63, -62],
      timeDays: [22_940, 22_941],
      layers: [
        { name: 'error', unit: 'm', frameCount: 2, scale: 0.001, offset: 0, min: -1, max: 1, rms: 0.1 },
      ],
      blockSize: 1,
      isInterpolated: false,
      observedShare: null,
    };
    await finish(api, products, {
      status: 'done',
      result: {
        kind: 'products',
        artefacts: [
          { name: 'maps.json', object: await putObject(api, Buffer.from(JSON.stringify(manifest))) },
          { name: 'error.i16', object: await putObject(api, frames) },
        ],
      },
    }).expect(200);
    const frame = await request(api.url)
      .get(`/api/evaluations/${evaluationId}/maps/error/1`)
      .buffer(true)
      .expect(200);
    expect(Buffer.compare(frame.body, frames.subarray(24))).toBe(0);
    expect(frame.headers['cache-control']).toContain('immutable');
    await request(api.url).get(`/api/evaluations/${evaluationId}/maps/error/2`).expect(404);
    expect(await claim(api)).toBeNull();

    const board = await request(api.url)
      .get(`/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`)
      .expect(200);
    expect(leaderboardSchema.parse(board.body)).toMatchObject({
      pendingCount: 0,
      rows: [{ rank: 1, submissionId, evaluationId, author: 'Ada', kind: 'participant', scores: SCORES }],
    });
  });

  it('scores the references of the platform like any other submission', async () => {
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'oi', area: 'gf', scenario: 'nadir4', path: 'oi.nc', variable: 'ssh', description: '' },
        ],
        references: [{ id: 'oi', name: 'OI', description: '', inputs: ['ssh-nadir'], role: 'oi' }],
      }),
    );
    const check = await mustClaim(api);
    expect(check.payload).toMatchObject({ kind: 'check', fileName: 'oi.nc', variable: 'ssh' });
    await finish(api, check, await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    const board = await request(api.url)
      .get(`/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`)
      .expect(200);
    expect(board.body.rows).toMatchObject([{ kind: 'reference', author: 'Sillage', method: 'OI' }]);
    await claim(api); // products
  });

  it('shows a rejection with its reason to the author, and nothing to others', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const ada = await registerParticipant(api);
    const { submissionId } = await submit(api, ada, definition);
    const reason = {
      code: 'days-missing',
      where: 'time axis',
      found: '41 days',
      expected: '42 days',
      fix: 'add 2012-11-05',
    } as const;
    await finish(api, await mustClaim(api, ['check']), { status: 'rejected', reason }).expect(200);
    expect((await read(submissionId, ada.token)).evaluations[0]).toMatchObject({
      state: 'rejected',
      rejection: reason,
      step: null,
    });
    await request(api.url).get(`/api/submissions/${submissionId}`).expect(404);
  });
});
