import { randomBytes } from 'node:crypto';
import {
  quotaLedgerSchema,
  type ChallengeDefinition,
  type DisclosureLevel,
  type Phase,
  type Quota,
} from '@sillage/contracts';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../clock/clock.js';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  mustClaim,
  ORGANISER_TOKEN,
  putObject,
  registerChallenge,
  registerParticipant as register,
  scoreDone,
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
let realNow: () => Date;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  const clock = api.app.get(Clock);
  realNow = clock.now.bind(clock);
});
afterEach(() => setNow(null));
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

/** Whose token is good at whatever time a test plays. */
async function registerParticipant(displayName?: string): Promise<Participant> {
  const participant = await register(api, displayName);
  await api.dataSource.query(`update api_tokens set expires_at = '2100-01-01'`);
  return participant;
}

/** The platform's time; null: the real one. */
function setNow(text: string | null): void {
  api.app.get(Clock).now = text === null ? realNow : () => new Date(text);
}

const get = (path: string, token: string | null = null) => {
  const call = request(api.url).get(`/api${path}`);
  return token === null ? call : call.set('Authorization', `Bearer ${token}`);
};
const settingsOf = async (id: string) =>
  (await get(`/admin/challenges/${id}/settings`, ORGANISER_TOKEN).expect(200)).body;
const NO_LIMIT: Quota = { perDay: null, perPhase: null };

async function put(id: string, change: { phases?: Phase[]; quota?: Quota; revision?: number }, status = 200) {
  const current = await settingsOf(id);
  const reply = await request(api.url)
    .put(`/api/admin/challenges/${id}/settings`)
    .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
    .send({
      revision: change.revision ?? current.revision,
      phases: change.phases ?? current.phases,
      quota: change.quota ?? current.quota,
    });
  expect(reply.status, reply.text).toBe(status);
  return reply.body;
}

const phase = (name: string, opens: string, closes: string | null, rest: Partial<Phase> = {}): Phase => ({
  name,
  opens,
  closes,
  disclosure: 'practice',
  acceptsSubmissions: true,
  ...rest,
});
const running = (disclosure: DisclosureLevel): Phase[] => [
  phase('Running', '2020-01-01T00:00:00.000Z', null, { disclosure }),
];

async function trySubmit(participant: Participant, definition: ChallengeDefinition, rest: object = {}) {
  const uploadId = await upload(api, participant.token, randomBytes(300));
  return request(api.url)
    .post('/api/submissions')
    .set('Authorization', `Bearer ${participant.token}`)
    .send({
      challenge: definition.id,
      tasks: definition.tasks,
      uploadId,
      card: { name: 'A method', inputs: ['ssh-nadir'] },
      ...rest,
    });
}

const FILES = [
  { role: 'truth' as const, area: 'gf', path: 'truth.nc', description: '' },
  { role: 'observations' as const, area: 'gf', path: 'obs.nc', description: '' },
];

describe('the settings of a challenge', () => {
  it('begin empty, have a revision, and refuse a change of what somebody else has changed', async () => {
    const { id } = await registerChallenge(api, challengeDefinition());
    expect(await settingsOf(id)).toMatchObject({
      revision: 0,
      phases: [],
      quota: NO_LIMIT,
      declaredDisclosure: 'practice',
      disclosure: 'practice',
      rules: { acceptsSubmissions: true, phase: null },
    });
    const phases = running('blind');
    expect(await put(id, { phases })).toMatchObject({ revision: 1, disclosure: 'blind', phases });
    const { error } = await put(id, { phases: [], revision: 0 }, 409);
    expect(error).toMatchObject({ code: 'settings-changed', message: expect.stringContaining('revision 1') });
    await put(
      id,
      { phases: [phase('A', '2026-02-01T00:00:00Z', null), phase('B', '2026-03-01T00:00:00Z', null)] },
      400,
    );
    const log = (await get(`/admin/audit?action=challenge.settings&subject=${id}`, ORGANISER_TOKEN)).body;
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0].details).toEqual({
      before: { phases: [], quota: NO_LIMIT },
      after: { phases, quota: NO_LIMIT },
    });
  });

  it('may be changed by two at once: one of them hears of it', async () => {
    const { id } = await registerChallenge(api, challengeDefinition());
    const send = (perDay: number) =>
      request(api.url)
        .put(`/api/admin/challenges/${id}/settings`)
        .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
        .send({ revision: 0, phases: [], quota: { perDay, perPhase: null } });
    const replies = await Promise.all([1, 2, 3, 4].map(send));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    expect((await settingsOf(id)).revision).toBe(1);
  });
});

