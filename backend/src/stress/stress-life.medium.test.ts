import {
  challengeDefinitionSchema,
  leaderboardSchema,
  stressViewSchema,
  submissionViewSchema,
  transferSchema,
  type ChallengeDefinition,
  type ClaimedJob,
  type DisclosureLevel,
  type StressView,
} from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  heartbeat,
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

const MANIFEST = `architecture: fixed-point
n_step: 5
normalisation: {mean: 0.3, std: 0.4}
patch: {time: 5, lat: 20, lon: 20}
strides: {time: 1, lat: 10, lon: 10}
reconstruction_weight: {crop: {lat: 2, lon: 2}}
spacing_deg: 0.25
`;
const GIBIBYTE = 2 ** 30;

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let bob: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  // Nothing here is about lost workers: a slow machine must not look like one.
  api = await startTestApi(database.url, { environment: { SILLAGE_LEASE_S: '600' } });
  ada = await registerParticipant(api);
  bob = await registerParticipant(api, 'Bob');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

/** Three scenarios in one area, of which the last has the satellites of the second with noise; one of them in another area. */
const observed = (disclosure: DisclosureLevel = 'practice'): ChallengeDefinition => {
  const satellites = { nadir1: ['jason1'], swot3: ['jason1', 'envisat', 'swot'] };
  const scenarios = [
    { id: 'nadir1', name: 'nadir1', description: '', satellites: satellites.nadir1 },
    { id: 'swot3', name: 'swot3', description: '', satellites: satellites.swot3 },
    { id: 'noisy', name: 'noisy', description: '', satellites: satellites.swot3 },
  ];
  const areas = ['gf', 'osmosis'];
  const [area] = challengeDefinition().areas;
  return challengeDefinitionSchema.parse({
    ...challengeDefinition({ disclosure, scenarios }),
    areas: areas.map((id) => ({ ...area, id, name: id })),
    tasks: [
      ...scenarios.map(({ id }) => ({ area: 'gf', scenario: id })),
      { area: 'osmosis', scenario: 'swot3' },
    ],
    files: areas.flatMap((id) => [
      { role: 'truth', area: id, path: `truth-${id}.nc`, description: '' },
      ...scenarios
        .filter((scenario) => id === 'gf' || scenario.id === 'swot3')
        .map((scenario) => ({
          role: 'observations',
          area: id,
          scenario: scenario.id,
          path: `${id}-${scenario.id}.nc`,
          description: '',
        })),
    ]),
  });
};

const stressOf = (submissionId: string, token: string | null) => {
  const call = request(api.url).get(`/api/submissions/${submissionId}/stress`);
  return token === null ? call : call.set('Authorization', `Bearer ${token}`);
};
const viewOf = async (submissionId: string, token: string | null = ada.token): Promise<StressView> =>
  stressViewSchema.parse((await stressOf(submissionId, token).expect(200)).body);
const ask = (submissionId: string, body: object = {}, token = ada.token) =>
  request(api.url)
    .post(`/api/submissions/${submissionId}/stress`)
    .set('Authorization', `Bearer ${token}`)
    .send(body);
const namesOf = ({ runs }: StressView) =>
  runs.map(({ area, scenario, without, state }) => `${area} ${scenario} ${without ?? '-'} ${state}`);

const claimPredict = () =>
  claim(api, ['predict'], 0, 'gpu', { name: 'webgpu', device: 'A card', memoryBytes: 8 * GIBIBYTE });

/** Plays the evaluator for a network that was entered on one task, until it is scored. */
async function scoredNetwork(
  definition: ChallengeDefinition,
  mu = 0.9,
  trainedOn: string[] = [],
): Promise<string> {
  const { submissionId } = await submit(api, ada, definition, {
    tasks: [{ area: 'gf', scenario: 'swot3' }],
    network: { manifest: MANIFEST },
    card: { name: 'A network', inputs: ['ssh-nadir'], trainedOn },
  });
  await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
  const predict = await claimPredict();
  if (predict === null) throw new Error('no predict job');
  await finish(api, predict, await predictDone(api)).expect(200);
  await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
  await finish(api, await mustClaim(api, ['score']), scoreDone({ mu })).expect(200);
  return submissionId;
}

