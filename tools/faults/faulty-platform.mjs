// The real processes in a temporary folder, with everything that a fault takes hold of.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { lastLines, serviceNode } from '../clone.mjs';
import { stopPostgres } from '../embedded-postgres.mjs';
import { freePort } from '../ports.mjs';
import { readableLine } from '../rotate-logs.mjs';
import { becomesTrue, endProcess, isRunning, isStillThere, processIdentity } from '../processes.mjs';
import { call, callUntil, persistently, signUp } from './client.mjs';
import { CHALLENGE, quotaSettings } from './sea.mjs';
import { mountSmallDisk } from './small-disk.mjs';
import { startTcpProxy } from './tcp-proxy.mjs';

export const LEASE_S = 4;
const READY_MS = 300_000;
const STOP_MS = 60_000;
const MIB = 2 ** 20;
/** Of a line of a log. */
const MOST_CHARACTERS = 300;
/** With less free on a disk of ours, uploads are refused. */
const MIN_FREE_MIB = 64;
/** In memory, but only what is written. */
const DISK_BYTES = { uploads: 256 * MIB, objects: 2048 * MIB, database: 2048 * MIB };
/** How often a large upload lies there at once: the store has it under a temporary name first. */
const COPIES = { uploads: 1, objects: 2, database: 0 };

/** @typedef {'backend' | 'backend-2' | 'frontend' | 'evaluator' | 'evaluator-2'} ServiceName */
/** @typedef {keyof typeof DISK_BYTES} DiskName */

export class FaultyPlatform {
  /** @type {import('node:child_process').ChildProcess | null} */
  #launcher = null;
  /** @type {import('./tcp-proxy.mjs').TcpProxy[]} */
  #proxies = [];
  /** @type {Partial<Record<DiskName, import('./small-disk.mjs').SmallDisk>>} */
  disks = {};
  #port = 0;
  #isStopped = false;
  /** @type {import('./launcher.mjs').Ready | null} */
  #ready = null;
  token = '';

  /** @param {{ folder: string, datasetsFolder: string, uploadBytes: number }} options `uploadBytes`: of the largest */
  constructor({ folder, datasetsFolder, uploadBytes }) {
    this.folder = folder;
    this.uploadBytes = uploadBytes;
    this.datasetsFolder = datasetsFolder;
    this.clockFile = path.join(folder, 'clock');
  }

  inFolder(/** @type {string[]} */ ...parts) {
    return path.join(this.folder, ...parts);
  }

  async start() {
    for (const name of ['logs', 'run', 'postgres']) fs.mkdirSync(this.inFolder(name), { recursive: true });
    for (const name of /** @type {DiskName[]} */ (Object.keys(DISK_BYTES))) {
      const disk = mountSmallDisk(this.inFolder(name), DISK_BYTES[name] + COPIES[name] * this.uploadBytes);
      if (disk !== null) this.disks[name] = disk;
    }
    if (this.disks.database !== undefined)
      fs.writeFileSync(
        this.inFolder('postgres', 'location.json'),
        JSON.stringify({ dataFolder: this.databaseFolder }),
      );
    this.#port = await freePort();
    this.#proxies = [await startTcpProxy(), await startTcpProxy()];
    await this.launch();
    const { url, token } = this.organiser;
    const settings = `${url}/api/admin/challenges/${CHALLENGE}/settings`;
    const { revision } = (await callUntil(settings, { token }, [200])).body;
    await callUntil(settings, { method: 'PUT', json: quotaSettings(revision), token }, [200]);
    this.token = await signUp(url, this.ready.url);
  }

  get databaseFolder() {
    return this.disks.database === undefined ? this.inFolder('postgres') : this.inFolder('database', 'data');
  }