describe('the level of the running phase', () => {
  it('holds everywhere: boards, pages, files, lists, documents, and back', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(api, challengeDefinition({ files: FILES }));
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    await scoreEverything(api);
    const boardPath = `/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`;
    const mu = async () => (await get(boardPath).expect(200)).body.rows[0]?.scores.mu ?? null;
    const seen = async () => ({
      level: (await get(`/challenges/${definition.id}`).expect(200)).body.disclosure,
      summary: (await get('/challenges')).body.challenges.find(
        ({ id }: { id: string }) => id === definition.id,
      ).disclosure,
      mu: await mu(),
      truth: (await get(`/challenges/${definition.id}/files/truth.nc`)).status,
      bands: (await get(`${boardPath.replace('leaderboard?', 'leaderboard/bands?')}`)).status,
      page: (await get(`/submissions/${submissionId}`)).status,
      list: (await get(`/submissions?challenge=${definition.id}`)).body.submissions.length,
      notebook: (await get(`/evaluations/${evaluationId}/documents/notebook.ipynb`)).status,
      ownMu:
        (await get(`/submissions/${submissionId}`, ada.token).expect(200)).body.evaluations[0].scores?.mu ??
        null,
      file: (await get(`/submissions/${submissionId}/file`)).status,
    });
    const practice = {
      level: 'practice',
      summary: 'practice',
      mu: 0.912345,
      truth: 200,
      bands: 200,
      page: 200,
      list: 1,
      notebook: 200,
      ownMu: 0.912345,
      file: 200,
    };
    expect(await seen()).toEqual(practice);
    await put(definition.id, { phases: running('public-test') });
    expect(await seen()).toEqual({
      level: 'public-test',
      summary: 'public-test',
      mu: 0.91,
      truth: 403,
      bands: 403,
      page: 200,
      list: 1,
      notebook: 403,
      ownMu: 0.91,
      file: 403,
    });
    await put(definition.id, { phases: running('blind') });
    expect(await seen()).toEqual({
      level: 'blind',
      summary: 'blind',
      mu: null,
      truth: 403,
      bands: 403,
      page: 404,
      list: 0,
      notebook: 404,
      ownMu: null,
      file: 404,
    });
    await put(definition.id, { phases: [] });
    expect(await seen()).toEqual(practice);
  });

  it('changes by itself at the second, also for boards that were read before', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(
      api,
      challengeDefinition({ disclosure: 'blind', files: FILES }),
    );
    await submit(api, ada, definition);
    await scoreEverything(api);
    await put(definition.id, {
      phases: [
        phase('Open test', '2040-01-01T00:00:00.000Z', '2040-02-01T00:00:00.000Z', {
          disclosure: 'public-test',
        }),
        phase('Afterwards', '2040-03-01T00:00:00.000Z', null),
      ],
    });
    const board = async () =>
      (
        await get(`/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`).expect(200)
      ).body.rows.map(({ scores }: { scores: { mu: number } }) => scores.mu);
    const truth = async () => (await get(`/challenges/${definition.id}/files/truth.nc`)).status;
    for (const [now, shown, file] of [
      ['2039-12-31T23:59:59.999Z', [], 403],
      ['2040-01-01T00:00:00.000Z', [0.91], 403],
      ['2040-01-31T23:59:59.999Z', [0.91], 403],
      ['2040-02-01T00:00:00.000Z', [], 403],
      ['2040-02-29T23:59:59.999Z', [], 403],
      ['2040-03-01T00:00:00.000Z', [0.912345], 200],
    ] as const) {
      setNow(now);
      expect([now, await board(), await truth()]).toEqual([now, shown, file]);
      // Read twice: from the cache too.
      expect(await board()).toEqual(shown);
    }
  });
});