async function boardText(definition: ChallengeDefinition, area: string, scenario: string): Promise<string> {
  const reply = await request(api.url)
    .get(`/api/challenges/${definition.id}/leaderboard?area=${area}&scenario=${scenario}`)
    .expect(200);
  return JSON.stringify(leaderboardSchema.parse(reply.body));
}

describe('stress runs', () => {
  it('are no more scores against a truth that is withheld', async () => {
    for (const level of ['public-test', 'blind'] as const) {
      const definition = await registerChallenge(api, observed(level));
      const submissionId = await scoredNetwork(definition);
      expect(await viewOf(submissionId), level).toMatchObject({ mayAsk: false, askableCount: 0, runs: [] });
      expect((await ask(submissionId).expect(403)).body.error).toMatchObject({
        code: 'not-allowed',
        message: expect.stringContaining('is withheld'),
        fix: expect.stringContaining('organisers'),
      });
      expect((await viewOf(submissionId)).runs).toEqual([]);
      await ask(submissionId, { kinds: ['satellites'] }, ORGANISER_TOKEN).expect(202);
    }
  });

  it('follow the dataset version of the entry, whatever is published over it, and the phase that runs', async () => {
    const definition = await registerChallenge(api, observed('public-test'));
    const submissionId = await scoredNetwork(definition, 0.912345);
    await registerChallenge(api, { ...observed('practice'), id: definition.id, datasetVersion: '9.0.0' });
    expect(await viewOf(submissionId)).toMatchObject({ mayAsk: false, askableCount: 0 });
    await ask(submissionId, { kinds: ['satellites'] }).expect(403);

    await request(api.url)
      .put(`/api/admin/challenges/${definition.id}/settings`)
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
      .send({
        revision: 0,
        phases: [
          {
            name: 'Everything is open',
            opens: '2020-01-01T00:00:00.000Z',
            closes: null,
            disclosure: 'practice',
            acceptsSubmissions: true,
          },
        ],
        quota: { perDay: null, perPhase: null },
      })
      .expect(200);
    expect(await viewOf(submissionId)).toMatchObject({ mayAsk: true });
    await ask(submissionId, { kinds: ['satellites'] }).expect(202);
  });

  it('leave out each satellite and go to the tasks that were not entered, and no board shows them', async () => {
    const definition = await registerChallenge(api, observed());
    const submissionId = await scoredNetwork(definition);
    expect(await viewOf(submissionId)).toMatchObject({ mayAsk: true, askableCount: 6, runs: [] });
    const boards = await Promise.all(
      definition.tasks.map((task) => boardText(definition, task.area, task.scenario)),
    );

    const asked = stressViewSchema.parse((await ask(submissionId).expect(202)).body);
    expect(namesOf(asked)).toEqual([
      'gf nadir1 - queued',
      'gf noisy - queued',
      'gf swot3 envisat queued',
      'gf swot3 jason1 queued',
      'gf swot3 swot queued',
      'osmosis swot3 - queued',
    ]);
    expect(asked).toMatchObject({ askableCount: 0, normal: [{ scenario: 'swot3', scores: { mu: 0.9 } }] });
    // The same again makes nothing.
    expect(namesOf(stressViewSchema.parse((await ask(submissionId).expect(202)).body))).toHaveLength(6);

    const payloads: ClaimedJob['payload'][] = [];
    for (let job = await claimPredict(); job !== null; job = await claimPredict()) {
      payloads.push(job.payload);
      const frame = { day: '2012-10-22', latCount: 1, lonCount: 1, scale: 1, offset: 0, values: 'AAA=' };
      await heartbeat(api, job, { progress: 0.5, frames: [frame] }).expect(200);
      await finish(api, job, await predictDone(api)).expect(200);
      await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
      const score = await mustClaim(api, ['score']);
      payloads.push(score.payload);
      const without = job.payload.kind === 'predict' ? job.payload.without : null;
      await finish(api, score, scoreDone({ mu: without === 'jason1' ? 0.85 : 0.88 })).expect(200);
    }
    // What the network read, and that it never saw what its maps are compared with.
    const truths: { sha256: string }[] = await api.dataSource.query(
      `select sha256 from dataset_files where role = 'truth'`,
    );
    const predicted = payloads.flatMap((payload) => (payload.kind === 'predict' ? [payload] : []));
    expect(
      predicted.map(
        ({ task, without, observations }) => `${task.area} ${without ?? '-'} ${observations[0]?.fileName}`,
      ),
    ).toEqual(
      expect.arrayContaining(['gf jason1 gf-swot3.nc', 'gf - gf-noisy.nc', 'osmosis - osmosis-swot3.nc']),
    );
    for (const { sha256 } of truths) expect(JSON.stringify(predicted)).not.toContain(sha256);
    // Compared with the truth of its own area.
    const shas = await Promise.all(
      ['gf', 'osmosis'].map(async (area) => {
        const { body } = await request(api.url).get(`/api/challenges/${definition.id}`).expect(200);
        return body.files.find(({ path }: { path: string }) => path === `truth-${area}.nc`)?.sha256;
      }),
    );
    for (const payload of payloads) {
      if (payload.kind !== 'score') continue;
      expect(payload.truth.sha256).toBe(shas[payload.task.area === 'gf' ? 0 : 1]);
    }

    const done = await viewOf(submissionId);
    expect(done.runs.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'scored'));
    expect(done.runs.find(({ without }) => without === 'jason1')?.scores?.mu).toBe(0.85);
    const steps: { step: string }[] = await api.dataSource.query(
      'select distinct step from jobs where stress_run_id is not null order by step',
    );
    expect(steps.map(({ step }) => step)).toEqual(['check', 'predict', 'score']); // no maps and files are made
    const after = await Promise.all(
      definition.tasks.map((task) => boardText(definition, task.area, task.scenario)),
    );
    expect(after).toEqual(boards);
    const submission = submissionViewSchema.parse(
      (
        await request(api.url)
          .get(`/api/submissions/${submissionId}`)
          .set('Authorization', `Bearer ${ada.token}`)
      ).body,
    );
    expect(submission.evaluations).toMatchObject([{ scenario: 'swot3', state: 'scored', previewDays: 0 }]);
  });

  it('wait behind every job of a participant, whatever its step', async () => {
    const definition = await registerChallenge(api, observed());
    const submissionId = await scoredNetwork(definition);
    await ask(submissionId, { kinds: ['satellites'] }).expect(202);
    const predict = await claimPredict();
    if (predict === null) throw new Error('no predict job');
    await finish(api, predict, await predictDone(api)).expect(200);
    const check = await mustClaim(api, ['check', 'score']);
    await finish(api, check, await checkDone(api)).expect(200);
    // A score of a stress run waits now, and a participant comes with a map.
    const { submissionId: other } = await submit(api, bob, definition);
    expect((await mustClaim(api, ['check', 'score'])).payload).toMatchObject({
      kind: 'check',
      submissionId: other,
    });
    expect((await mustClaim(api, ['check', 'score'])).payload.kind).toBe('score');
  });

  it('are asked for by the author and by organisers, of a network with a score', async () => {
    const definition = await registerChallenge(api, observed());
    const map = await submit(api, ada, definition, { tasks: [{ area: 'gf', scenario: 'swot3' }] });
    expect((await ask(map.submissionId).expect(400)).body.error.message).toContain('no network');
    await api.dataSource.query(`update jobs set state = 'cancelled' where state = 'queued'`);
    const submissionId = await scoredNetwork(definition);
    await ask(submissionId, {}, bob.token).expect(403);
    const elsewhere = { tasks: [{ area: 'gf', scenario: 'nadir1' }] };
    expect((await ask(submissionId, elsewhere).expect(400)).body.error.message).toContain('gf × nadir1');
    await ask(submissionId, { kinds: [] }).expect(400);
    await ask(submissionId, { kinds: ['areas'] }, ORGANISER_TOKEN).expect(202);
    expect(namesOf(await viewOf(submissionId))).toEqual(['osmosis swot3 - queued']);
    // Others see what has a score, as they do of evaluations.
    expect(await viewOf(submissionId, bob.token)).toMatchObject({ mayAsk: false, askableCount: 0, runs: [] });
  });

  it('say why they are not possible, and one that failed on our side may be asked for again', async () => {
    const definition = await registerChallenge(api, observed());
    const submissionId = await scoredNetwork(definition);
    await ask(submissionId, { kinds: ['satellites'] }).expect(202);
    const reason = {
      code: 'inputs-missing' as const,
      where: 'gf-swot3.nc',
      found: 'observations of: unknown',
      expected: 'observations of envisat, to leave them out',
      fix: 'Name the satellites.',
    };
    const [first, second] = [await claimPredict(), await claimPredict()];
    if (first === null || second === null) throw new Error('no predict jobs');
    await finish(api, first, { status: 'rejected', reason }).expect(200);
    await finish(api, second, { status: 'failed', message: 'the card fell off', retryable: false }).expect(
      200,
    );
    const view = await viewOf(submissionId);
    const states = view.runs.map(({ state }) => state).toSorted();
    expect(states).toEqual(['failed', 'queued', 'rejected']);
    expect(view.runs.find(({ state }) => state === 'rejected')?.rejection).toEqual(reason);
    expect(view.runs.find(({ state }) => state === 'failed')?.failureMessage).toBe('the card fell off');
    const again = stressViewSchema.parse(
      (await ask(submissionId, { kinds: ['satellites'] }).expect(202)).body,
    );
    expect(again.runs.map(({ state }) => state).toSorted()).toEqual(['queued', 'queued', 'rejected']);
  });

  it('stand in the table of networks across areas, under the area that the network learnt from', async () => {
    const definition = await registerChallenge(api, observed('practice'));
    const submissionId = await scoredNetwork(definition, 0.912345, ['gf']);
    const transferOf = async (scenario: string) =>
      transferSchema.parse(
        (
          await request(api.url)
            .get(`/api/challenges/${definition.id}/transfer?scenario=${scenario}`)
            .expect(200)
        ).body,
      );
    await ask(submissionId, { kinds: ['areas'] }).expect(202);
    expect((await transferOf('swot3')).rows).toMatchObject([
      { submissionId, trainedOn: ['gf'], cells: [{ area: 'gf', how: 'entered', scores: { mu: 0.912345 } }] },
    ]);
    const predict = await claimPredict();
    if (predict === null) throw new Error('no predict job');
    await finish(api, predict, await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone({ mu: 0.876543 })).expect(200);
    expect(await transferOf('swot3')).toMatchObject({
      areas: [{ id: 'gf' }, { id: 'osmosis' }],
      rows: [
        {
          cells: [
            { area: 'gf', how: 'entered' },
            { area: 'osmosis', how: 'stress', scores: { mu: 0.876543 } },
          ],
        },
      ],
    });
    // Runs without a satellite are no scores of the area.
    await ask(submissionId, { kinds: ['satellites'] }).expect(202);
    expect((await transferOf('nadir1')).rows).toEqual([]);
    await request(api.url)
      .post(`/api/submissions/${submissionId}/withdraw`)
      .set('Authorization', `Bearer ${ada.token}`)
      .send({})
      .expect(200);
    expect((await transferOf('swot3')).rows).toEqual([]);
    await request(api.url).get(`/api/challenges/${definition.id}/transfer?scenario=nowhere`).expect(404);
  });

  it('are shown as the disclosure level allows', async () => {
    const definition = await registerChallenge(api, observed('public-test'));
    const submissionId = await scoredNetwork(definition, 0.912345);
    await ask(submissionId, { kinds: ['areas'] }, ORGANISER_TOKEN).expect(202);
    const predict = await claimPredict();
    if (predict === null) throw new Error('no predict job');
    await finish(api, predict, await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone({ mu: 0.876543 })).expect(200);
    const view = await viewOf(submissionId, null);
    // A public test tells no score that was not entered.
    expect(view.runs.map(({ state, scores }) => [state, scores])).toEqual([['scored', null]]);
    expect(view.normal.map(({ scores }) => scores.mu)).toEqual([0.91]);
  });
});

