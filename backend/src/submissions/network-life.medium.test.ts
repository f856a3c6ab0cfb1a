import {
  challengeDefinitionSchema,
  leaderboardSchema,
  previewSchema,
  submissionViewSchema,
  type ChallengeDefinition,
  type ClaimedJob,
  type PreviewFrame,
  type Step,
  type WorkerRuntime,
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
  mustClaim,
  NETWORK_RUN,
  NETWORK_SUMMARY,
  networkChecked,
  predictDone,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreDone,
  startTestApi,
  submit,
  upload,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const GIBIBYTE = 2 ** 30;
const MANIFEST = `architecture: fixed-point
n_step: 5
normalisation: {mean: 0.3, std: 0.4}
patch: {time: 5, lat: 20, lon: 20}
strides: {time: 1, lat: 10, lon: 10}
reconstruction_weight: {crop: {lat: 2, lon: 2}}
spacing_deg: 0.25
`;
let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let bob: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
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
  await api.dataSource.query('delete from workers');
});

/** Two scenarios with observations; OI for the first alone. */
const observed = (overrides: Partial<ChallengeDefinition> = {}): ChallengeDefinition =>
  challengeDefinitionSchema.parse({
    ...challengeDefinition({
      scenarios: ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] })),
      tasks: ['nadir4', 'swot1'].map((scenario) => ({ area: 'gf', scenario })),
      files: [
        { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
        ...['nadir4', 'swot1'].map((scenario) => ({
          role: 'observations' as const,
          area: 'gf',
          scenario,
          path: `${scenario}.nc`,
          variable: 'ssh_model',
          description: '',
        })),
        { role: 'oi', area: 'gf', scenario: 'nadir4', path: 'oi-nadir4.nc', description: '' },
        { role: 'sst', area: 'gf', path: 'sst.nc', description: '' },
      ],
    }),
    ...overrides,
  });

const submitNetwork = (definition: ChallengeDefinition, overrides: Record<string, unknown> = {}) =>
  submit(api, ada, definition, { network: { manifest: MANIFEST }, ...overrides });

async function viewOf(submissionId: string, token: string | null = ada.token) {
  const call = request(api.url).get(`/api/submissions/${submissionId}`);
  const reply = await (token === null ? call : call.set('Authorization', `Bearer ${token}`));
  expect(reply.status).toBe(200);
  return submissionViewSchema.parse(reply.body);
}

const device = (gibibytes: number): WorkerRuntime => ({
  name: 'webgpu',
  device: `Card of ${gibibytes} GiB`,
  memoryBytes: gibibytes * GIBIBYTE,
});
const claimPredict = (gibibytes: number, capabilities: Step[] = ['predict'], worker = 'gpu') =>
  claim(api, capabilities, 0, worker, device(gibibytes));
async function mustPredict(): Promise<ClaimedJob> {
  const job = await claimPredict(8);
  if (job === null) throw new Error('no predict job');
  return job;
}

/** Two by three nodes whose first value is `first`. */
function frame(day: string, first: number): PreviewFrame {
  const values = Buffer.from(Int16Array.from([first, -32768, 1, 2, 3, 4]).buffer).toString('base64');
  return { day, latCount: 2, lonCount: 3, scale: 0.001, offset: 0, values };
}

async function previewOf(evaluationId: string, query = '', token: string | null = ada.token) {
  const call = request(api.url).get(`/api/evaluations/${evaluationId}/preview${query}`);
  return token === null ? call : call.set('Authorization', `Bearer ${token}`);
}

