import { randomBytes, randomUUID } from 'node:crypto';
import { leaderboardSchema, submissionListSchema, submissionViewSchema } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  mustClaim,
  registerChallenge,
  registerParticipant,
  scoreDone,
  scoreEverything,
  startTestApi,
  submit,
  upload,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const box = (west: number) => ({ west, east: west + 10, south: 33, north: 43 });
const AREAS = ['gf', 'osmosis'].map((id, index) => ({
  id,
  name: id,
  description: '',
  scoredBox: box(-65 + 40 * index),
}));
const SCENARIOS = ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] }));
const TASKS = AREAS.flatMap((area) => SCENARIOS.map(({ id }) => ({ area: area.id, scenario: id })));
const [GF_NADIR4, GF_SWOT1, OSMOSIS_NADIR4] = TASKS;

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let eve: Participant;
let challenge: ReturnType<typeof challengeDefinition>;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  [ada, eve] = [await registerParticipant(api, 'Ada'), await registerParticipant(api, 'Eve')];
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
  challenge = await registerChallenge(
    api,
    challengeDefinition({
      areas: AREAS,
      scenarios: SCENARIOS,
      tasks: TASKS,
      files: AREAS.map(({ id }) => ({ role: 'truth', area: id, path: `truth-${id}.nc`, description: '' })),
    }),
  );
});

const card = { name: 'A method', inputs: ['ssh-nadir'] };
const postSet = (files: object[], token = ada.token, more: object = {}) =>
  request(api.url)
    .post('/api/submissions/sets')
    .set('Authorization', `Bearer ${token}`)
    .send({ challenge: challenge.id, card, files, ...more });
const send = (name: string, token = ada.token) => upload(api, token, randomBytes(300), name);
const read = (id: string, token: string | null) => {
  const call = request(api.url).get(`/api/submissions/${id}`);
  return token === null ? call : call.set('Authorization', `Bearer ${token}`);
};
async function submissionCount(): Promise<number> {
  const [row] = await api.dataSource.query(
    'select count(*)::int as count from submissions where challenge_id = $1',
    [challenge.id],
  );
  return row.count;
}

describe('a set of submissions', () => {
  it('becomes one submission for each file, and each names the others', async () => {
    const files = [
      { uploadId: await send('gf.nc'), tasks: [GF_NADIR4, GF_SWOT1], variable: 'ssh' },
      { uploadId: await send('osmosis.nc'), tasks: [OSMOSIS_NADIR4] },
    ];
    const { submissions } = submissionListSchema.parse((await postSet(files).expect(201)).body);
    expect(submissions.map(({ file, evaluations }) => [file?.name, evaluations.length])).toEqual([
      ['gf.nc', 2],
      ['osmosis.nc', 1],
    ]);
    expect(submissions[0]?.siblings).toEqual([
      { submissionId: submissions[1]?.id, fileName: 'osmosis.nc', tasks: [OSMOSIS_NADIR4] },
    ]);
    const jobs = [await mustClaim(api, ['check']), await mustClaim(api, ['check'])];
    expect(jobs.map(({ payload }) => payload)).toMatchObject([
      { fileName: 'gf.nc', variable: 'ssh', onlyCovered: false, tasks: [GF_NADIR4, GF_SWOT1] },
      { fileName: 'osmosis.nc', variable: null, tasks: [OSMOSIS_NADIR4] },
    ]);
  });

  it('is entered whole or not at all', async () => {
    const files = [
      { uploadId: await send('gf.nc'), tasks: [GF_NADIR4] },
      { uploadId: await send('osmosis.nc'), tasks: [{ area: 'osmosis', scenario: 'nadir1' }] },
    ];
    expect((await postSet(files).expect(404)).body.error.code).toBe('task-not-found');
    expect(await submissionCount()).toBe(0);
    expect(await claim(api, ['check'])).toBeNull();
    // Nothing was used up.
    const corrected = [files[0] ?? {}, { ...files[1], tasks: [OSMOSIS_NADIR4] }];
    await postSet(corrected).expect(201);
  });

  it('that is sent again returns what it became, also when both come at once', async () => {
    const files = [
      { uploadId: await send('gf.nc'), tasks: [GF_NADIR4] },
      { uploadId: await send('osmosis.nc'), tasks: [OSMOSIS_NADIR4] },
    ];
    const replies = await Promise.all([postSet(files), postSet(files), postSet(files.toReversed())]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = replies.map(({ body }) => body.submissions.map(({ id }: { id: string }) => id));
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0].toReversed());
    expect((await postSet(files).expect(201)).body.submissions.map(({ id }: { id: string }) => id)).toEqual(
      ids[0],
    );
    expect(await submissionCount()).toBe(2);
  });

  it('is not taken for another one that had the same uploads', async () => {
    const files = [
      { uploadId: await send('gf.nc'), tasks: [GF_NADIR4] },
      { uploadId: await send('osmosis.nc'), tasks: [OSMOSIS_NADIR4] },
    ];
    await postSet(files).expect(201);
    for (const other of [
      postSet([{ ...files[0], tasks: [GF_SWOT1] }, files[1] ?? {}]),
      postSet(files, ada.token, { card: { ...card, name: 'Another method' } }),
      postSet(files.slice(0, 1)),
    ]) {
      expect((await other.expect(409)).body.error.code).toBe('upload-already-used');
    }
    const alone = await send('alone.nc');
    await submit(api, ada, challenge, { uploadId: alone });
    expect((await postSet([{ uploadId: alone, tasks: TASKS }]).expect(409)).body.error.code).toBe(
      'upload-already-used',
    );
  });
});

