import { randomBytes } from 'node:crypto';
import {
  claimedJobSchema,
  leaderboardSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  type BoardStatistics,
  type ChallengeDefinition,
  type ClaimedJob,
  type JobOutcome,
  type RescoreReport,
  type RescoreView,
  type Scores,
  type Step,
} from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VersionPublishing } from '../challenges/version-publishing.js';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  networkChecked,
  ORGANISER_TOKEN,
  predictDone,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreDone,
  startTestApi,
  submit,
  WORKER_TOKEN,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const ALL_STEPS: Step[] = ['check', 'score', 'predict', 'map'];
const RUNTIME = { name: 'onnxruntime-cpu', device: 'cpu', memoryBytes: 2 ** 36 };

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let bob: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  ada = await registerParticipant(api, 'Ada');
  bob = await registerParticipant(api, 'Bob');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const organiser = {
  get: (path: string) =>
    request(api.url).get(`/api${path}`).set('Authorization', `Bearer ${ORGANISER_TOKEN}`),
  post: (path: string, body: object = {}) =>
    request(api.url).post(`/api${path}`).set('Authorization', `Bearer ${ORGANISER_TOKEN}`).send(body),
};
const start = async (challenge: string, version?: string): Promise<RescoreView> =>
  rescoreViewSchema.parse(
    (await organiser.post('/curation/rescores', { challenge, version }).expect(201)).body,
  );
const read = async (id: string): Promise<RescoreView> =>
  rescoreViewSchema.parse((await organiser.get(`/curation/rescores/${id}`).expect(200)).body);
const differences = async (id: string): Promise<RescoreReport> =>
  rescoreReportSchema.parse((await organiser.get(`/curation/rescores/${id}/differences`).expect(200)).body);
const promote = (id: string, unscored = 0) =>
  organiser.post(`/curation/rescores/${id}/promote`, { changes: 'The truth of GF had a bias.', unscored });
const boardNow = async (challenge: string, version?: string) =>
  leaderboardSchema.parse(
    (
      await request(api.url)
        .get(`/api/challenges/${challenge}/leaderboard`)
        .query({ area: 'gf', scenario: 'nadir4', version })
        .expect(200)
    ).body,
  );
/** Once its intervals are there, which come between requests. */
const board = async (challenge: string, version?: string) => {
  await expect
    .poll(async () => (await boardNow(challenge, version)).areIntervalsComing, { interval: 10 })
    .toBeUndefined();
  return boardNow(challenge, version);
};
const submissionAs = async (id: string, token: string | null = null) => {
  const asked = request(api.url).get(`/api/submissions/${id}`);
  return (await (token === null ? asked : asked.set('Authorization', `Bearer ${token}`))).body;
};
const inboxOf = async (participant: Participant): Promise<{ kind: string; title: string; body: string }[]> =>
  (await request(api.url).get('/api/notifications').set('Authorization', `Bearer ${participant.token}`)).body
    .notifications;
/** Everything that happened has been told. */
const told = () =>
  expect
    .poll(async () => (await api.dataSource.query('select count(*)::int as n from outbox_events'))[0].n)
    .toBe(0);

const claimWith = async (evaluatorVersion: string, capabilities: Step[] = ALL_STEPS) => {
  const reply = await request(api.url)
    .post('/api/worker/claim')
    .set('Authorization', `Bearer ${WORKER_TOKEN}`)
    .send({ worker: `w-${evaluatorVersion}`, evaluatorVersion, capabilities, waitMs: 0, runtime: RUNTIME });
  if (reply.status === 204) return null;
  if (reply.status !== 200) throw new Error(`claim: ${reply.status} ${reply.text}`);
  return claimedJobSchema.parse(reply.body);
};

const submissionOf = async (job: ClaimedJob): Promise<string> =>
  (await api.dataSource.query('select submission_id from jobs where id = $1', [job.jobId]))[0].submission_id;