describe('files and maps', () => {
  const productsDone = async () => ({
    status: 'done' as const,
    result: {
      kind: 'products' as const,
      artefacts: [{ name: 'scored.nc' as const, object: await putObject(api, randomBytes(100)) }],
    },
  });

  it('that hold the truth are withheld when it is, and are made again when somebody asks', async () => {
    // Of other tests.
    for (let job = await claim(api, ['products']); job !== null; job = await claim(api, ['products']))
      await finish(api, job, await productsDone()).expect(200);
    const ada = await registerParticipant();
    const definition = await registerChallenge(api, challengeDefinition({ files: FILES }));
    await put(definition.id, { phases: running('blind') });
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    // Blind: nothing to show, nothing to make.
    expect(await claim(api, ['products'])).toBeNull();
    expect((await settingsOf(definition.id)).outdatedProducts).toBe(0);

    const again = async () =>
      (
        await request(api.url)
          .post(`/api/admin/challenges/${definition.id}/products`)
          .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
          .expect(200)
      ).body;
    const evaluation = async () => (await get(`/submissions/${submissionId}`)).body.evaluations[0];

    await put(definition.id, { phases: running('public-test') });
    expect((await settingsOf(definition.id)).outdatedProducts).toBe(1);
    expect(await again()).toEqual({ enqueued: 1 });
    expect(await again()).toEqual({ enqueued: 0 });
    const coarse = await mustClaim(api, ['products']);
    expect(coarse.payload).toMatchObject({ includeTruth: false, scores: { mu: 0.91 } });
    await finish(api, coarse, await productsDone()).expect(200);
    expect(await evaluation()).toMatchObject({ lacksTruth: false, artefacts: [{ name: 'scored.nc' }] });

    await put(definition.id, { phases: running('practice') });
    expect(await evaluation()).toMatchObject({ lacksTruth: true });
    expect((await settingsOf(definition.id)).outdatedProducts).toBe(1);
    expect(await again()).toEqual({ enqueued: 1 });
    const full = await mustClaim(api, ['products']);
    expect(full.payload).toMatchObject({ includeTruth: true, scores: { mu: 0.912345 } });
    await finish(api, full, await productsDone()).expect(200);
    expect(await evaluation()).toMatchObject({ lacksTruth: false, artefacts: [{ name: 'scored.nc' }] });
    expect((await settingsOf(definition.id)).outdatedProducts).toBe(0);
    await get(`/evaluations/${evaluationId}/artefacts/scored.nc`).expect(200);

    // Made while the truth was public: the file holds it.
    await put(definition.id, { phases: running('public-test') });
    expect((await evaluation()).artefacts).toEqual([]);
    const { error } = (await get(`/evaluations/${evaluationId}/artefacts/scored.nc`).expect(403)).body;
    expect(error.message).toContain('made while the truth was public');
  });
});

describe('a submission outside of a phase that takes any', () => {
  it('is refused in words, with the instant from which on it can be sent, and loses no upload', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(api, challengeDefinition());
    await put(definition.id, {
      phases: [
        phase('Warm-up', '2040-01-01T00:00:00.000Z', '2040-02-01T00:00:00.000Z'),
        phase('Embargo', '2040-02-01T00:00:00.000Z', '2040-03-01T00:00:00.000Z', {
          acceptsSubmissions: false,
        }),
        phase('Final', '2040-03-01T00:00:00.000Z', '2040-04-01T00:00:00.000Z'),
      ],
    });
    setNow('2040-02-10T00:00:00.000Z');
    const uploadId = await upload(api, ada.token, randomBytes(300));
    const send = () =>
      request(api.url)
        .post('/api/submissions')
        .set('Authorization', `Bearer ${ada.token}`)
        .send({
          challenge: definition.id,
          tasks: definition.tasks,
          uploadId,
          card: { name: 'A method', inputs: ['ssh-nadir'] },
        });
    const { body } = await send().expect(409);
    expect(body.error).toMatchObject({
      code: 'phase-closed',
      message:
        "'Demo' takes no submissions now: its phase 'Embargo' runs until 2040-03-01 00:00 UTC, and takes none.",
      fix: "Submit again from 2040-03-01 00:00 UTC on, when 'Final' opens.",
    });
    expect((await get(`/challenges/${definition.id}`)).body.rules).toMatchObject({
      phase: { name: 'Embargo' },
      acceptsSubmissions: false,
      acceptsFrom: '2040-03-01T00:00:00.000Z',
    });
    setNow('2040-04-01T00:00:00.000Z');
    expect((await send().expect(409)).body.error.fix).toContain('No later phase takes submissions');
    setNow('2040-03-31T23:59:59.999Z');
    await send().expect(201);
  });
});

