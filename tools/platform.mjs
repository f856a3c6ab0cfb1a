// All of Sillage on one machine: database, backend, pages, evaluator, and a gateway in front.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FRONTEND_STANDALONE } from './build.mjs';
import {
  assertDiskSpace,
  COMPILE_CACHE_FOLDER,
  makeFolder,
  PlainError,
  ROOT,
  serviceNode,
} from './clone.mjs';
import { ensurePostgres } from './embedded-postgres.mjs';
import { startGateway } from './gateway.mjs';
import { lockState } from './instance-lock.mjs';
import { assertNotRestoring } from './backup.mjs';
import { freePort, freePortFrom } from './ports.mjs';
import { isRunning } from './processes.mjs';
import { silentProgress } from './progress-lines.mjs';
import { logLimits, rotateLogsIn } from './rotate-logs.mjs';
import { ensureSecrets } from './secrets.mjs';
import { SupervisedProcess } from './supervised-process.mjs';

const STATE_BYTES = 200 * 2 ** 20;
const MOST_API_PROCESSES = 16;

/**
 * @typedef {object} PlatformOptions
 * @property {string} stateFolder
 * @property {number} port wanted port of the one URL; another is taken when it is not free. 0: any
 * @property {string} [host] 127.0.0.1 unless told; 0.0.0.0 lets other machines in
 * @property {string} [databaseUrl] replaces the embedded PostgreSQL
 * @property {string} [publicUrl] what browsers see, when a proxy stands in front
 * @property {string} [datasetsFolder] the shipped challenges unless told, here or by SILLAGE_DATASETS_DIR
 * @property {NodeJS.ProcessEnv} [env] passed to every service: S3 settings and the like
 * @property {string[]} [nodeOptions] of every service, before its script
 * @property {import('./progress-lines.mjs').Progress} [progress]
 * @property {import('./instance-lock.mjs').Lock} [lock] on the state folder, when the caller holds it already
 *
 * @typedef {object} Platform
 * @property {string} url
 * @property {string} apiUrl the API, past the gateway for browsers
 * @property {string[]} backendUrls each API process by itself
 * @property {number} port
 * @property {import('./secrets.mjs').Secrets} secrets
 * @property {string} databaseUrl
 * @property {string} logsFolder
 * @property {{ backend: SupervisedProcess, frontend: SupervisedProcess, evaluator: SupervisedProcess, [name: string]: SupervisedProcess }} processes
 *   `backend-2` and so on where several API processes were asked for
 * @property {() => number | null} postgresPid null with a database of your own
 * @property {() => Promise<void>} stop evaluator first, database last
 */

/**
 * Starts everything; throws with a plain reason, with nothing left running, when a part does not start.
 * @param {PlatformOptions} options
 * @returns {Promise<Platform>}
 */
