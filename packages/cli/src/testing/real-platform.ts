import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  claimedJobSchema,
  createdTokenSchema,
  type ClaimedJob,
  type JobOutcome,
  type ObjectReference,
  type Step,
} from '@sillage/contracts';

const START_MS = 240_000;
const WORKER_TOKEN = 'worker-token-for-tests';
const ORGANISER_TOKEN = 'sil_organiser-token-for-tests';

/** The real backend, built, as a process of its own on a database of its own; a test plays its evaluator, or starts one. */
export type RealPlatform = {
  url: string;
  /** As `SILLAGE_HOME` of a platform on this machine. */
  stateFolder: string;
  organiserToken: string;
  incomingFolder: string;
  storeFolder: string;
  /** Of uploads that nothing was made of yet. */
  uploadFolder: string;
  /** As an evaluator sends one. */
  putObject: (content: Buffer) => Promise<ObjectReference>;
  claim: (step: Step) => Promise<ClaimedJob>;
  finish: (job: ClaimedJob, outcome: JobOutcome) => Promise<void>;
  /** A new participant, by name, who signs up as a browser does. */
  signUp: (displayName: string) => Promise<{ email: string; token: string }>;
  /** Plays an evaluator until no check and no score waits: every check passes, and `outcomeOf` says what a score step finds. */
  work: (outcomeOf: (job: ClaimedJob) => JobOutcome, evaluatorVersion?: string) => Promise<void>;
  /** A real evaluator, built. @returns what kills it as a crash would, with all its leases over. */
  startEvaluator: () => () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * @param stateFolder - laid out as that of `npm start`, with its secrets or none, and with a PostgreSQL of its own; without one, a
 *   new folder that is removed at the end, and a database on the server of the tests.
 */
export async function startRealPlatform(stateFolder?: string): Promise<RealPlatform> {
  const folder = stateFolder ?? mkdtempSync(join(tmpdir(), 'sillage-cli-platform-'));
  const incomingFolder = join(folder, 'incoming');
  mkdirSync(incomingFolder, { recursive: true });
  const storeFolder = join(folder, 'objects');
  const uploadFolder = join(folder, 'uploads');
  const database = await startDatabase(stateFolder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const organiserToken = ORGANISER_TOKEN;
  const secrets = { postgresPassword: database.password, workerToken: WORKER_TOKEN, organiserToken };
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(secrets));
  const backend = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../../backend/dist/main.js', import.meta.url))],
    {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        SILLAGE_API_PORT: String(port),
        SILLAGE_PUBLIC_URL: url,
        SILLAGE_STORE_DIR: storeFolder,
        SILLAGE_UPLOAD_DIR: uploadFolder,
        SILLAGE_INCOMING_DIR: incomingFolder,
        SILLAGE_WORKER_TOKENS: WORKER_TOKEN,
        SILLAGE_ORGANISER_TOKEN: organiserToken,
        // Longer than any stall: a lease is lost where a test says so.
        SILLAGE_LEASE_S: '600',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const evaluators: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const kill of evaluators) await kill();
    await ended(backend, 'SIGTERM');
    await database.stop();
    if (stateFolder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const call = async (path: string, body: object): Promise<Response> => {
    const response = await fetch(`${url}/api/worker/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WORKER_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const tryToClaim = async (
    capabilities: Step[],
    waitMs: number,
    evaluatorVersion: string,
  ): Promise<ClaimedJob | null> => {
    const response = await call('claim', { worker: 'test', evaluatorVersion, capabilities, waitMs });
    return response.status === 204 ? null : claimedJobSchema.parse(await response.json());
  };
  const finish = async ({ jobId, attempt, leaseToken }: ClaimedJob, outcome: JobOutcome): Promise<void> => {
    await call(`jobs/${jobId}/finish`, { attempt, leaseToken, outcome });
  };
  const putObject = async (content: Buffer): Promise<ObjectReference> => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const response = await fetch(`${url}/api/worker/objects/${sha256}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${WORKER_TOKEN}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(content),
    });
    return (await response.json()) as ObjectReference;
  };
  try {
    await answering(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    stateFolder: folder,
    organiserToken,
    incomingFolder,
    storeFolder,
    uploadFolder,
    putObject,
    claim: async (step) => {
      for (let count = 0; count < 5; count += 1) {
        const job = await tryToClaim([step], 25_000, '1.0.0');
        if (job !== null) return job;
      }
      throw new Error(`no ${step} job came`);
    },
    finish,
    work: async (outcomeOf, evaluatorVersion = '1.0.0') => {
      const next = () => tryToClaim(['check', 'score'], 0, evaluatorVersion);
      for (let job = await next(); job !== null; job = await next()) {
        const isCheck = job.payload.kind === 'check';
        const canonical = isCheck ? await putObject(randomBytes(300)) : null;
        await finish(
          job,
          canonical === null
            ? outcomeOf(job)
            : { status: 'done', result: { kind: 'check', canonical, warnings: [], uncovered: [] } },
        );
      }
    },
    signUp: async (displayName) => {
      const email = `${randomUUID()}@example.org`;
      const headers = { 'content-type': 'application/json', origin: url };
      const registered = await fetch(`${url}/api/auth/register`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ email, password: 'correct horse battery', displayName }),
      });
      const cookie = registered.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
      const created = await fetch(`${url}/api/tokens`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: JSON.stringify({ name: 'test', scopes: ['read', 'submit'], expiresInDays: 1 }),
      });
      return { email, token: createdTokenSchema.parse(await created.json()).secret };
    },
    startEvaluator: () => {
      const evaluator = spawn(
        process.execPath,
        [fileURLToPath(new URL('../../../../evaluator/dist/main.js', import.meta.url))],
        {
          env: {
            PATH: process.env.PATH,
            SILLAGE_API_URL: url,
            SILLAGE_WORKER_TOKEN: WORKER_TOKEN,
            SILLAGE_CACHE_DIR: join(folder, `cache-${evaluators.length}`),
            SILLAGE_WORKER_NAME: `evaluator-${evaluators.length}`,
            SILLAGE_RUNTIME: 'none',
          },
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      );
      const kill = (): Promise<void> => ended(evaluator, 'SIGKILL');
      evaluators.push(kill);
      return async () => {
        await kill();
        await database.run(
          `update jobs set lease_expires_at = clock_timestamp() - interval '1 second' where state = 'leased'`,
        );
      };
    },
    stop,
  };
}