/** Plays the evaluator for what waits; `outcomeOf` says what a score step finds. */
async function work(
  outcomeOf: (submissionId: string, index: number) => JobOutcome = () => scoreDone(),
  evaluatorVersion = '1.0.0',
): Promise<ClaimedJob[]> {
  const done: ClaimedJob[] = [];
  for (let job = await claimWith(evaluatorVersion); job !== null; job = await claimWith(evaluatorVersion)) {
    const { payload } = job;
    const outcome =
      payload.kind === 'check'
        ? payload.network === null
          ? await checkDone(api)
          : await networkChecked(api)
        : payload.kind === 'predict'
          ? await predictDone(api)
          : outcomeOf(await submissionOf(job), done.length);
    await finish(api, job, outcome).expect(200);
    done.push(job);
  }
  return done;
}

/** 42 days of errors about `rmseM`; what is added to them is the same on every day. */
function statisticsOf(rmseM: number): { scores: Partial<Scores>; statistics: BoardStatistics } {
  const days = Array.from({ length: 42 }, (_, day) => day);
  const rmse = days.map((day) => rmseM * (1 + 0.1 * Math.sin(day / 3)));
  const daily = {
    timeDays: days.map((day) => 22_940 + day),
    squaredErrorM2: rmse.map((value) => 1000 * value * value),
    squaredReferenceM2: days.map(() => 1000 * 0.09),
    pointCount: days.map(() => 1000),
  };
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const score = daily.squaredErrorM2.map((sum) => 1 - Math.sqrt(sum / 90));
  const mean = total(score) / 42;
  return {
    scores: {
      mu: 1 - Math.sqrt(total(daily.squaredErrorM2) / total(daily.squaredReferenceM2)),
      sigma: Math.sqrt(total(score.map((value) => (value - mean) ** 2)) / 42),
    },
    statistics: { daily, bands: null },
  };
}
const scored = (rmseM: number): JobOutcome => {
  const { scores, statistics } = statisticsOf(rmseM);
  return scoreDone(scores, { statistics });
};

/** A challenge with a score of each of the two, Ada ahead of Bob. */
async function challengeWithScores(overrides: Partial<ChallengeDefinition> = {}) {
  const definition = await registerChallenge(api, challengeDefinition(overrides));
  const [first, second] = [await submit(api, ada, definition), await submit(api, bob, definition)];
  // No two maps are the same: a board ranks a map once.
  await work((submissionId, index) =>
    scored(
      submissionId === first.submissionId
        ? 0.02
        : submissionId === second.submissionId
          ? 0.03
          : 0.032 + index / 1e5,
    ),
  );
  return { definition, adas: first, bobs: second };
}

/** A validated version with other bytes in every file, as the validation of a draft makes it. */
async function validated(
  definition: ChallengeDefinition,
  changes: Partial<ChallengeDefinition> = {},
  kept: Record<string, string> = {},
): Promise<ChallengeDefinition> {
  const next = { ...definition, datasetVersion: '1.1.0', ...changes };
  const objects = new Map<string, { sha256: string; sizeBytes: number }>();
  for (const { path } of next.files) {
    const sha256 = kept[path];
    objects.set(
      path,
      sha256 === undefined ? await putObject(api, randomBytes(700)) : { sha256, sizeBytes: 2_000 },
    );
  }
  await api.app.get(VersionPublishing).addValidated({
    definition: next,
    objects,
    changes: 'A better truth.',
    createdBy: 'An organiser',
    acceptedWarnings: [],
    report: {
      inspectedAt: new Date(0).toISOString(),
      evaluatorVersion: '1.0.0',
      files: [],
      agreements: [],
      leaks: [],
      findings: [],
    },
  });
  return next;
}