export async function startPlatform({
  stateFolder,
  port: wantedPort,
  host = '127.0.0.1',
  databaseUrl: givenDatabaseUrl,
  publicUrl: givenPublicUrl,
  env = process.env,
  nodeOptions = [],
  datasetsFolder = env.SILLAGE_DATASETS_DIR || path.join(ROOT, 'datasets'),
  progress = silentProgress(),
  lock: givenLock,
}) {
  const lock = givenLock ?? (await lockState(stateFolder));

  /** What to undo, last started first. @type {(() => Promise<void>)[]} */
  const undo = [async () => lock.release()];
  const stopAll = async () => {
    for (let action = undo.pop(); action !== undefined; action = undo.pop()) await action();
  };
  try {
    assertDiskSpace(stateFolder, STATE_BYTES, 'a start');
    assertNotRestoring(stateFolder);
    const inState = (/** @type {string[]} */ ...parts) => path.join(stateFolder, ...parts);
    const logsFolder = inState('logs');
    for (const folder of ['logs', 'run', 'objects', 'uploads', 'cache', 'incoming'])
      makeFolder(inState(folder), 0o700);
    const stopRotating = rotateLogsIn(logsFolder, logLimits(env));
    undo.push(async () => stopRotating());
    const secrets = ensureSecrets(stateFolder);

    const port = wantedPort === 0 ? await freePort(host) : await freePortFrom(wantedPort, host);
    if (wantedPort !== 0 && port !== wantedPort)
      progress.say(`port ${wantedPort} is taken by another program: using ${port} instead`);
    const processCount = apiProcessCount(env);
    const [frontendPort, innerPort, ...backendPorts] = await freePorts(port, {
      count: 2 + processCount,
      wanted: Number(env.SILLAGE_API_PORT || 0),
    });
    const backendUrls = backendPorts.map((backendPort) => `http://127.0.0.1:${backendPort}`);
    const [firstBackendUrl] = /** @type {[string]} */ (backendUrls);
    // Our own services ask as the gateway does: whoever of the processes is ready.
    const apiUrl = processCount === 1 ? firstBackendUrl : `http://127.0.0.1:${innerPort}`;
    const frontendUrl = `http://127.0.0.1:${frontendPort}`;
    const publicUrl = (
      givenPublicUrl ?? `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`
    ).replace(/\/$/, '');

    let databaseUrl = givenDatabaseUrl ?? '';
    /** @type {() => number | null} */
    let postgresPid = () => null;
    if (givenDatabaseUrl === undefined || givenDatabaseUrl === '') {
      const postgres = await progress.step('starting PostgreSQL', () =>
        startPostgres({ stateFolder, password: secrets.postgresPassword, say: progress.say }),
      );
      if (postgres.adopted) progress.say('it was running already, left by an earlier start: adopted');
      undo.push(postgres.stop);
      postgresPid = postgres.pid;
      databaseUrl = postgres.url;
    } else {
      await progress.step('connecting to the database of DATABASE_URL', () =>
        assertDatabaseAnswers(givenDatabaseUrl),
      );
    }

    // Stopped after the services, which finish what they do through it.
    const closeGateways = /** @type {(() => Promise<void>)[]} */ ([]);
    undo.push(async () => void (await Promise.all(closeGateways.map((close) => close()))));

    const serviceEnv = {
      ...withoutOwnSettings(env),
      NODE_ENV: /** @type {const} */ ('production'),
      TZ: 'UTC',
      // Compiled code is kept between starts: a fifth of the processor time of one.
      NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE || COMPILE_CACHE_FOLDER,
    };
    const supervise = (
      /** @type {string} */ name,
      /** @type {string} */ script,
      /** @type {Record<string, string>} */ settings,
      /** @type {() => Promise<boolean>} */ isReady,
      /** @type {string[]} */ ownNodeOptions = [],
    ) => {
      if (!fs.existsSync(script)) throw new PlainError(`the ${name} is not built: ${script} is missing`);
      const supervised = new SupervisedProcess({
        name,
        command: serviceNode(),
        args: ['--enable-source-maps', ...nodeOptions, ...ownNodeOptions, script],
        cwd: path.dirname(script),
        env: { ...serviceEnv, ...settings },
        logFile: inState('logs', `${name}.log`),
        runFile: inState('run', `${name}.json`),
        isReady,
        readyTimeoutMs: 240_000, // on a machine that does other work too
        say: progress.say,
      });
      undo.push(() => supervised.stop());
      return supervised;
    };

    const backends = backendPorts.map((backendPort, index) =>
      supervise(
        index === 0 ? 'backend' : `backend-${index + 1}`,
        path.join(ROOT, 'backend', 'dist', 'main.js'),
        {
          DATABASE_URL: databaseUrl,
          SILLAGE_API_HOST: '127.0.0.1',
          SILLAGE_API_PORT: String(backendPort),
          SILLAGE_PUBLIC_URL: publicUrl,
          SILLAGE_STORE_DIR: inState('objects'),
          SILLAGE_UPLOAD_DIR: inState('uploads'),
          SILLAGE_WORKER_TOKENS: secrets.workerToken,
          SILLAGE_ORGANISER_TOKEN: secrets.organiserToken,
          SILLAGE_DATASETS_DIR: path.resolve(datasetsFolder),
          SILLAGE_INCOMING_DIR: path.resolve(env.SILLAGE_INCOMING_DIR || inState('incoming')),
        },
        () => answers(`http://127.0.0.1:${backendPort}/api/health/ready`, (status) => status === 200),
      ),
    );
    const [backend, ...otherBackends] = /** @type {[SupervisedProcess, ...SupervisedProcess[]]} */ (backends);
    const frontend = supervise(
      'frontend',
      path.join(FRONTEND_STANDALONE, 'server.js'),
      {
        SILLAGE_API_URL: apiUrl,
        SILLAGE_PUBLIC_URL: publicUrl,
        PORT: String(frontendPort),
        HOSTNAME: '127.0.0.1',
        NEXT_TELEMETRY_DISABLED: '1',
      },
      () => answers(`${frontendUrl}/favicon.ico`, (status) => status < 500),
      ['--import', path.join(ROOT, 'tools', 'json-console.mjs')],
    );
    const evaluator = supervise(
      'evaluator',
      path.join(ROOT, 'evaluator', 'dist', 'main.js'),
      {
        SILLAGE_API_URL: apiUrl,
        SILLAGE_WORKER_TOKEN: secrets.workerToken,
        SILLAGE_CACHE_DIR: inState('cache'),
        SILLAGE_WORKER_NAME: env.SILLAGE_WORKER_NAME || 'local',
      },
      () => hasWorkers(`${apiUrl}/api/health`),
    );

    const openGateway = async (/** @type {Parameters<typeof startGateway>[0]} */ options) => {
      closeGateways.push((await startGateway(options)).close);
    };
    if (processCount > 1)
      await openGateway({ port: innerPort, hosts: ['127.0.0.1'], backendUrls, frontendUrl, isInner: true });
    await settleAll([
      progress.step('starting the backend: migrations and challenges', () =>
        settleAll(backends.map((process) => process.start())),
      ),
      progress.step('starting the pages', () => frontend.start()),
    ]);
    await progress.step('starting the evaluator', () => evaluator.start());

    const hosts = host === '127.0.0.1' ? ['127.0.0.1', '::1'] : [host];
    await openGateway({ port, hosts, backendUrls, frontendUrl });
    lock.tell({ url: publicUrl });
    return {
      url: publicUrl,
      apiUrl,
      backendUrls,
      port,
      secrets,
      databaseUrl,
      logsFolder,
      processes: {
        backend,
        ...Object.fromEntries(otherBackends.map((process) => [process.name, process])),
        frontend,
        evaluator,
      },
      postgresPid,
      stop: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

const POSTGRES_WATCH_MS = 500;

/**
 * PostgreSQL, started again on the same port when it dies: the services have its address and wait for it.
 * @param {{ stateFolder: string, password: string, say: (line: string) => void }} options
 */
async function startPostgres({ stateFolder, password, say }) {
  const logFile = path.join(stateFolder, 'logs', 'postgres.log');
  const ensure = (/** @type {number} */ port) =>
    ensurePostgres({ folder: path.join(stateFolder, 'postgres'), port, password, logFile, say });
  let postgres = await ensure(0);
  let isStopped = false;
  let restarting = Promise.resolve();
  let isRestarting = false;
  const watch = setInterval(() => {
    if (isRestarting || isRunning(postgres.pid)) return;
    isRestarting = true;
    restarting = restart().finally(() => (isRestarting = false));
  }, POSTGRES_WATCH_MS);
  watch.unref();
  const restart = async () => {
    for (let attempt = 1; !isStopped; attempt += 1) {
      say(`PostgreSQL ended; starting it again. Its log: ${logFile}`);
      try {
        const again = await ensure(postgres.port);
        if (again.port !== postgres.port)
          say(`PostgreSQL came back on port ${again.port}: stop and start the platform`);
        postgres = again;
        return;
      } catch (error) {
        say(`PostgreSQL does not start again: ${error instanceof Error ? error.message : error}`);
        await sleep(Math.min(30_000, 1_000 * 2 ** attempt));
      }
    }
  };
  return {
    adopted: postgres.adopted,
    url: postgres.url,
    pid: () => postgres.pid,
    stop: async () => {
      isStopped = true;
      clearInterval(watch);
      await restarting;
      await postgres.stop();
    },
  };
}

/**
 * Waits for all, then throws the first failure: nothing is left half-started behind our back.
 * @param {Promise<unknown>[]} works
 */
async function settleAll(works) {
  const failed = (await Promise.allSettled(works)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** @param {NodeJS.ProcessEnv} env */
function apiProcessCount(env) {
  const text = env.SILLAGE_API_PROCESSES || '1';
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST_API_PROCESSES)
    throw new PlainError(
      `SILLAGE_API_PROCESSES is '${text}': give a number from 1 to ${MOST_API_PROCESSES}, at most one for each core`,
    );
  return count;
}

/**
 * @param {number} taken
 * @param {{ count: number, wanted: number }} options `wanted`: of the first API process, where its metrics are read; 0: any
 * @returns {Promise<[number, number, ...number[]]>} those of the API come last
 */
async function freePorts(taken, { count, wanted }) {
  const ports = new Set([taken]);
  const found = wanted === 0 ? null : await freePortFrom(wanted);
  const wantedPort = found === taken ? await freePortFrom(taken + 1) : found;
  if (wantedPort !== null) ports.add(wantedPort);
  while (ports.size < count + 1) ports.add(await freePort());
  const others = [...ports].filter((port) => port !== taken && port !== wantedPort);
  if (wantedPort !== null) others.splice(2, 0, wantedPort);
  return /** @type {[number, number, ...number[]]} */ (others);
}

/**
 * The caller's environment, less what npm and we set for this process alone.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutOwnSettings(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^(npm_|INIT_CWD$|NODE_OPTIONS$|VITEST|PORT$|HOSTNAME$|SILLAGE_(TOKEN|URL|HOME)$)/.test(name),
    ),
  );
}

/**
 * @param {string} url
 * @param {(status: number) => boolean} isGood
 */
async function answers(url, isGood) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' });
    await response.arrayBuffer();
    return isGood(response.status);
  } catch {
    return false;
  }
}

/** @param {string} url */
async function hasWorkers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const health = /** @type {{ workerCount?: number }} */ (await response.json());
    return (health.workerCount ?? 0) > 0;
  } catch {
    return false;
  }
}

/** @param {string} url */
async function assertDatabaseAnswers(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
  } catch (cause) {
    let place = 'DATABASE_URL';
    try {
      const { hostname, port, pathname } = new URL(url);
      place = `${hostname}:${port || 5432}${pathname}`;
    } catch {
      throw new PlainError(
        'DATABASE_URL is not a URL: it looks like postgresql://user:password@host:5432/database',
        { cause },
      );
    }
    throw new PlainError(
      `the database at ${place} does not answer: ${/** @type {Error} */ (cause).message || 'no connection'}`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
