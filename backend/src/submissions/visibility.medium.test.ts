import { randomBytes } from 'node:crypto';
import type { Visibility } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  claim,
  finish,
  ORGANISER_TOKEN,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  tellBoardsChanged,
  upload,
  whileWaiting,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
let definition: ReturnType<typeof challengeDefinition>;
let author: Participant;
let stranger: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  definition = await registerChallenge(api, challengeDefinition({ disclosure: 'practice' }));
  author = await registerParticipant(api, 'Ada Lovelace');
  stranger = await registerParticipant(api, 'Eve');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const NEXT_YEAR = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
type Reader = { token: string } | null;
const organiser: Reader = { token: ORGANISER_TOKEN };

const get = (reader: Reader, path: string) => {
  const call = request(api.url).get(`/api${path}`);
  return reader === null ? call : call.set('Authorization', `Bearer ${reader.token}`);
};
const change = (reader: { token: string }, id: string, visibility: Visibility) =>
  request(api.url)
    .put(`/api/submissions/${id}/visibility`)
    .set('Authorization', `Bearer ${reader.token}`)
    .send({ visibility });
const withdraw = (reader: { token: string }, id: string, reason = '') =>
  request(api.url)
    .post(`/api/submissions/${id}/withdraw`)
    .set('Authorization', `Bearer ${reader.token}`)
    .send({ reason });
const board = async () => {
  const [task] = definition.tasks;
  const reply = await request(api.url)
    .get(`/api/challenges/${definition.id}/leaderboard?area=${task?.area}&scenario=${task?.scenario}`)
    .expect(200);
  return reply.body as {
    pendingCount: number;
    rows: { submissionId: string; author: string; rank: number; scores: { mu: number } }[];
  };
};
const rowOf = async (id: string) => (await board()).rows.find((row) => row.submissionId === id);
const enter = async (visibility: Visibility, mu: number) => {
  const entry = await submit(api, author, definition, { visibility });
  await scoreEverything(api, { mu });
  return entry;
};
const statuses = async (path: string) => {
  const found = [];
  for (const reader of [null, stranger, author, organiser]) found.push((await get(reader, path)).status);
  return found;
};
/** Plays the evaluator for the products that wait: one small file per evaluation. @returns what it was told of the authors. */
const makeProducts = async (): Promise<{ author: string; namesFile: boolean }[]> => {
  const authors: { author: string; namesFile: boolean }[] = [];
  for (let job = await claim(api, ['products']); job !== null; job = await claim(api, ['products'])) {
    if (job.payload.kind !== 'products') throw new Error('no products job');
    const { author: name, namesFile } = job.payload.provenance;
    authors.push({ author: name, namesFile });
    const object = await putObject(api, Buffer.from(`scored ${job.jobId}`));
    await finish(api, job, {
      status: 'done',
      result: { kind: 'products', artefacts: [{ name: 'scored.nc', object }] },
    }).expect(200);
  }
  return authors;
};

describe('a private entry', () => {
  it('is on no board, in no list and no count, and its files are its author’s and the organisers’', async () => {
    const before = await board();
    const { submissionId, evaluationId } = await submit(api, author, definition, {
      visibility: { kind: 'private' },
    });
    expect((await board()).pendingCount).toBe(before.pendingCount);
    await scoreEverything(api, { mu: 0.99 });
    await makeProducts();
    expect((await board()).rows).toEqual(before.rows);
    expect(await statuses(`/submissions/${submissionId}`)).toEqual([404, 404, 200, 200]);
    expect(await statuses(`/submissions/${submissionId}/file`)).toEqual([404, 404, 200, 403]);
    expect(await statuses(`/evaluations/${evaluationId}/artefacts/scored.nc`)).toEqual([404, 404, 200, 200]);
    const listed = await get(stranger, '/submissions').expect(200);
    expect(listed.text).not.toContain(submissionId);
    const mine = await get(author, '/submissions?mine=true').expect(200);
    expect(mine.text).toContain(submissionId);
    const challenge = await get(null, `/challenges/${definition.id}`).expect(200);
    expect(challenge.body.entryCount).toBe(before.rows.length);
  });

  it('gets its row and its rank when it is made public, and keeps them', async () => {
    const { submissionId } = await enter({ kind: 'private' }, 0.95);
    expect(await rowOf(submissionId)).toBeUndefined();
    await change(author, submissionId, { kind: 'public' }).expect(200);
    expect(await rowOf(submissionId)).toMatchObject({ author: 'Ada Lovelace', rank: 1 });
    const refused = await change(author, submissionId, { kind: 'private' }).expect(409);
    expect(refused.body.error).toMatchObject({
      code: 'visibility-fixed',
      fix: expect.stringMatching(/Withdraw/),
    });
    await change(stranger, submissionId, { kind: 'public' }).expect(403);
  });
});