describe('a submission alone', () => {
  const postAlone = (more: object, token = ada.token) =>
    request(api.url)
      .post('/api/submissions')
      .set('Authorization', `Bearer ${token}`)
      .send({ challenge: challenge.id, card, tasks: [GF_NADIR4, GF_SWOT1], ...more });

  it.each([
    { name: 'a map', more: { variable: 'ssh' } },
    { name: 'a network', more: { network: { manifest: 'n_step: 3' } } },
  ])('that is sent again returns what it became, also when both come at once: $name', async ({ more }) => {
    const entry = { uploadId: await send('gf.nc'), ...more };
    const replies = await Promise.all([postAlone(entry), postAlone(entry)]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    const again = await postAlone({ ...entry, tasks: [GF_SWOT1, GF_NADIR4] }).expect(201);
    expect(new Set([...replies, again].map(({ body }) => body.id)).size).toBe(1);
    expect(await submissionCount()).toBe(1);
  });

  it('is not taken for another one that had the same upload', async () => {
    const uploadId = await send('gf.nc');
    await postAlone({ uploadId }).expect(201);
    for (const other of [
      { tasks: [GF_NADIR4] },
      { card: { ...card, name: 'Another method' } },
      { variable: 'ssh' },
      { network: { manifest: null } },
    ])
      expect((await postAlone({ uploadId, ...other }).expect(409)).body.error.code).toBe(
        'upload-already-used',
      );
    expect((await postAlone({ uploadId }, eve.token).expect(404)).body.error.code).toBe('upload-not-found');
  });
});

describe('a request for a set', () => {
  it.each<{ name: string; files: (uploadId: string) => object[]; status: number; code: string }>([
    {
      name: 'two maps for one task',
      files: (uploadId) => [
        { uploadId, tasks: [GF_NADIR4] },
        { uploadId: randomUUID(), tasks: [GF_SWOT1, GF_NADIR4] },
      ],
      status: 400,
      code: 'invalid-request',
    },
    {
      name: 'one upload twice',
      files: (uploadId) => [
        { uploadId, tasks: [GF_NADIR4] },
        { uploadId, tasks: [GF_SWOT1] },
      ],
      status: 400,
      code: 'invalid-request',
    },
    {
      name: 'an upload that is not there',
      files: (uploadId) => [
        { uploadId, tasks: [GF_NADIR4] },
        { uploadId: randomUUID(), tasks: [GF_SWOT1] },
      ],
      status: 404,
      code: 'upload-not-found',
    },
    {
      name: 'more files than a set may have',
      files: (uploadId) => Array.from({ length: 25 }, () => ({ uploadId, tasks: [GF_NADIR4] })),
      status: 400,
      code: 'invalid-request',
    },
    { name: 'no file', files: () => [], status: 400, code: 'invalid-request' },
  ])('is refused with $name', async ({ files, status, code }) => {
    const reply = await postSet(files(await send('gf.nc'))).expect(status);
    expect(reply.body.error.code).toBe(code);
    expect(await submissionCount()).toBe(0);
  });

  it('takes no uploads of others, and no unfinished ones', async () => {
    const files = [{ uploadId: await send('gf.nc', eve.token), tasks: [GF_NADIR4] }];
    await postSet(files).expect(404);
    const unfinished = await upload(api, ada.token, randomBytes(300), 'gf.nc', { sentBytes: 100 });
    const reply = await postSet([{ uploadId: unfinished, tasks: [GF_NADIR4] }]).expect(409);
    expect(reply.body.error.code).toBe('upload-not-finished');
  });

  it('shows others only those of its submissions that are on a board', async () => {
    const files = [
      { uploadId: await send('gf.nc'), tasks: [GF_NADIR4, GF_SWOT1] },
      { uploadId: await send('osmosis.nc'), tasks: [OSMOSIS_NADIR4] },
    ];
    const { submissions } = submissionListSchema.parse((await postSet(files).expect(201)).body);
    const [first, second] = submissions.map(({ id }) => id);
    const fail = { status: 'failed', message: 'ours', retryable: false } as const;
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200); // gf.nc
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    await finish(api, await mustClaim(api, ['score']), fail).expect(200);
    expect((await read(first ?? '', null).expect(200)).body.siblings).toEqual([]);
    await read(second ?? '', null).expect(404);
    expect((await read(first ?? '', ada.token).expect(200)).body.siblings).toHaveLength(1);
    await scoreEverything(api);
    const [shown] = submissionViewSchema.parse((await read(second ?? '', null).expect(200)).body).siblings;
    expect(shown).toMatchObject({ submissionId: first });
    expect(shown?.tasks).toHaveLength(1);
  });
});