/** All that the tables of a state folder hold, as text, in an order of its own. */
export async function everyRowIn(stateFolder: string): Promise<Record<string, string[]>> {
  const { postgresPassword: password } = JSON.parse(
    readFileSync(join(stateFolder, 'secrets.json'), 'utf8'),
  ) as { postgresPassword: string };
  const { ensurePostgres, runStatement } = await postgresTools();
  const server = await ensurePostgres({ folder: join(stateFolder, 'postgres'), password, isDurable: false });
  const select = async (statement: string): Promise<string[]> =>
    (await runStatement(server.url, statement)).map(({ row }) => String(row));
  try {
    const tables = await select(
      `select quote_ident(relname) as row from pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    );
    const rows: Record<string, string[]> = {};
    for (const table of tables)
      rows[table] = await select(`select t::text as row from public.${table} t order by 1`);
    return rows;
  } finally {
    if (!server.adopted) await server.stop();
  }
}

type Database = {
  url: string;
  password: string;
  run: (statement: string) => Promise<unknown>;
  stop: () => Promise<void>;
};

type Postgres = typeof import('../../../../tools/embedded-postgres.mjs');
/** The starters are plain modules outside of this package. */
const tool = (name: string): string => new URL(`../../../../tools/${name}`, import.meta.url).href;
const postgresTools = async (): Promise<Postgres> =>
  (await import(tool('embedded-postgres.mjs'))) as Postgres;

async function startDatabase(stateFolder: string | undefined): Promise<Database> {
  const { ensurePostgres, runStatement } = await postgresTools();
  const { createTestDatabase, TEST_DATABASE_PASSWORD: password } = (await import(
    tool('test-database.mjs')
  )) as typeof import('../../../../tools/test-database.mjs');
  const of = (url: string, stop: () => Promise<void>): Database => ({
    url,
    password,
    run: (statement) => runStatement(url, statement),
    stop,
  });
  if (stateFolder === undefined) {
    const { url, drop } = await createTestDatabase();
    return of(url, drop);
  }
  const server = await ensurePostgres({ folder: join(stateFolder, 'postgres'), password, isDurable: false });
  return of(server.url, server.stop);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await exited;
}

async function answering(url: string): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const isUp = await fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (performance.now() - startedMs > START_MS) throw new Error(`${url} did not start in ${START_MS} ms`);
    await sleep(100);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