/** Every reply that somebody who is no organiser can get of these entries, as bytes. */
async function publicReplies(
  definition: ChallengeDefinition,
  submissionIds: string[],
  evaluationIds: string[],
) {
  const paths = [
    '/challenges',
    `/challenges/${definition.id}`,
    `/challenges/${definition.id}/versions`,
    `/challenges/${definition.id}/scorecard`,
    `/challenges/${definition.id}/citation/citation.bib`,
    '/health',
    `/submissions?challenge=${definition.id}`,
    `/submissions?challenge=${definition.id}&mine=true`,
    ...['', '/bands', '/history'].flatMap((part) =>
      definition.tasks.map(
        ({ area, scenario }) =>
          `/challenges/${definition.id}/leaderboard${part}?area=${area}&scenario=${scenario}`,
      ),
    ),
    `/challenges/${definition.id}/leaderboard/pairs?area=gf&scenario=nadir4&entries=${evaluationIds.slice(0, 2).join(',')}`,
    ...submissionIds.flatMap((id) => [
      `/submissions/${id}`,
      `/submissions/${id}/stress`,
      `/submissions/${id}/citation/citation.bib`,
    ]),
    ...evaluationIds.flatMap((id) => [
      `/evaluations/${id}/preview`,
      `/evaluations/${id}/documents/receipt.json`,
    ]),
    '/notifications',
  ];
  const replies: Record<string, string> = {};
  for (const path of paths)
    for (const [name, token] of Object.entries({ nobody: null, ada: ada.token, bob: bob.token })) {
      const asked = request(api.url).get(`/api${path}`);
      const reply = await (token === null ? asked : asked.set('Authorization', `Bearer ${token}`));
      replies[`${name} ${path}`] =
        `${reply.status} ${reply.text.replaceAll(/"(requestId|now)":"[^"]+"/g, '')}`;
    }
  return replies;
}

