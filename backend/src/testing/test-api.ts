import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLevel } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  claimedJobSchema,
  type BoardStatistics,
  type ChallengeDefinition,
  type ClaimedJob,
  type JobOutcome,
  type NetworkRun,
  type NetworkSummary,
  type ObjectReference,
  type Physics,
  type Scores,
  type Step,
  type PreviewFrame,
  type WorkerRuntime,
} from '@sillage/contracts';
import request from 'supertest';
import type { DataSource } from 'typeorm';
import { createApplication } from '../application.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { parseConfig, type Config } from '../config/config.js';
import { connectDatabase } from '../database/connect.js';
import { Notifications } from '../notifications/notifications.js';

export const WORKER_TOKEN = 'worker-token-for-tests';
export const ORGANISER_TOKEN = 'sil_organiser-token-for-tests';
export const PUBLIC_URL = 'http://sillage.test';

/** An API process on a free port, with a folder of its own. */
export type TestApi = {
  app: NestExpressApplication;
  dataSource: DataSource;
  config: Config;
  folder: string;
  url: string;
  close: () => Promise<void>;
};

export async function startTestApi(
  databaseUrl: string,
  options: { environment?: Record<string, string>; folder?: string; logLevels?: LogLevel[] } = {},
): Promise<TestApi> {
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'sillage-api-')));
  const config = parseConfig({
    DATABASE_URL: databaseUrl,
    SILLAGE_PUBLIC_URL: PUBLIC_URL,
    SILLAGE_STORE_DIR: path.join(folder, 'objects'),
    SILLAGE_UPLOAD_DIR: path.join(folder, 'uploads'),
    SILLAGE_WORKER_TOKENS: WORKER_TOKEN,
    SILLAGE_ORGANISER_TOKEN: ORGANISER_TOKEN,
    SILLAGE_AUTH_RATE_PER_MINUTE: '1000',
    SILLAGE_REAPER_INTERVAL_S: '0.1',
    SILLAGE_RETRY_DELAY_S: '0',
    // Longer than any stall: a lease is lost where a test says so, see loseLease.
    SILLAGE_LEASE_S: '600',
    ...options.environment,
  });
  const dataSource = await connectDatabase(databaseUrl, { waitMs: 60_000, say: () => undefined });
  await dataSource.runMigrations();
  const app = await createApplication(config, dataSource, { logLevels: options.logLevels ?? ['fatal'] });
  await app.get(AccountsService).ensureBuiltInOrganiser();
  await app.listen(0, '127.0.0.1');
  return {
    app,
    dataSource,
    config,
    folder,
    url: await app.getUrl(),
    close: async () => {
      await app.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** All that talking to an API process needs. */
export type ApiAddress = { url: string };

export type Participant = { id: string; token: string; email: string };

export const PASSWORD = 'a long enough password';

export async function registerParticipant(api: ApiAddress, displayName = 'Ada'): Promise<Participant> {
  const body = { email: `${randomUUID()}@example.org`, password: PASSWORD, displayName };
  return signedInBy(api, await request(api.url).post('/api/auth/register').send(body).expect(201));
}

/** With a token made by the session that the reply opened. */
export async function signedInBy(api: ApiAddress, { headers, body }: request.Response): Promise<Participant> {
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const created = await request(api.url)
    .post('/api/tokens')
    .set('Cookie', cookie)
    .set('Origin', PUBLIC_URL)
    .send({ name: 'test', scopes: ['read', 'submit', 'account'] })
    .expect(201);
  return { id: body.id, token: created.body.secret, email: body.email };
}

export { challengeDefinition } from './challenge-definition.js';

/** Registers over the API, with random bytes as files, except where `contents` has some. */
export async function registerChallenge(
  api: ApiAddress,
  definition: ChallengeDefinition,
  contents: Record<string, Buffer> = {},
): Promise<ChallengeDefinition> {
  const uploads = [];
  for (const filePath of new Set(definition.files.map((file) => file.path))) {
    uploads.push({
      path: filePath,
      uploadId: await upload(api, ORGANISER_TOKEN, contents[filePath] ?? randomBytes(2_000), filePath),
    });
  }
  await request(api.url)
    .post('/api/challenges')
    .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
    .send({ definition, uploads })
    .expect(201);
  return definition;
}

export function tusMetadata(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

/** Creates an upload and sends its first `sentBytes`. @returns the upload's id. */
export async function upload(
  api: ApiAddress,
  token: string,
  content: Buffer,
  fileName = 'map.nc',
  options: { sentBytes?: number; sha256?: string } = {},
): Promise<string> {
  const created = await request(api.url)
    .post('/api/uploads')
    .set('Authorization', `Bearer ${token}`)
    .set('Tus-Resumable', '1.0.0')
    .set('Upload-Length', String(content.length))
    .set(
      'Upload-Metadata',
      tusMetadata({ filename: fileName, ...(options.sha256 ? { sha256: options.sha256 } : {}) }),
    )
    .expect(201);
  const id = String(created.headers.location).split('/').at(-1) ?? '';
  const sent = content.subarray(0, options.sentBytes ?? content.length);
  if (sent.length > 0) await sendChunk(api, token, { id, offset: 0, chunk: sent }).expect(204);
  return id;
}

export function sendChunk(
  api: ApiAddress,
  token: string,
  part: { id: string; offset: number; chunk: Buffer },
) {
  return request(api.url)
    .patch(`/api/uploads/${part.id}`)
    .set('Authorization', `Bearer ${token}`)
    .set('Tus-Resumable', '1.0.0')
    .set('Content-Type', 'application/offset+octet-stream')
    .set('Upload-Offset', String(part.offset))
    .send(part.chunk);
}

export async function submit(
  api: ApiAddress,
  participant: Participant,
  definition: ChallengeDefinition,
  overrides: Record<string, unknown> = {},
): Promise<{ submissionId: string; evaluationId: string }> {
  const uploadId = await upload(api, participant.token, randomBytes(500));
  const created = await request(api.url)
    .post('/api/submissions')
    .set('Authorization', `Bearer ${participant.token}`)
    .send({
      challenge: definition.id,
      tasks: definition.tasks,
      uploadId,
      card: { name: 'A method', inputs: ['ssh-nadir'] },
      ...overrides,
    })
    .expect(201);
  return { submissionId: created.body.id, evaluationId: created.body.evaluations[0].id };
}

export async function claim(
  api: ApiAddress,
  capabilities: Step[] = ['check', 'score', 'products'],
  waitMs = 0,
  worker = 'w1',
  runtime?: WorkerRuntime,
): Promise<ClaimedJob | null> {
  const reply = await request(api.url)
    .post('/api/worker/claim')
    .set('Authorization', `Bearer ${WORKER_TOKEN}`)
    .send({ worker, evaluatorVersion: '1.0.0', capabilities, waitMs, runtime });
  if (reply.status === 204) return null;
  if (reply.status !== 200) throw new Error(`claim: ${reply.status} ${reply.text}`);
  return claimedJobSchema.parse(reply.body);
}

/** The longest that a claim may wait: it is answered as soon as there is work. */
const CLAIM_MS = 25_000;
const CLAIMS = 4;

export async function mustClaim(api: ApiAddress, capabilities?: Step[]): Promise<ClaimedJob> {
  for (let count = 0; count < CLAIMS; count += 1) {
    const job = await claim(api, capabilities, CLAIM_MS);
    if (job !== null) return job;
  }
  throw new Error(`no job came in ${(CLAIMS * CLAIM_MS) / 1_000} s`);
}

export function finish(api: ApiAddress, job: ClaimedJob, outcome: JobOutcome) {
  return request(api.url)
    .post(`/api/worker/jobs/${job.jobId}/finish`)
    .set('Authorization', `Bearer ${WORKER_TOKEN}`)
    .send({ attempt: job.attempt, leaseToken: job.leaseToken, outcome });
}

export function heartbeat(
  api: ApiAddress,
  job: ClaimedJob,
  report: { progress?: number; activity?: string; frames?: PreviewFrame[] } = {},
) {
  return request(api.url)
    .post(`/api/worker/jobs/${job.jobId}/heartbeat`)
    .set('Authorization', `Bearer ${WORKER_TOKEN}`)
    .send({ attempt: job.attempt, leaseToken: job.leaseToken, ...report });
}

export async function putObject(api: ApiAddress, content: Buffer): Promise<ObjectReference> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const reply = await request(api.url)
    .put(`/api/worker/objects/${sha256}`)
    .set('Authorization', `Bearer ${WORKER_TOKEN}`)
    .set('Content-Type', 'application/octet-stream')
    .send(content)
    .expect(200);
  return reply.body;
}

export const SCORES: Scores = {
  mu: 0.912345,
  sigma: 0.012345,
  lambdaXDeg: 1.234567,
  lambdaXKm: null,
  lambdaTDays: 10.987654,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.045678,
};

export async function mapDone(api: ApiAddress): Promise<JobOutcome> {
  const map = await putObject(api, randomBytes(200));
  return { status: 'done', result: { kind: 'map', map, variable: 'gssh', fileName: 'oi-gf-nadir4.nc' } };
}

export async function checkDone(
  api: ApiAddress,
  uncovered: { area: string; scenario: string }[] = [],
): Promise<JobOutcome> {
  const canonical = await putObject(api, randomBytes(300));
  return { status: 'done', result: { kind: 'check', canonical, warnings: [], uncovered } };
}

export const NETWORK_SUMMARY: NetworkSummary = {
  architecture: 'starter',
  format: 'pytorch-zip',
  parameterCount: 363_000,
  days: 15,
  spacingDeg: 0.05,
  gflopPerPatch: 220.5,
  peakMemoryBytes: 3 * 2 ** 30,
  extraInputs: [],
};

export async function networkChecked(
  api: ApiAddress,
  summary: Partial<NetworkSummary> = {},
): Promise<JobOutcome> {
  const network = await putObject(api, randomBytes(400));
  return {
    status: 'done',
    result: { kind: 'check-network', network, summary: { ...NETWORK_SUMMARY, ...summary }, warnings: [] },
  };
}

export const NETWORK_RUN: NetworkRun = {
  runtime: { name: 'webgpu', version: '0.6.2', device: 'A card', precision: 'float32' },
  patchCount: 42,
  batchCount: 11,
  wallSeconds: 12.5,
  deviceSeconds: 9.25,
  energyJoules: null,
  gflop: 9261,
};

export async function predictDone(api: ApiAddress): Promise<JobOutcome> {
  const map = await putObject(api, randomBytes(250));
  return {
    status: 'done',
    result: { kind: 'predict', map, variable: 'gssh', fileName: 'prediction-gf-nadir4.nc', run: NETWORK_RUN },
  };
}

/** What an evaluator tells with its scores. */
export type BoardExtras = { physics?: Physics; statistics?: BoardStatistics };

export function scoreDone(scores: Partial<Scores> = {}, extras: BoardExtras = {}): JobOutcome {
  return {
    status: 'done',
    result: { kind: 'score', scores: { ...SCORES, ...scores }, ...extras, warnings: [], artefacts: [] },
  };
}

/** Plays the evaluator for everything that waits, except products. */
export async function scoreEverything(
  api: ApiAddress,
  scores: Partial<Scores> = {},
  extras: BoardExtras = {},
): Promise<void> {
  for (
    let job = await claim(api, ['check', 'score']);
    job !== null;
    job = await claim(api, ['check', 'score'])
  ) {
    const outcome = job.payload.kind === 'check' ? await checkDone(api) : scoreDone(scores, extras);
    await finish(api, job, outcome).expect(200);
  }
}

/** As if its worker were gone: the lease has run out, and the reaper has taken the job back. No test waits for a clock. */
export async function loseLease(api: TestApi, job: ClaimedJob): Promise<void> {
  await api.dataSource.query(
    `update jobs set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1`,
    [job.jobId],
  );
  for (;;) {
    const [row]: { state: string }[] = await api.dataSource.query('select state from jobs where id = $1', [
      job.jobId,
    ]);
    if (row?.state !== 'leased') return;
    await sleep(20);
  }
}

/** Runs `work` while others are kept from what `lock` takes, and then `change`, which they see once they go on. */
export async function whileWaiting<T>(
  api: TestApi,
  lock: { sql: string; values: unknown[] },
  {
    work,
    change,
  }: { work: () => PromiseLike<T>; change: (query: TestApi['dataSource']['query']) => Promise<void> },
): Promise<T> {
  const runner = api.dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(lock.sql, lock.values);
    const [{ pid }] = await runner.query('select pg_backend_pid() as pid');
    const working = Promise.resolve(work());
    for (;;) {
      const waiting = await api.dataSource.query(
        'select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
        [pid],
      );
      if (waiting.length > 0) break;
      await sleep(10);
    }
    await change(runner.query.bind(runner) as TestApi['dataSource']['query']);
    await runner.commitTransaction();
    return await working;
  } finally {
    await runner.release();
  }
}

/** After a change past the services, which tell of their own: every process makes its boards afresh. */
export async function tellBoardsChanged(api: TestApi): Promise<void> {
  const tasks: { id: string }[] = await api.dataSource.query(
    'with changed as (update tasks set board_version = board_version + 1 returning id) select id from changed',
  );
  for (const { id } of tasks) await api.app.get(Notifications).publish({ kind: 'board-changed', taskId: id });
}