  get ready() {
    if (this.#ready === null) throw new Error('the platform has not started');
    return this.#ready;
  }

  /** Where participants' programs go: the gateway, over a line that can be cut. */
  get url() {
    return `http://127.0.0.1:${this.front.port}`;
  }

  get front() {
    return /** @type {import('./tcp-proxy.mjs').TcpProxy} */ (this.#proxies[0]);
  }

  /** Between the second evaluator and the API. */
  get link() {
    return /** @type {import('./tcp-proxy.mjs').TcpProxy} */ (this.#proxies[1]);
  }

  get participant() {
    return { url: this.url, token: this.token };
  }

  get organiser() {
    return { url: this.url, token: this.ready.secrets.organiserToken };
  }

  get worker() {
    return { url: this.url, token: this.ready.secrets.workerToken };
  }

  /** What an operator does after a crash: starts it again on the same folder. */
  async launch() {
    if (this.#isStopped) throw new Error('the platform was stopped');
    const readyFile = this.inFolder('ready.json');
    fs.rmSync(readyFile, { force: true });
    /** @type {import('./launcher.mjs').LauncherSettings} */
    const settings = {
      stateFolder: this.folder,
      datasetsFolder: this.datasetsFolder,
      port: this.#port,
      linkPort: this.link.port,
      readyFile,
      env: {
        SILLAGE_API_PROCESSES: '2',
        SILLAGE_FAULT_CLOCK_FILE: this.clockFile,
        SILLAGE_LEASE_S: String(LEASE_S),
        SILLAGE_REAPER_INTERVAL_S: '0.5',
        SILLAGE_RETRY_DELAY_S: '0.5',
        SILLAGE_COLLECT_EVERY_H: '0',
        SILLAGE_STORE_MIN_FREE_MIB: String(MIN_FREE_MIB),
        SILLAGE_AUTH_RATE_PER_MINUTE: '1000',
        SILLAGE_SCORE_THREADS: '1',
      },
    };
    const log = fs.openSync(this.inFolder('logs', 'launcher.log'), 'a');
    const launcher = spawn(
      serviceNode(),
      [path.join(import.meta.dirname, 'launcher.mjs'), JSON.stringify(settings)],
      // A group of its own: Ctrl-C reaches the harness alone, which stops things in order.
      { stdio: ['ignore', log, log], detached: true },
    );
    fs.closeSync(log);
    this.#launcher = launcher;
    await becomesTrue(
      () => fs.existsSync(readyFile) || launcher.exitCode !== null || this.#isStopped,
      READY_MS,
    );
    if (!fs.existsSync(readyFile)) throw new Error(`the platform does not start:\n${this.lastLogLines(12)}`);
    this.#ready = JSON.parse(fs.readFileSync(readyFile, 'utf8'));
    this.front.setTarget(this.ready.port);
    this.link.setTarget(Number(new URL(this.ready.apiUrl).port));
    await this.#answers();
  }

  /** Both API processes, the pages and both evaluators. */
  async #answers() {
    await persistently('the platform', async () => {
      for (const url of [...this.ready.backendUrls, this.url]) {
        const { status } = await call(`${url}/api/health/ready`);
        if (status !== 200) return 'again';
      }
      const pages = await call(`${this.url}/favicon.ico`);
      return pages.status < 500 ? 'done' : 'again';
    });
  }

  /** Until everything runs and answers as before the fault. */
  async recovered() {
    await this.#answers();
    await persistently('the evaluators', async () =>
      this.pidOf('evaluator') !== null && this.pidOf('evaluator-2') !== null ? 'done' : 'again',
    );
  }

  /**
   * @param {ServiceName} name
   * @returns {number | null} of the very process that runs now
   */
  pidOf(name) {
    try {
      const identity = JSON.parse(fs.readFileSync(this.inFolder('run', `${name}.json`), 'utf8'));
      return isStillThere(identity) ? identity.pid : null;
    } catch {
      return null;
    }
  }

  get #postgresPid() {
    try {
      const pid = Number(
        fs.readFileSync(path.join(this.databaseFolder, 'postmaster.pid'), 'utf8').split('\n')[0],
      );
      return isRunning(pid) ? pid : null;
    } catch {
      return null;
    }
  }

  /** @param {ServiceName} name */
  killService(name) {
    return this.#killOnce(`a running ${name}`, () => this.pidOf(name));
  }

  killPostgres() {
    return this.#killOnce('a running PostgreSQL', () => this.#postgresPid);
  }

  /** What is just being started again is waited for: no kill goes into the void. */
  async #killOnce(/** @type {string} */ what, /** @type {() => number | null} */ find) {
    await this.kill(await persistently(what, async () => find() ?? 'again'));
  }

  /** @param {number} pid */
  async kill(pid) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
    await becomesTrue(() => !isRunning(pid), STOP_MS);
  }

  async killLauncher() {
    await this.#killOnce('a running launcher', () => this.#launcher?.pid ?? null);
  }

  /**
   * @param {string} text
   * @param {unknown[]} [values]
   * @returns {Promise<any[]>}
   */
  query(text, values = []) {
    return persistently('the database', async () => {
      const client = new pg.Client({
        connectionString: this.ready.databaseUrl,
        connectionTimeoutMillis: 5_000,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        return (await client.query(text, values)).rows;
      } finally {
        await client.end().catch(() => {});
      }
    });
  }

  /** @param {number} count of each log */
  lastLogLines(count) {
    return fs
      .readdirSync(this.inFolder('logs'))
      .filter((name) => name.endsWith('.log'))
      .flatMap((name) =>
        lastLines(this.inFolder('logs', name), count).map(
          (line) => `${name}: ${readableLine(line).slice(0, MOST_CHARACTERS)}`,
        ),
      )
      .join('\n');
  }

  /** Ends every process, by its number, also those that a killed launcher has left; unmounts. */
  async stop({ keep = false } = {}) {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const disk of Object.values(this.disks)) disk.empty();
    const launcher = this.#launcher;
    const identity = launcher?.pid === undefined ? null : processIdentity(launcher.pid);
    if (identity !== null) await endProcess(identity, { graceMs: STOP_MS });
    for (const name of /** @type {ServiceName[]} */ ([
      'evaluator-2',
      'evaluator',
      'frontend',
      'backend-2',
      'backend',
    ])) {
      const pid = this.pidOf(name);
      if (pid === null) continue;
      endGroup(pid);
      await this.kill(pid);
    }
    await stopPostgres(this.inFolder('postgres')).catch(() => false);
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    for (const disk of Object.values(this.disks)) {
      const kept = `${disk.folder}.kept`;
      if (keep) fs.cpSync(disk.folder, kept, { recursive: true });
      disk.remove();
      if (keep) {
        fs.rmSync(disk.folder, { recursive: true, force: true });
        fs.renameSync(kept, disk.folder);
      }
    }
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @param {number} pid */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It had no group, or has ended.
  }
}