describe('an anonymous entry', () => {
  it('is ranked without its name, which its author and organisers see', async () => {
    const { submissionId, evaluationId } = await enter({ kind: 'anonymous', until: NEXT_YEAR }, 0.93);
    expect(await rowOf(submissionId)).toMatchObject({ author: 'anonymous' });
    // What the check quotes of a file may name its author.
    const quoting = { code: 'variable-guessed', message: "took 'ssh_of_ada'" };
    const plain = { code: 'tasks-not-covered', message: 'The map does not cover gf.' };
    await api.dataSource.query('update submissions set warnings = $2 where id = $1', [
      submissionId,
      JSON.stringify([quoting, plain]),
    ]);
    for (const [reader, warnings] of [
      [stranger, [plain]],
      [author, [quoting, plain]],
      [organiser, [quoting, plain]],
    ] as const)
      expect((await get(reader, `/submissions/${submissionId}`)).body.evaluations[0].warnings).toEqual(
        warnings,
      );
    expect((await get(stranger, `/submissions?challenge=${definition.id}`)).text).not.toContain('ssh_of_ada');
    const told = await makeProducts();
    expect(told).toContainEqual({ author: 'anonymous', namesFile: false });
    expect(told).not.toContainEqual({ author: 'anonymous', namesFile: true });
    for (const [reader, name] of [
      [null, 'anonymous'],
      [stranger, 'anonymous'],
      [author, 'Ada Lovelace'],
      [organiser, 'Ada Lovelace'],
    ] as const) {
      const seen = await get(reader, `/submissions/${submissionId}`).expect(200);
      expect(seen.body.author).toBe(name);
      expect(seen.body.visibility).toEqual({ kind: 'anonymous', until: NEXT_YEAR });
    }
    const seen = await get(stranger, `/submissions/${submissionId}`);
    expect(seen.text).not.toMatch(/Ada|map\.nc/);
    // What a program writes into a file names people, folders and institutes.
    expect(await statuses(`/submissions/${submissionId}/file`)).toEqual([403, 403, 200, 403]);
    await get(stranger, `/evaluations/${evaluationId}/artefacts/scored.nc`).expect(200);
    expect((await get(stranger, '/submissions')).text).not.toMatch(/"author":"Ada Lovelace"[^}]*anonymous/);
  });

  it('shows its name when its day has come, without anything that runs then', async () => {
    const { submissionId } = await enter({ kind: 'anonymous', until: NEXT_YEAR }, 0.92);
    // A board that was made while the name was hidden, and whose name appears in a moment: a kept one is forgotten.
    await rowOf(submissionId);
    await api.dataSource.query(
      `update submissions set anonymous_until = now() + interval '700 milliseconds' where id = $1`,
      [submissionId],
    );
    await tellBoardsChanged(api);
    await expect.poll(async () => (await rowOf(submissionId))?.author).toBe('Ada Lovelace');
    const seen = await get(null, `/submissions/${submissionId}`).expect(200);
    expect(seen.body).toMatchObject({ author: 'Ada Lovelace', visibility: { kind: 'public' } });
  });

  it('needs a day to come, within a year', async () => {
    const reply = (until: string) =>
      request(api.url)
        .post('/api/submissions')
        .set('Authorization', `Bearer ${author.token}`)
        .send({
          challenge: definition.id,
          tasks: definition.tasks,
          uploadId: 'x',
          card: { name: 'A method', inputs: ['ssh-nadir'] },
          visibility: { kind: 'anonymous', until },
        });
    for (const until of ['2020-01-01', '2999-01-01'])
      expect((await reply(until).expect(400)).body.error.fields[0].path).toBe('visibility.until');
  });
});