describe('a network', () => {
  it('is checked once, run on every task from public inputs, and its maps are checked and scored like uploads', async () => {
    const definition = await registerChallenge(api, observed());
    const { submissionId } = await submitNetwork(definition);
    expect(await viewOf(submissionId)).toMatchObject({
      form: 'network',
      network: { manifest: MANIFEST, summary: null },
      evaluations: [
        { step: 'check', run: null, obstacle: null },
        { step: 'check', run: null, obstacle: null },
      ],
    });

    const check = await mustClaim(api, ['check']);
    expect(check.payload).toMatchObject({
      kind: 'check',
      network: { manifest: MANIFEST },
      evaluationId: null,
      variable: null,
      tasks: [{ scenario: 'nadir4' }, { scenario: 'swot1' }],
    });
    // A map is no answer to a network.
    await finish(api, check, await checkDone(api)).expect(400);
    const checked = await networkChecked(api, { extraInputs: ['sst'] });
    await finish(api, check, checked).expect(200);
    await finish(api, check, checked).expect(200);
    expect(await viewOf(submissionId)).toMatchObject({
      network: { summary: { ...NETWORK_SUMMARY, extraInputs: ['sst'] } },
      evaluations: [
        { state: 'queued', step: 'predict' },
        { state: 'queued', step: 'predict' },
      ],
    });
    const [{ count }] = await api.dataSource.query(
      `select count(*)::int as count from jobs where submission_id = $1 and step = 'predict'`,
      [submissionId],
    );
    expect(count).toBe(2);

    const predict = await mustPredict();
    if (predict.payload.kind !== 'predict') throw new Error(predict.payload.kind);
    const network =
      checked.status === 'done' && checked.result.kind === 'check-network' ? checked.result.network : null;
    expect(predict.payload).toMatchObject({
      network,
      memoryBytes: 3 * GIBIBYTE,
      task: { area: 'gf', scenario: 'nadir4', scoredBox: { west: -65 } },
      observations: [{ role: 'observations', fileName: 'nadir4.nc', variable: 'ssh_model' }],
      oi: null,
      sst: { fileName: 'sst.nc' },
    });
    const [truth] = await api.dataSource.query(
      `select sha256 from dataset_files where role = 'truth' order by id desc`,
    );
    expect(JSON.stringify(predict.payload)).not.toContain(truth.sha256);

    await heartbeat(api, predict, {
      progress: 0.5,
      activity: 'patch 21 of 42',
      frames: [frame('2012-10-22', 1)],
    }).expect(200);
    const running = await viewOf(submissionId);
    expect(running.evaluations.map(({ state, step }) => `${state} ${step}`)).toEqual([
      'running predict',
      'queued predict',
    ]);
    expect(running.evaluations[0]).toMatchObject({ progress: 0.5, activity: 'patch 21 of 42' });

    const outcome = await predictDone(api);
    await finish(api, predict, outcome).expect(200);
    await finish(api, predict, outcome).expect(200);
    const mapCheck = await mustClaim(api, ['check']);
    expect(mapCheck.payload).toMatchObject({
      network: null,
      evaluationId: predict.payload.evaluationId,
      fileName: 'prediction-gf-nadir4.nc',
      variable: 'gssh',
      tasks: [{ scenario: 'nadir4' }],
      onlyCovered: false,
    });
    await finish(api, mapCheck, await checkDone(api)).expect(200);
    const score = await mustClaim(api, ['score']);
    expect(score.payload).toMatchObject({ evaluationId: predict.payload.evaluationId });
    await finish(api, score, scoreDone()).expect(200);
    const products = await mustClaim(api, ['products']);
    expect((await previewOf(predict.payload.evaluationId)).body.frames).toHaveLength(1);
    const maps = { name: 'maps.json' as const, object: await putObject(api, Buffer.from('maps')) };
    await finish(api, products, { status: 'done', result: { kind: 'products', artefacts: [maps] } }).expect(
      200,
    );
    expect((await previewOf(predict.payload.evaluationId)).body.frames).toEqual([]);
    expect(products.payload.kind === 'products' && products.payload.canonical).toEqual(
      score.payload.kind === 'score' && score.payload.canonical,
    );

    // The second task has a map of its own: it neither takes the first one's nor loses it to it.
    await finish(api, await mustPredict(), await predictDone(api)).expect(200);
    const otherCheck = await mustClaim(api, ['check']);
    await finish(api, otherCheck, await checkDone(api)).expect(200);
    const otherScore = await mustClaim(api, ['score']);
    expect(otherScore.payload.kind === 'score' && otherScore.payload.canonical).not.toEqual(
      score.payload.kind === 'score' && score.payload.canonical,
    );
    await finish(api, otherScore, scoreDone({ mu: 0.5 })).expect(200);

    const scored = await viewOf(submissionId);
    expect(scored.evaluations).toMatchObject([
      { state: 'scored', run: NETWORK_RUN, scores: { mu: 0.912345 } },
      { state: 'scored', run: NETWORK_RUN, scores: { mu: 0.5 } },
    ]);
    const board = await request(api.url).get(
      `/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`,
    );
    expect(leaderboardSchema.parse(board.body).rows).toMatchObject([{ submissionId, form: 'network' }]);

    // On the board it is everyone's to look at; the weights and how they are run stay its author's.
    expect(await viewOf(submissionId, bob.token)).toMatchObject({
      network: { manifest: null, summary: { architecture: 'starter' } },
    });
    await request(api.url)
      .get(`/api/submissions/${submissionId}/file`)
      .set('Authorization', `Bearer ${bob.token}`)
      .expect(403);
    await request(api.url)
      .get(`/api/submissions/${submissionId}/file`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(200);
  });

  it('shows the days that are finished, also after another attempt, and not to everybody', async () => {
    const definition = await registerChallenge(api, observed({ disclosure: 'public-test' }));
    const { submissionId, evaluationId } = await submitNetwork(definition);
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    const first = await mustPredict();
    await heartbeat(api, first, { frames: [frame('2012-10-23', 1), frame('2012-10-22', 2)] }).expect(200);
    await heartbeat(api, first, { frames: [frame('2012-10-24', 3)] }).expect(200);
    const list = async (query = '') =>
      previewSchema.parse((await previewOf(evaluationId, query)).body).frames;
    expect((await list()).map(({ day }) => day)).toEqual(['2012-10-22', '2012-10-23', '2012-10-24']);
    expect((await list('?after=2012-10-23')).map(({ day }) => day)).toEqual(['2012-10-24']);
    expect((await viewOf(submissionId)).evaluations[0]).toMatchObject({ previewDays: 3 });
    expect((await previewOf(evaluationId, '', null)).status).toBe(404);
    expect((await previewOf(evaluationId, '', bob.token)).status).toBe(404);
    expect((await previewOf(evaluationId, '?after=yesterday')).status).toBe(400);

    // The worker dies: the next attempt draws over what was there, and a late frame of the first changes nothing.
    await loseLease(api, first);
    const second = await mustPredict();
    expect(second).toMatchObject({ jobId: first.jobId, attempt: 2 });
    await heartbeat(api, second, { frames: [frame('2012-10-22', 7)] }).expect(200);
    await heartbeat(api, first, { frames: [frame('2012-10-22', 9)] }).expect(409);
    expect((await list())[0]).toEqual(frame('2012-10-22', 7));

    const damaged = { ...frame('2012-10-25', 1), latCount: 64 };
    await heartbeat(api, second, { frames: [damaged] }).expect(400);
    await finish(api, second, await predictDone(api)).expect(200);
    const check = await mustClaim(api, ['check']);
    await heartbeat(api, check, { frames: [frame('2012-10-25', 1)] }).expect(400);
    await finish(api, check, await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    expect((await previewOf(evaluationId, '', bob.token)).status).toBe(403);
    expect((await previewOf(evaluationId)).status).toBe(200);
  });

  it('goes to a worker whose device has the memory, and the page says when none has', async () => {
    const definition = await registerChallenge(
      api,
      observed({ tasks: [{ area: 'gf', scenario: 'nadir4' }] }),
    );
    const large = await submitNetwork(definition);
    await finish(
      api,
      await mustClaim(api, ['check']),
      await networkChecked(api, { peakMemoryBytes: 20 * GIBIBYTE }),
    ).expect(200);
    const obstacleOf = async (id: string) => (await viewOf(id)).evaluations[0]?.obstacle;
    expect(await obstacleOf(large.submissionId)).toMatchObject({ code: 'no-worker-predicts' });

    // A worker that runs no networks changes nothing, and a small one gets what fits, though it came later.
    expect(await claim(api, ['check', 'score', 'products'])).toBeNull();
    expect(await obstacleOf(large.submissionId)).toMatchObject({ code: 'no-worker-predicts' });
    expect(await claimPredict(8)).toBeNull();
    expect(await obstacleOf(large.submissionId)).toEqual({
      code: 'network-too-large',
      message: expect.stringMatching(/needs about 20\.0 GiB.*has 8\.0 GiB \(Card of 8 GiB\)/),
    });
    expect((await viewOf(large.submissionId)).evaluations[0]?.activity).toMatch(
      /^waiting: the network needs about 20/,
    );
    const small = await submitNetwork(definition);
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    const fitting = await claimPredict(8, ['check', 'predict']);
    expect(fitting?.payload).toMatchObject({ kind: 'predict', submissionId: small.submissionId });
    expect(await obstacleOf(small.submissionId)).toBeNull();

    // While the small one works it does not ask, and is still there.
    await api.dataSource.query(`update workers set last_seen_at = now() - interval '1 hour'`);
    expect(await obstacleOf(large.submissionId)).toMatchObject({ code: 'network-too-large' });
    const fits = await claimPredict(24, ['predict'], 'large');
    expect(fits?.payload).toMatchObject({ submissionId: large.submissionId });
    expect(await obstacleOf(large.submissionId)).toBeNull();
  });

  it('is run after everything that is closer to a result, and many workers get each job once', async () => {
    const definition = await registerChallenge(api, observed());
    await submitNetwork(definition);
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    await submit(api, ada, definition);
    expect((await claimPredict(8, ['check', 'predict', 'score']))?.payload.kind).toBe('check');
    const jobs = await Promise.all(
      Array.from({ length: 6 }, (_value, index) => claimPredict(8, ['predict'], `gpu-${index}`)),
    );
    const ids = jobs.flatMap((job) => (job === null ? [] : [job.jobId]));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });

  it('whose task lacks an input is refused there alone, before it is run', async () => {
    const definition = await registerChallenge(api, observed());
    const { submissionId } = await submitNetwork(definition);
    await finish(
      api,
      await mustClaim(api, ['check']),
      await networkChecked(api, { extraInputs: ['oi'] }),
    ).expect(200);
    expect((await viewOf(submissionId)).evaluations).toMatchObject([
      { scenario: 'nadir4', state: 'queued', step: 'predict' },
      {
        scenario: 'swot1',
        state: 'rejected',
        rejection: { code: 'inputs-missing', where: 'gf × swot1' },
      },
    ]);
    const job = await mustPredict();
    expect(job.payload).toMatchObject({ oi: { fileName: 'oi-nadir4.nc' }, sst: null });
    expect(await claimPredict(8)).toBeNull();
  });

  it('that is refused, or computes a map that is, ends with the reason, on its own task alone', async () => {
    const definition = await registerChallenge(api, observed());
    const reason = {
      where: 'net.ckpt',
      found: 'a call of os.system',
      expected: 'weights',
      fix: 'Save the state_dict.',
    };
    const evil = await submitNetwork(definition);
    await finish(api, await mustClaim(api, ['check']), {
      status: 'rejected',
      reason: { code: 'checkpoint-with-code', ...reason },
    }).expect(200);
    expect((await viewOf(evil.submissionId)).evaluations).toMatchObject([
      { state: 'rejected', rejection: { code: 'checkpoint-with-code', ...reason } },
      { state: 'rejected' },
    ]);

    const diverging = await submitNetwork(definition);
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    await finish(api, await mustPredict(), {
      status: 'rejected',
      reason: { code: 'network-diverged', ...reason },
    }).expect(200);
    await finish(api, await mustPredict(), await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), {
      status: 'rejected',
      reason: { code: 'area-not-covered', ...reason },
    }).expect(200);
    expect((await viewOf(diverging.submissionId)).evaluations).toMatchObject([
      { state: 'rejected', rejection: { code: 'network-diverged' }, run: null },
      { state: 'rejected', rejection: { code: 'area-not-covered' }, run: NETWORK_RUN },
    ]);
  });

  it('is cancelled at every step, and its worker hears of it', async () => {
    const definition = await registerChallenge(api, observed());
    const { submissionId } = await submitNetwork(definition);
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    const job = await mustPredict();
    await request(api.url)
      .post(`/api/submissions/${submissionId}/cancel`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(200);
    await heartbeat(api, job, { frames: [frame('2012-10-22', 1)] }).expect(200, { cancelled: true });
    await finish(api, job, await predictDone(api)).expect(200);
    expect((await viewOf(submissionId)).evaluations).toMatchObject([
      { state: 'cancelled', run: null, previewDays: 0 },
      { state: 'cancelled' },
    ]);
    expect(await claimPredict(8)).toBeNull();
  });

  it('is not taken with a manifest that nothing can be run by, and the field is named', async () => {
    const definition = await registerChallenge(api, observed());
    const uploadId = await upload(api, ada.token, Buffer.from('weights'), 'net.ckpt');
    const send = (request_: Record<string, unknown>) =>
      request(api.url)
        .post('/api/submissions')
        .set('Authorization', `Bearer ${ada.token}`)
        .send({
          challenge: definition.id,
          tasks: definition.tasks,
          uploadId,
          card: { name: 'A network', inputs: ['ssh-nadir'] },
          ...request_,
        });
    const messagesOf = async (network: unknown, extra: Record<string, unknown> = {}) => {
      const { body } = await send({ network, ...extra }).expect(400);
      return body.error.fields.map(({ path, message }: Record<string, string>) => `${path}: ${message}`);
    };
    expect(await messagesOf({ manifest: 'a: [1' })).toEqual([
      expect.stringMatching(/^network\.manifest: This is not YAML/),
    ]);
    expect(await messagesOf({ manifest: `${MANIFEST}n_steps: 3\n` })).toEqual([
      "network.manifest: there is no setting 'n_steps'",
    ]);
    expect(await messagesOf({ manifest: MANIFEST.replace('n_step: 5', 'n_step: 0') })).toEqual([
      expect.stringMatching(/^network\.manifest: n_step: /),
    ]);
    expect(await messagesOf({ manifest: ' ' })).toEqual(['network.manifest: the manifest is empty']);
    expect(await messagesOf({ manifest: null }, { onlyCovered: true })).toEqual([
      expect.stringMatching(/^onlyCovered: is for maps/),
    ]);
    // Nothing was used up: the same upload goes in with a hydra configuration, which only the check can read.
    const created = await send({
      network: { manifest: 'model:\n  _target_: src.models.Lit4dVarNet\n' },
    }).expect(201);
    expect(created.body.form).toBe('network');
  });
});

describe('a reference that is a network', () => {
  const withNetwork = () =>
    observed({
      files: [
        ...observed().files,
        { role: 'network', area: 'gf', path: 'net.ckpt', description: '' },
        { role: 'network-manifest', area: 'gf', path: 'net.yaml', description: '' },
      ],
      references: [
        {
          id: 'fourdvarnet',
          name: '4DVarNet',
          description: '',
          inputs: ['ssh-nadir'],
          role: 'reconstruction',
          compute: { method: 'network', checkpoint: 'net.ckpt', manifest: 'net.yaml' },
        },
      ],
    });

  it('is checked and run behind the networks of participants; its files are public', async () => {
    const definition = await registerChallenge(api, withNetwork(), { 'net.yaml': Buffer.from(MANIFEST) });
    const [row] = await api.dataSource.query(`select id from submissions where challenge_id = $1`, [
      definition.id,
    ]);
    expect(await viewOf(row.id, null)).toMatchObject({
      kind: 'reference',
      form: 'network',
      file: { name: 'net.ckpt' },
      network: { manifest: MANIFEST, summary: null },
      evaluations: [
        { scenario: 'nadir4', step: 'check' },
        { scenario: 'swot1', step: 'check' },
      ],
    });
    const { submissionId } = await submitNetwork(definition);
    for (const expected of [submissionId, row.id]) {
      const check = await mustClaim(api, ['check']);
      expect(check.payload).toMatchObject({ submissionId: expected, network: { manifest: MANIFEST } });
      await finish(api, check, await networkChecked(api)).expect(200);
    }
    const order = [];
    for (let count = 0; count < 4; count += 1) {
      const job = await mustPredict();
      order.push(job.payload.kind === 'predict' ? job.payload.submissionId : '');
    }
    expect(order).toEqual([submissionId, submissionId, row.id, row.id]);
    await request(api.url).get(`/api/challenges/${definition.id}/files/net.ckpt`).expect(200);
    const manifest = await request(api.url)
      .get(`/api/challenges/${definition.id}/files/net.yaml`)
      .expect(200);
    expect(manifest.text).toBe(MANIFEST);
  });

  it('needs both of its files', async () => {
    const definition = withNetwork();
    const parsed = challengeDefinitionSchema.safeParse({
      ...definition,
      files: definition.files.filter(({ role }) => role !== 'network-manifest'),
    });
    expect(parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      "references.0.compute.manifest: no file 'net.yaml' with the role 'network-manifest'",
    ]);
  });
});