describe('cancelling stress runs', () => {
  const cancel = (submissionId: string, body: object = {}, token = ada.token) =>
    request(api.url)
      .post(`/api/submissions/${submissionId}/stress/cancel`)
      .set('Authorization', `Bearer ${token}`)
      .send(body);

  it('ends what waits and what runs, tells the worker, and lets them be asked for again', async () => {
    const definition = await registerChallenge(api, observed());
    const id = await scoredNetwork(definition);
    expect((await viewOf(id)).mayCancel).toBe(false);
    await ask(id, { kinds: ['satellites'] }).expect(202);
    expect((await viewOf(id)).mayCancel).toBe(true);
    const running = await claimPredict();
    if (running === null) throw new Error('no predict job');
    const view = stressViewSchema.parse((await cancel(id).expect(200)).body);
    expect(view.runs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(view).toMatchObject({ mayCancel: false, askableCount: expect.any(Number) });
    expect((await heartbeat(api, running).expect(200)).body).toEqual({ cancelled: true });
    // Its result comes late: it changes nothing and asks for no further step.
    await finish(api, running, await predictDone(api));
    expect((await viewOf(id)).runs.every(({ state }) => state === 'cancelled')).toBe(true);
    expect(await claim(api, ['check', 'score'])).toBeNull();
    expect(await claimPredict()).toBeNull();
    expect((await cancel(id).expect(409)).body.error.code).toBe('evaluation-is-final');
    await ask(id, { kinds: ['satellites'] }).expect(202);
    expect((await viewOf(id)).runs.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  });

  it('takes the runs that are named, and leaves what is scored', async () => {
    const definition = await registerChallenge(api, observed());
    const id = await scoredNetwork(definition);
    await ask(id, { kinds: ['satellites'] }).expect(202);
    const predict = await claimPredict();
    if (predict === null) throw new Error('no predict job');
    await finish(api, predict, await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone({ mu: 0.8 })).expect(200);
    const open = (await viewOf(id)).runs.filter(({ state }) => state === 'queued');
    expect(open).toHaveLength(2);
    await cancel(id, { runs: [open[0]!.id] }).expect(200);
    const states = new Map((await viewOf(id)).runs.map((run) => [run.id, run.state]));
    expect([states.get(open[0]!.id), states.get(open[1]!.id)]).toEqual(['cancelled', 'queued']);
    await cancel(id).expect(200);
    expect((await viewOf(id)).runs.map(({ state }) => state).toSorted()).toEqual([
      'cancelled',
      'cancelled',
      'scored',
    ]);
    const elsewhere = await cancel(id, { runs: ['00000000-0000-4000-8000-000000000000'] }).expect(400);
    expect(elsewhere.body.error.message).toContain('no stress run');
  });

  it('is done by withdrawing the entry: what waits ends, the worker hears of it, and no more can be asked for', async () => {
    const definition = await registerChallenge(api, observed());
    const id = await scoredNetwork(definition);
    await ask(id, { kinds: ['satellites'] }).expect(202);
    const done = await claimPredict();
    if (done === null) throw new Error('no predict job');
    await finish(api, done, await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone({ mu: 0.8 })).expect(200);
    const running = await claimPredict();
    if (running === null) throw new Error('no second predict job');
    await request(api.url)
      .post(`/api/submissions/${id}/withdraw`)
      .set('Authorization', `Bearer ${ada.token}`)
      .send({ reason: '' })
      .expect(200);
    const view = await viewOf(id);
    expect(view.runs.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'cancelled', 'scored']);
    expect(view).toMatchObject({ mayAsk: false, mayCancel: false });
    expect((await heartbeat(api, running).expect(200)).body).toEqual({ cancelled: true });
    expect(await claimPredict()).toBeNull();
    expect((await ask(id, { kinds: ['satellites'] })).body.error.code).toBe('submission-withdrawn');
  });

  it('is for the author and for organisers, who leave a line in the audit log', async () => {
    const definition = await registerChallenge(api, observed());
    const id = await scoredNetwork(definition);
    await ask(id, { kinds: ['satellites'] }).expect(202);
    await cancel(id, {}, bob.token).expect(403);
    await cancel(id, {}, ORGANISER_TOKEN).expect(200);
    const { entries } = (
      await request(api.url)
        .get('/api/admin/audit?action=stress.cancel')
        .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
        .expect(200)
    ).body;
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ subjectKind: 'submission', subjectId: id });
    expect(entries[0].summary).toMatch(/^Cancelled 3 stress runs of A network by/);
  });
});