describe('a withdrawn entry', () => {
  it('leaves the ranks, and its page says when and why', async () => {
    const { submissionId, evaluationId } = await enter({ kind: 'public' }, 0.97);
    await makeProducts();
    const before = await board();
    expect(await rowOf(submissionId)).toMatchObject({ rank: 1 });
    await withdraw(stranger, submissionId).expect(403);
    await withdraw(author, submissionId, 'trained on the evaluation period').expect(200);
    const after = await board();
    expect(after.rows.map((row) => row.submissionId)).toEqual(
      before.rows.map((row) => row.submissionId).filter((id) => id !== submissionId),
    );
    expect(after.rows[0]?.rank).toBe(1);
    const tombstone = await get(stranger, `/submissions/${submissionId}`).expect(200);
    expect(tombstone.body).toMatchObject({
      author: 'Ada Lovelace',
      card: { name: 'A method' },
      withdrawal: { by: 'author', reason: 'trained on the evaluation period', at: expect.any(String) },
      evaluations: [],
    });
    expect(await statuses(`/submissions/${submissionId}/file`)).toEqual([410, 410, 410, 410]);
    expect(await statuses(`/evaluations/${evaluationId}/artefacts/scored.nc`)).toEqual([410, 410, 200, 200]);
    expect((await get(author, `/submissions/${submissionId}`)).body.evaluations[0].scores.mu).toBe(0.97);
    expect((await get(stranger, '/submissions')).text).not.toContain(submissionId);
    await withdraw(author, submissionId).expect(410);
    await change(author, submissionId, { kind: 'public' }).expect(409);
  });

  it('does not wait for whoever enters the same board meanwhile: two who wait for each other are a deadlock', async () => {
    const { submissionId } = await enter({ kind: 'public' }, 0.5);
    const entering = api.dataSource.createQueryRunner();
    await entering.startTransaction();
    // As a row of evaluations does that refers to them.
    await entering.query('select id from tasks for key share');
    const [{ pid }] = await entering.query('select pg_backend_pid() as pid');
    let [isDone, isWaiting] = [false, false];
    const reply = Promise.resolve(withdraw(author, submissionId)).finally(() => {
      isDone = true;
    });
    while (!isDone && !isWaiting) {
      const waiting = 'select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
      isWaiting = (await api.dataSource.query(waiting, [pid])).length > 0;
    }
    await entering.commitTransaction();
    await entering.release();
    expect((await reply).status).toBe(200);
    expect(isWaiting).toBe(false);
  });

  it('costs no more work: what was not scored yet is cancelled', async () => {
    const { submissionId } = await submit(api, author, definition);
    const reply = await withdraw(author, submissionId).expect(200);
    expect(reply.body.evaluations[0].state).toBe('cancelled');
    expect(await claim(api, ['check', 'score'])).toBeNull();
    await get(stranger, `/submissions/${submissionId}`).expect(404);
  });

  it('of somebody else needs a reason of the organiser', async () => {
    const { submissionId } = await enter({ kind: 'public' }, 0.5);
    const refused = await withdraw({ token: ORGANISER_TOKEN }, submissionId).expect(400);
    expect(refused.body.error.fields[0].path).toBe('reason');
    await withdraw({ token: ORGANISER_TOKEN }, submissionId, 'the truth was in the file').expect(200);
    const seen = await get(null, `/submissions/${submissionId}`).expect(200);
    expect(seen.body.withdrawal).toMatchObject({ by: 'organiser', reason: 'the truth was in the file' });
  });
});