describe('a map that is cut to the tasks that it covers', () => {
  const uncovered = [OSMOSIS_NADIR4, TASKS[3]].flatMap((task) => (task === undefined ? [] : [task]));

  it('leaves the others without a trace of failure', async () => {
    const { submissionId } = await submit(api, ada, challenge, { onlyCovered: true });
    const check = await mustClaim(api, ['check']);
    expect(check.payload).toMatchObject({ onlyCovered: true, tasks: TASKS });
    await finish(api, check, await checkDone(api, uncovered)).expect(200);
    await scoreEverything(api);
    const view = submissionViewSchema.parse((await read(submissionId, ada.token).expect(200)).body);
    expect(view.evaluations.map(({ area, state }) => [area, state])).toEqual([
      ['gf', 'scored'],
      ['gf', 'scored'],
    ]);
    expect(view.evaluations[0]?.warnings).toEqual([
      {
        code: 'tasks-not-covered',
        message: 'The map does not cover osmosis × nadir4, osmosis × swot1: it was not entered there.',
      },
    ]);
    const board = await request(api.url).get(
      `/api/challenges/${challenge.id}/leaderboard?area=osmosis&scenario=nadir4`,
    );
    expect(leaderboardSchema.parse(board.body)).toMatchObject({ pendingCount: 0, rows: [] });
  });

  it('keeps at least one of them, and all where nobody asked for the cut', async () => {
    await submit(api, ada, challenge, { onlyCovered: true });
    const check = await mustClaim(api, ['check']);
    await finish(api, check, await checkDone(api, TASKS)).expect(400);
    await finish(api, check, await checkDone(api, uncovered)).expect(200);
    await scoreEverything(api);

    const { submissionId } = await submit(api, ada, challenge);
    const whole = await mustClaim(api, ['check']);
    await finish(api, whole, await checkDone(api, uncovered)).expect(400);
    await finish(api, whole, await checkDone(api)).expect(200);
    expect((await read(submissionId, ada.token)).body.evaluations).toHaveLength(4);
  });

  it('may come in a set, and be sent again after the cut', async () => {
    const files = [{ uploadId: await send('basin.nc'), tasks: TASKS, onlyCovered: true }];
    const first = (await postSet(files).expect(201)).body.submissions;
    await finish(api, await mustClaim(api, ['check']), await checkDone(api, uncovered)).expect(200);
    const second = (await postSet(files).expect(201)).body.submissions;
    expect(second).toMatchObject([{ id: first[0].id, evaluations: [{ area: 'gf' }, { area: 'gf' }] }]);
  });
});