describe('a re-score on a new dataset version', () => {
  it('changes no public reply before it is promoted, and then changes boards, pages and what authors are told at once', async () => {
    const { definition, adas, bobs } = await challengeWithScores({
      files: [
        { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
        { role: 'oi', area: 'gf', path: 'oi.nc', description: '' },
      ],
      references: [
        { id: 'oi', name: 'OI', description: '', inputs: ['ssh-nadir'], role: 'oi' },
      ] as ChallengeDefinition['references'],
    });
    await validated(definition);
    await told();
    const submissionIds = [adas.submissionId, bobs.submissionId];
    const oldIds = (await board(definition.id)).rows.map(({ evaluationId }) => evaluationId);
    expect(oldIds).toHaveLength(3);
    const before = await publicReplies(definition, submissionIds, oldIds);

    const rescore = await start(definition.id, '1.1.0');
    expect(rescore).toMatchObject({ state: 'running', version: '1.1.0', fromVersion: '1.0.0', total: 3 });
    expect(await publicReplies(definition, submissionIds, oldIds)).toEqual(before);
    const jobs: ClaimedJob[] = [];
    for (let job = await claimWith('1.0.0'); job !== null; job = await claimWith('1.0.0')) {
      // While each job is under way too.
      expect(await publicReplies(definition, submissionIds, oldIds)).toEqual(before);
      const isAdas = (await submissionOf(job)) === adas.submissionId;
      await finish(
        api,
        job,
        job.payload.kind === 'check'
          ? await checkDone(api)
          : scored(isAdas ? 0.04 : 0.031 + jobs.length / 1e5),
      ).expect(200);
      jobs.push(job);
    }
    // The maps of participants are checked already, and the new version has a map of its own for its reference.
    expect(jobs.map(({ payload }) => payload.kind).toSorted()).toEqual(['check', 'score', 'score', 'score']);
    await told();
    expect(await publicReplies(definition, submissionIds, oldIds)).toEqual(before);

    expect(await read(rescore.id)).toMatchObject({ state: 'ready', counts: { scored: 3 } });
    const report = await differences(rescore.id);
    expect(report.summary).toMatchObject({
      outcomes: { moves: 3 },
      unscored: 0,
      topThreeChanged: [{ area: 'gf', scenario: 'nadir4' }],
      evaluatorsAfter: ['1.0.0'],
    });
    const [task] = report.tasks;
    const oi = task?.entries.find(({ kind }) => kind === 'reference');
    expect(oi).toMatchObject({ method: 'OI', significance: null });
    expect(oi?.before?.evaluationId).not.toBe(oi?.after?.evaluationId);
    const newIds = (task?.entries ?? []).flatMap(({ after }) => after?.evaluationId ?? []);
    const [shadow] = newIds;
    for (const token of [ada.token, bob.token]) {
      for (const id of newIds) {
        await request(api.url)
          .get(`/api/evaluations/${id}/artefacts/scored.nc`)
          .set('Authorization', `Bearer ${token}`)
          .expect(404, /evaluation-not-found/);
        await request(api.url)
          .get(`/api/evaluations/${id}/documents/receipt.json`)
          .set('Authorization', `Bearer ${token}`)
          .expect(404);
      }
      await request(api.url)
        .get(`/api/submissions/${oi?.submissionId}`)
        .set('Authorization', `Bearer ${token}`)
        .expect(404);
    }
    // Organisers find it, apart from the others.
    expect((await submissionAs(adas.submissionId, ORGANISER_TOKEN)).shadows).toHaveLength(1);
    expect((await submissionAs(adas.submissionId, ORGANISER_TOKEN)).evaluations).toHaveLength(1);

    const statuses = await Promise.all([promote(rescore.id), promote(rescore.id)]);
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const now = await board(definition.id);
    expect(now.datasetVersion).toBe('1.1.0');
    expect(now.rows.map(({ evaluationId }) => evaluationId).toSorted()).toEqual(newIds.toSorted());
    const old = await board(definition.id, '1.0.0');
    expect(old.datasetVersion).toBe('1.0.0');
    expect(old.rows.map(({ evaluationId }) => evaluationId)).toEqual(oldIds);
    expect(shadow).toBeDefined();
    await told();
    // Once: of the earlier scores, of the new version, and old and new of the entry.
    const notes = (await inboxOf(ada)).filter(({ title, body }) => `${title}${body}`.includes('1.1.0'));
    expect(notes.map(({ kind }) => kind).toSorted()).toEqual(['dataset-version', 'rescored']);
    expect(notes.find(({ kind }) => kind === 'rescored')?.body).toMatch(
      /gf × nadir4: µ 0\.\d{3} → 0\.\d{3}, rank \d/,
    );
    const versions = (await request(api.url).get(`/api/challenges/${definition.id}/versions`).expect(200))
      .body;
    expect(versions.versions).toMatchObject([
      { version: '1.1.0', isCurrent: true, changes: 'The truth of GF had a bias.' },
      { version: '1.0.0', isCurrent: false },
    ]);
    // Maps and files are made now, and the references are not entered again.
    const products = await api.dataSource.query(
      `select count(*)::int as n from jobs where step = 'products' and rescore_id = $1`,
      [rescore.id],
    );
    expect(products[0].n).toBe(3);
    expect(
      (await organiser.post(`/challenges/${definition.id}/references`).expect(200)).body.submissions,
    ).toEqual([]);
    const page = await submissionAs(adas.submissionId, ada.token);
    expect(page.evaluations.map(({ datasetVersion }: { datasetVersion: string }) => datasetVersion)).toEqual([
      '1.1.0',
      '1.0.0',
    ]);
    expect((await differences(rescore.id)).state).toBe('promoted');
    const lines = await api.dataSource.query(`select action from audit_entries where subject_id = $1`, [
      rescore.id,
    ]);
    expect(lines.map(({ action }: { action: string }) => action)).toEqual([
      'rescore.start',
      'rescore.promote',
    ]);
  });

  it('asks that entries without a new score are acknowledged, by their number, and tells their authors why', async () => {
    const { definition, adas } = await challengeWithScores();
    await validated(definition);
    const { id } = await start(definition.id, '1.1.0');
    await promote(id).expect(409, /no result yet/);
    await work((submissionId) =>
      submissionId === adas.submissionId
        ? {
            status: 'rejected',
            reason: {
              code: 'area-not-covered',
              where: 'gf',
              found: 'nothing north of 43°',
              expected: 'up to 45°',
              fix: 'Send a larger map.',
            },
          }
        : scored(0.03),
    );
    const report = await differences(id);
    const rejected = report.tasks[0]?.entries.filter(({ outcome }) => outcome === 'rejected') ?? [];
    expect(report.summary.unscored).toBe(rejected.length);
    expect(rejected.length).toBeGreaterThan(0);
    expect(rejected[0]?.rejection?.found).toBe('nothing north of 43°');
    await promote(id, 0).expect(409, /acknowledges 0/);
    await organiser.post(`/curation/rescores/${id}/retry-failed`).expect(409);
    await promote(id, rejected.length).expect(200);
    await told();
    const author = rejected[0]?.submissionId === adas.submissionId ? ada : bob;
    const note = (await inboxOf(author)).find(({ kind }) => kind === 'rescored');
    expect(note?.body).toContain('no score any more. Found: nothing north of 43°');
    const csv = await organiser.get(`/curation/rescores/${id}/differences.csv`).expect(200);
    expect(csv.text.split('\r\n')[0]).toContain('mu_difference');
    expect(csv.text).toContain('found: nothing north of 43°');
  });
});

describe('while a re-score runs', () => {
  it('takes up what is scored meanwhile, leaves out what is withdrawn, and lets what is on its way follow', async () => {
    const { definition, adas, bobs } = await challengeWithScores();
    await validated(definition);
    const { id } = await start(definition.id, '1.1.0');
    const late = await submit(api, ada, definition);
    await work((_, index) => scored(0.025 + index / 1e5));
    await expect.poll(async () => (await read(id)).total).toBe(3);
    await request(api.url)
      .post(`/api/submissions/${bobs.submissionId}/withdraw`)
      .set('Authorization', `Bearer ${bob.token}`)
      .send({ reason: 'A wrong file.' })
      .expect(200);
    await work((_, index) => scored(0.03 + index / 1e5));
    const onItsWay = await submit(api, bob, definition);
    const report = await differences(id);
    expect(report.tasks[0]?.entries.map(({ submissionId }) => submissionId).toSorted()).toEqual(
      [adas.submissionId, late.submissionId].toSorted(),
    );
    await promote(id).expect(200);
    const now = await board(definition.id);
    expect(now.rows.map(({ submissionId }) => submissionId).toSorted()).toEqual(
      [adas.submissionId, late.submissionId].toSorted(),
    );
    // Scored on the version that it was submitted to, then on the one that is current by now.
    await expect
      .poll(async () => {
        await work(() => scored(0.022));
        return (await board(definition.id)).rows.map(({ submissionId }) => submissionId);
      })
      .toContain(onItsWay.submissionId);
    await told();
    expect((await inboxOf(bob)).map(({ kind }) => kind)).toContain('rescored');
  });

  it('goes on with another worker when one is lost, and leaves the author’s cancel to his own evaluations', async () => {
    const { definition, adas } = await challengeWithScores();
    await validated(definition);
    const { id } = await start(definition.id, '1.1.0');
    const lost = await claimWith('1.0.0', ['score']);
    await api.dataSource.query(`update jobs set lease_expires_at = now() - interval '1 s' where id = $1`, [
      lost?.jobId,
    ]);
    await request(api.url)
      .post(`/api/submissions/${adas.submissionId}/cancel`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(409, /evaluation-is-final/);
    await expect
      .poll(async () => {
        await work(() => scored(0.03));
        return (await read(id)).state;
      })
      .toBe('ready');
    if (lost === null) throw new Error('no job came');
    await finish(api, lost, scored(0.01)).expect(409, /stale-lease/);
    expect((await read(id)).counts).toMatchObject({ scored: 2, failed: 0 });
  });

  it('lets an organiser cancel it: its jobs end, its shadows stay out of sight, and another one can be made', async () => {
    const { definition, adas } = await challengeWithScores();
    await validated(definition);
    const { id } = await start(definition.id, '1.1.0');
    await organiser
      .post('/curation/rescores', { challenge: definition.id, version: '1.1.0' })
      .expect(409, /is open/);
    await organiser
      .post(`/curation/challenges/${definition.id}/versions/1.1.0/publish`)
      .expect(409, /out of sight/);
    const held = await claimWith('1.0.0', ['score']);
    await organiser.post(`/curation/rescores/${id}/cancel`).expect(200);
    const reply = await request(api.url)
      .post(`/api/worker/jobs/${held?.jobId}/heartbeat`)
      .set('Authorization', `Bearer ${WORKER_TOKEN}`)
      .send({ attempt: held?.attempt, leaseToken: held?.leaseToken });
    expect(reply.body).toEqual({ cancelled: true });
    expect(await work()).toEqual([]);
    expect((await submissionAs(adas.submissionId, ada.token)).shadows).toEqual([]);
    expect(await read(id)).toMatchObject({ state: 'cancelled', counts: { cancelled: 2 } });
    await promote(id).expect(409, /was cancelled by/);
    await organiser.post(`/curation/rescores/${id}/discard`).expect(409);
    // The same entries on the same version by the same evaluator, once more.
    const again = await start(definition.id, '1.1.0');
    await work(() => scored(0.03));
    expect(await read(again.id)).toMatchObject({ state: 'ready', counts: { scored: 2 } });
    await organiser.post(`/curation/rescores/${again.id}/cancel`).expect(409, /Discard it/);
    await organiser.post(`/curation/rescores/${again.id}/discard`).expect(200);
    expect((await board(definition.id)).datasetVersion).toBe('1.0.0');
    const third = await start(definition.id, '1.1.0');
    await work(() => scored(0.03));
    expect((await read(third.id)).state).toBe('ready');
  });

  it('tries again what failed on our side', async () => {
    const { definition } = await challengeWithScores();
    await validated(definition);
    const { id } = await start(definition.id, '1.1.0');
    await work(() => ({ status: 'failed', message: 'no room on the disk', retryable: false }));
    const report = await differences(id);
    expect(report.tasks[0]?.entries.map(({ failureMessage }) => failureMessage)).toEqual([
      'no room on the disk',
      'no room on the disk',
    ]);
    await promote(id, 2).expect(409, /has a score/);
    await organiser.post(`/curation/rescores/${id}/retry-failed`).expect(200);
    await work(() => scored(0.03));
    expect(await read(id)).toMatchObject({ state: 'ready', counts: { scored: 2, failed: 0 }, total: 2 });
    await promote(id).expect(200);
  });
});

describe('a re-score by a newer evaluator', () => {
  it('puts its scores in the place of the others on the same version, and takes those off that got none', async () => {
    const { definition, adas, bobs } = await challengeWithScores();
    await api.dataSource.query(`update workers set last_seen_at = now() - interval '1 hour'`);
    await organiser
      .post('/curation/rescores', { challenge: definition.id })
      .expect(409, /No evaluator is connected/);
    await claimWith('1.0.0');
    await organiser.post('/curation/rescores', { challenge: definition.id }).expect(409, /would be the same/);
    await claimWith('1.1.0');
    const { id } = await start(definition.id);
    const old = await board(definition.id);
    const first = await claimWith('1.0.0', ['score']);
    if (first === null) throw new Error('no job came');
    await finish(api, first, scored(0.02)).expect(200);
    await work((submissionId) => scored(submissionId === adas.submissionId ? 0.035 : 0.025), '1.1.0');
    expect(await board(definition.id)).toEqual(old);
    await promote(id).expect(409, /Evaluators 1.0.0 and 1.1.0/);
    await organiser.post(`/curation/rescores/${id}/retry-failed`).expect(200);
    await work(
      () => ({
        status: 'rejected',
        reason: { code: 'days-missing', where: 'gf', found: '41 days', expected: '42', fix: 'Add one.' },
      }),
      '1.1.0',
    );
    const report = await differences(id);
    const { unscored } = report.summary;
    await promote(id, unscored).expect(200);
    const now = await board(definition.id);
    expect(now.datasetVersion).toBe('1.0.0');
    const after = report.tasks[0]?.entries.flatMap((entry) => entry.after?.evaluationId ?? []) ?? [];
    expect(now.rows.map(({ evaluationId }) => evaluationId)).toEqual(after);
    // What the older evaluator had scored first, before it was tried again, is on no board.
    expect([after.length, unscored]).toEqual([1, 1]);
    expect([adas.submissionId, bobs.submissionId]).toContain(now.rows[0]?.submissionId);
    const { versions } = (await request(api.url).get(`/api/challenges/${definition.id}/versions`)).body;
    expect(versions[0].rescores).toMatchObject([{ changes: 'The truth of GF had a bias.' }]);
    expect((await organiser.get(`/challenges/${definition.id}`)).body.entryCount).toBe(after.length);
  });

  it('knows that the same numbers did not move, and is as sure as the days allow that others did', async () => {
    const { definition, adas } = await challengeWithScores();
    await validated(definition);
    const { id } = await start(definition.id, '1.1.0');
    await work((submissionId) => scored(submissionId === adas.submissionId ? 0.02 : 0.06));
    const { tasks, summary } = await differences(id);
    const [stays, moves] = ['stays', 'moves'].map((outcome) =>
      tasks[0]?.entries.find((entry) => entry.outcome === outcome),
    );
    expect(stays).toMatchObject({
      submissionId: adas.submissionId,
      differences: { mu: 0 },
      significance: { interval: [0, 0], isSeparable: false },
    });
    // µ = 1 − RMSE ÷ 0.3 m with the same swing: twice the error takes away what is missing to 1.
    const before = moves?.before?.scores.mu ?? NaN;
    expect(moves?.differences?.mu).toBeCloseTo(before - 1, 9);
    expect(moves?.significance?.isSeparable).toBe(true);
    expect(summary.largestMuChange?.submissionId).toBe(moves?.submissionId);
  });
});

describe('where the making of a score again begins', () => {
  const networkChallenge = (): Partial<ChallengeDefinition> => ({
    files: [
      { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
      { role: 'observations', area: 'gf', path: 'obs.nc', description: '' },
    ],
  });
  const hashesOf = async (definition: ChallengeDefinition): Promise<Record<string, string>> => {
    const { files } = (await organiser.get(`/challenges/${definition.id}`)).body;
    return Object.fromEntries(
      files.map(({ path, sha256 }: { path: string; sha256: string }) => [path, sha256]),
    );
  };
  const kinds = (jobs: ClaimedJob[]) => jobs.map(({ payload }) => payload.kind);

  it('is the score of the same map where a network reads the same bytes, and the network where it does not', async () => {
    const definition = await registerChallenge(api, challengeDefinition(networkChallenge()));
    await submit(api, ada, definition, { network: { manifest: null } });
    expect(kinds(await work(() => scored(0.03)))).toEqual(['check', 'predict', 'check', 'score']);
    await validated(definition, {}, { 'obs.nc': (await hashesOf(definition))['obs.nc'] ?? '' });
    const same = await start(definition.id, '1.1.0');
    expect(kinds(await work(() => scored(0.03)))).toEqual(['score']);
    await organiser.post(`/curation/rescores/${same.id}/discard`).expect(200);
    await validated(definition, { datasetVersion: '1.2.0' });
    await start(definition.id, '1.2.0');
    expect(kinds(await work(() => scored(0.03)))).toEqual(['predict', 'check', 'score']);
  });

  it('is the check of the upload where box or period are others, since the checked map may have been cut', async () => {
    const { definition } = await challengeWithScores();
    const [area] = definition.areas;
    if (area === undefined) throw new Error('no area');
    await validated(definition, {
      areas: [{ ...area, scoredBox: { ...area.scoredBox, north: 44 } }],
    });
    const { id } = await start(definition.id, '1.1.0');
    expect(kinds(await work(() => scored(0.03))).toSorted()).toEqual(['check', 'check', 'score', 'score']);
    await promote(id).expect(200);
  });

  it('waits behind what participants wait for', async () => {
    const { definition } = await challengeWithScores();
    await validated(definition);
    await start(definition.id, '1.1.0');
    await submit(api, ada, definition);
    const first = await claim(api, ['check', 'score']);
    expect(first?.payload.kind).toBe('check');
    if (first !== null) await finish(api, first, await checkDone(api)).expect(200);
  });
});