describe('an entry of a blind dataset version', () => {
  it('stays unseen when a version is published that shows its scores, and is seen once it is scored on that one', async () => {
    const blind = await registerChallenge(api, challengeDefinition({ disclosure: 'blind' }));
    const { submissionId, evaluationId } = await submit(api, author, blind);
    await scoreEverything(api, { mu: 0.9 });
    await registerChallenge(api, { ...blind, datasetVersion: '2.0.0', disclosure: 'practice' });
    // One that was made while a phase was open lies there still.
    const { sha256, sizeBytes } = await putObject(api, Buffer.from('a scored map'));
    await api.dataSource.query(
      `insert into artefacts (evaluation_id, name, sha256, size_bytes) values ($1, 'scored.nc', $2, $3)`,
      [evaluationId, sha256, sizeBytes],
    );
    expect(await statuses(`/submissions/${submissionId}`)).toEqual([404, 404, 200, 200]);
    expect(await statuses(`/submissions/${submissionId}/file`)).toEqual([404, 404, 200, 403]);
    const scored = `/evaluations/${evaluationId}/artefacts/scored.nc`;
    expect(await statuses(scored)).toEqual([404, 404, 403, 403]);
    expect((await get(stranger, scored)).body.error.code).toBe('evaluation-not-found');
    expect((await get(stranger, `/submissions?challenge=${blind.id}`)).text).not.toContain(submissionId);
    // As a re-score that was promoted leaves it.
    await api.dataSource.query(
      `insert into evaluations select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'dataset_version_id', v.id))).*
       from evaluations e, dataset_versions v where e.id = $1 and v.challenge_id = $2 and v.version = '2.0.0'`,
      [evaluationId, blind.id],
    );
    const seen = await get(stranger, `/submissions/${submissionId}`).expect(200);
    const scores = (seen.body.evaluations as { datasetVersion: string; scores: { mu: number } | null }[]).map(
      (evaluation) => [evaluation.datasetVersion, evaluation.scores?.mu ?? null],
    );
    expect(scores.toSorted()).toEqual([
      ['1.0.0', null],
      ['2.0.0', 0.9],
    ]);
    await get(stranger, `/submissions/${submissionId}/file`).expect(200);
  });

  it('does not hide the entries of an earlier version that was open', async () => {
    const open = await registerChallenge(api, challengeDefinition({ disclosure: 'practice' }));
    const { submissionId } = await submit(api, author, open);
    await scoreEverything(api, { mu: 0.8 });
    await registerChallenge(api, { ...open, datasetVersion: '2.0.0', disclosure: 'blind' });
    const shown = await get(
      null,
      `/challenges/${open.id}/leaderboard?area=gf&scenario=nadir4&version=1.0.0`,
    ).expect(200);
    expect(shown.body.rows[0].submissionId).toBe(submissionId);
    await get(null, `/submissions/${submissionId}`).expect(200);
  });
});

describe('a set', () => {
  it('whose other map is being scored does not lose its name afterwards', async () => {
    const scenarios = ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] }));
    const tasks = scenarios.map(({ id }) => ({ area: 'gf', scenario: id }));
    const two = await registerChallenge(api, challengeDefinition({ scenarios, tasks }));
    const files = [];
    for (const task of tasks)
      files.push({ uploadId: await upload(api, author.token, randomBytes(300)), tasks: [task] });
    const { body } = await request(api.url)
      .post('/api/submissions/sets')
      .set('Authorization', `Bearer ${author.token}`)
      .send({ challenge: two.id, card: { name: 'A set', inputs: ['ssh-nadir'] }, files })
      .expect(201);
    const [first, second] = body.submissions.map(({ id }: { id: string }) => id);
    // As a worker that reports the score of the second one holds it.
    const reply = await whileWaiting(
      api,
      { sql: 'select id from submissions where id = $1 for update', values: [second] },
      {
        work: () => change(author, first, { kind: 'anonymous', until: NEXT_YEAR }),
        change: async (query) => {
          await query(
            `update evaluations set state = 'scored', step = null, mu = 0.5, score_values = '{"mu": 0.5}', scored_at = now() where submission_id = $1`,
            [second],
          );
        },
      },
    );
    expect(reply.body.error?.code).toBe('visibility-fixed');
    await api.dataSource.query(`update jobs set state = 'cancelled' where submission_id = any($1)`, [
      [first, second],
    ]);
  });
});

describe('an evaluation that somebody may not see', () => {
  it('is answered like one that does not exist, without the id of its submission', async () => {
    const { submissionId, evaluationId } = await enter({ kind: 'private' }, 0.9);
    for (const path of ['documents', 'artefacts/scored.nc', 'preview', 'maps/error/0']) {
      const reply = await get(stranger, `/evaluations/${evaluationId}/${path}`).expect(404);
      expect(reply.body.error.code).toBe('evaluation-not-found');
      expect(reply.text).not.toContain(submissionId);
    }
  });
});