describe('a limit', () => {
  it('counts by UTC day, with what was rejected, without what failed on our side or was cancelled unseen', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(api, challengeDefinition());
    await put(definition.id, { quota: { perDay: 2, perPhase: null } });
    // Of other tests.
    for (let job = await claim(api, ['check']); job !== null; job = await claim(api, ['check']))
      await finish(api, job, await checkDone(api)).expect(200);
    const allowance = async () =>
      (await get(`/challenges/${definition.id}/allowance`, ada.token).expect(200)).body.perDay;
    setNow('2040-05-01T23:00:00.000Z');

    // Cancelled before a worker had it.
    const unseen = await submit(api, ada, definition);
    expect(await allowance()).toEqual({ limit: 2, used: 1, resetsAt: '2040-05-02T00:00:00.000Z' });
    await request(api.url)
      .post(`/api/submissions/${unseen.submissionId}/cancel`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(200);
    expect((await allowance()).used).toBe(0);

    // Failed on our side.
    await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), {
      status: 'failed',
      message: 'out of memory',
      retryable: false,
    }).expect(200);
    expect((await allowance()).used).toBe(0);

    // Rejected: the participant's.
    await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), {
      status: 'rejected',
      reason: {
        code: 'unreadable-file',
        where: '',
        found: 'a text',
        expected: 'NetCDF',
        fix: 'Send NetCDF.',
      },
    }).expect(200);
    expect((await allowance()).used).toBe(1);

    // Cancelled by an organiser while it ran: not the participant's.
    const taken = await submit(api, ada, definition);
    await mustClaim(api, ['check']);
    await request(api.url)
      .post(`/api/submissions/${taken.submissionId}/cancel`)
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
      .expect(200);
    expect((await allowance()).used).toBe(1);

    // Cancelled while it ran.
    const seen = await submit(api, ada, definition);
    await mustClaim(api, ['check']);
    await request(api.url)
      .post(`/api/submissions/${seen.submissionId}/cancel`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(200);
    expect((await allowance()).used).toBe(2);

    const refused = await trySubmit(ada, definition);
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatchObject({
      code: 'quota-used',
      message: 'You have used 2 of 2 submissions today.',
      fix: expect.stringContaining('The next slot opens at 2040-05-02 00:00 UTC'),
    });
    // The next day begins in a phase that takes none.
    const [ends, opens] = ['2040-05-02T00:00:00.000Z', '2040-05-10T00:00:00.000Z'];
    const phases = [
      phase('One', '2020-01-01T00:00:00.000Z', ends),
      phase('Quiet', ends, opens, { acceptsSubmissions: false }),
      phase('Two', opens, null),
    ];
    await put(definition.id, { phases, quota: { perDay: 2, perPhase: null } });
    expect((await trySubmit(ada, definition)).body.error.fix).toContain('2040-05-10 00:00 UTC');
    expect((await get(`/challenges/${definition.id}/allowance`, ada.token)).body.nextSlotAt).toBe(opens);
    await put(definition.id, { phases: [], quota: { perDay: 2, perPhase: null } });
    setNow('2040-05-02T00:00:00.000Z');
    expect((await allowance()).used).toBe(0);
    expect((await trySubmit(ada, definition)).status).toBe(201);
    // Nobody else's submissions count.
    expect((await trySubmit(await registerParticipant(), definition)).status).toBe(201);
  });

  it('holds against several windows at once, and a set counts once', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        scenarios: [
          { id: 'nadir4', name: 'Four nadirs', description: '', satellites: [] },
          { id: 'swot1', name: 'SWOT', description: '', satellites: [] },
        ],
        tasks: [
          { area: 'gf', scenario: 'nadir4' },
          { area: 'gf', scenario: 'swot1' },
        ],
      }),
    );
    await put(definition.id, { phases: running('practice'), quota: { perDay: null, perPhase: 3 } });
    const files = [];
    for (const task of definition.tasks)
      files.push({ uploadId: await upload(api, ada.token, randomBytes(300)), tasks: [task] });
    const set = { challenge: definition.id, card: { name: 'A set', inputs: ['ssh-nadir'] }, files };
    const sendSet = () =>
      request(api.url).post('/api/submissions/sets').set('Authorization', `Bearer ${ada.token}`).send(set);
    await sendSet().expect(201);
    const replies = await Promise.all(Array.from({ length: 5 }, () => trySubmit(ada, definition)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 201, 409, 409, 409]);
    const { body } = await get(`/challenges/${definition.id}/allowance`, ada.token).expect(200);
    expect(body.perPhase).toEqual({ limit: 3, used: 3, resetsAt: null });
    // A request whose reply was lost finds what it made, however full the account is.
    await sendSet().expect(201);
  });

  it('is a ledger: what fails gives its slot back, a retry takes it again, and the sum is what is left', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(api, challengeDefinition());
    for (let job = await claim(api, ['check']); job !== null; job = await claim(api, ['check']))
      await finish(api, job, await checkDone(api)).expect(200);
    await put(definition.id, { quota: { perDay: 2, perPhase: 3 } });
    setNow('2040-05-03T14:05:00.000Z');
    // Two windows, and then some: as many as there are slots come in.
    const replies = await Promise.all(Array.from({ length: 6 }, () => trySubmit(ada, definition)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(2);
    const ledger = async () =>
      quotaLedgerSchema.parse(
        (
          await get(
            `/admin/challenges/${definition.id}/allowance?account=${ada.email}`,
            ORGANISER_TOKEN,
          ).expect(200)
        ).body,
      );
    /** What is left of the day and of the phase, by the limits and by the sum of the rows. */
    const left = async () => {
      const { allowance, entries } = await ledger();
      const sum = (span: 'day' | 'phase') =>
        entries
          .filter((entry) => entry.span === null || entry.span === span)
          .reduce((total, { amount }) => total + amount, 0);
      const rest = [allowance.perDay, allowance.perPhase].map((use) => (use?.limit ?? 0) - (use?.used ?? 0));
      expect([sum('day'), sum('phase')]).toEqual(rest);
      return rest;
    };
    expect(await left()).toEqual([0, 1]);
    expect((await ledger()).allowance.nextSlotAt).toBe('2040-05-04T00:00:00.000Z');

    const failed = { status: 'failed' as const, message: 'out of memory', retryable: false };
    const { payload, ...lease } = await mustClaim(api, ['check']);
    const submissionId = payload.kind === 'check' ? payload.submissionId : '';
    await finish(api, { payload, ...lease }, failed).expect(200);
    expect(await left()).toEqual([1, 2]);
    expect((await ledger()).allowance.nextSlotAt).toBeNull();
    // The slot is taken by another entry; the one that failed is tried again all the same, twice.
    expect((await trySubmit(ada, definition)).status).toBe(201);
    const retried = async () => {
      const [{ id }] = await api.dataSource.query(
        `select id from evaluations where submission_id = $1 and state = 'failed' order by created_at desc limit 1`,
        [submissionId],
      );
      await request(api.url)
        .post(`/api/admin/evaluations/${id}/retry`)
        .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
        .expect(200);
      expect(await left()).toEqual([-1, 0]);
      for (;;) {
        const job = await mustClaim(api, ['check']);
        if (job.payload.kind === 'check' && job.payload.submissionId === submissionId) return job;
        await finish(api, job, await checkDone(api)).expect(200);
      }
    };
    setNow('2040-05-03T14:06:00.000Z');
    await finish(api, await retried(), failed).expect(200);
    expect(await left()).toEqual([0, 1]);
    setNow('2040-05-03T14:07:00.000Z');
    await finish(api, await retried(), await checkDone(api)).expect(200);
    expect(await left()).toEqual([-1, 0]);
    expect((await ledger()).entries.map(({ kind, reason }) => `${kind}: ${reason}`).toSorted()).toEqual([
      'grant: limit of 2 a day',
      'grant: limit of 3 a phase',
      'refund: failed on our side',
      'refund: failed on our side',
      'use: submitted',
      'use: submitted',
      'use: submitted',
      'use: tried again',
      'use: tried again',
    ]);
    await put(definition.id, { quota: { perDay: 5, perPhase: 3 } });
    expect((await trySubmit(ada, definition)).status).toBe(409);
    await put(definition.id, { quota: { perDay: 5, perPhase: 9 } });
    expect((await trySubmit(ada, definition)).status).toBe(201);
    expect(await left()).toEqual([1, 5]);
    const stranger = await registerParticipant();
    await get(`/admin/challenges/${definition.id}/allowance?account=${ada.email}`, stranger.token).expect(
      403,
    );
    await get(`/admin/challenges/${definition.id}/allowance?account=no@body.org`, ORGANISER_TOKEN).expect(
      400,
    );
  });

  it('gives a set its slot back once, when all of it failed, also where two parts fail at once', async () => {
    const ada = await registerParticipant();
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        scenarios: [
          { id: 'nadir4', name: 'Four nadirs', description: '', satellites: [] },
          { id: 'swot1', name: 'SWOT', description: '', satellites: [] },
        ],
        tasks: [
          { area: 'gf', scenario: 'nadir4' },
          { area: 'gf', scenario: 'swot1' },
        ],
      }),
    );
    await put(definition.id, { quota: { perDay: 1, perPhase: null } });
    for (let job = await claim(api, ['check']); job !== null; job = await claim(api, ['check']))
      await finish(api, job, await checkDone(api)).expect(200);
    const files = [];
    for (const task of definition.tasks)
      files.push({ uploadId: await upload(api, ada.token, randomBytes(300)), tasks: [task] });
    await request(api.url)
      .post('/api/submissions/sets')
      .set('Authorization', `Bearer ${ada.token}`)
      .send({ challenge: definition.id, card: { name: 'A set', inputs: ['ssh-nadir'] }, files })
      .expect(201);
    const jobs = [await mustClaim(api, ['check']), await mustClaim(api, ['check'])];
    const failed = { status: 'failed' as const, message: 'out of memory', retryable: false };
    await Promise.all(jobs.map((job) => finish(api, job, failed).expect(200)));
    const { body } = await get(`/challenges/${definition.id}/allowance`, ada.token).expect(200);
    expect(body.perDay.used).toBe(0);
  });

  it('is of a team, too: what one member has used, another cannot use again', async () => {
    const [ada, ben] = [await registerParticipant('Ada'), await registerParticipant('Ben')];
    const definition = await registerChallenge(api, challengeDefinition());
    await put(definition.id, { quota: { perDay: 1, perPhase: null } });
    const team = (
      await request(api.url)
        .post('/api/teams')
        .set('Authorization', `Bearer ${ada.token}`)
        .send({ name: `Team ${definition.id}` })
        .expect(201)
    ).body.id;
    await api.dataSource.query(
      `insert into team_members (team_id, account_id, role, joined_at) values ($1, $2, 'member', now())`,
      [team, ben.id],
    );
    expect((await trySubmit(ada, definition, { team })).status).toBe(201);
    const refused = await trySubmit(ben, definition, { team });
    expect(refused.body.error?.message).toBe('Your team has used 1 of 1 submissions today.');
    expect((await trySubmit(ben, definition)).status).toBe(201);
    const allowance = (query: string) =>
      get(`/challenges/${definition.id}/allowance${query}`, ben.token).expect(200);
    expect((await allowance(`?team=${team}`)).body.perDay.used).toBe(1);
    await get(
      `/challenges/${definition.id}/allowance?team=${team}`,
      (await registerParticipant()).token,
    ).expect(404);
  });
});
