// Backup and restore of what `npm start` keeps in one state folder. The work is the backend's; here are the folder and its PostgreSQL.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { makeFolder, PlainError, ROOT, serviceNode } from './clone.mjs';
import { ensurePostgres, isPostgresRunning } from './embedded-postgres.mjs';
import { lockFolder, lockState } from './instance-lock.mjs';
import { ensureSecrets, SECRETS_FILE } from './secrets.mjs';

const BACKEND_TOOL = path.join(ROOT, 'backend', 'dist', 'backup', 'main.js');
const MANIFEST_FILE = 'manifest.json';
/** There while a restore is under way, and after one that was interrupted. */
const RESTORING_FILE = 'restoring';
/** What a platform keeps; beside it a clone has its build stamps in the same folder. */
const PLATFORM_ENTRIES = ['postgres', 'objects', 'uploads', SECRETS_FILE, RESTORING_FILE];

/** @typedef {{ stateFolder: string, databaseUrl?: string | undefined }} Place */

/**
 * @param {string} target
 * @param {Place} place
 * @returns {Promise<number>} exit status
 */
export async function backUp(target, { stateFolder, databaseUrl }) {
  const secretsFile = path.join(stateFolder, SECRETS_FILE);
  const hasSecrets = fs.existsSync(secretsFile);
  if (!hasSecrets && databaseUrl === undefined)
    throw new PlainError(
      `${stateFolder} holds no platform (there is no ${SECRETS_FILE}): set SILLAGE_HOME to the folder of the platform, or DATABASE_URL to its database`,
    );
  assertNotRestoring(stateFolder);
  const files = hasSecrets ? [secretsFile] : [];
  // Where `npm start` runs, its objects are; a backend that runs apart may have them elsewhere.
  const storeFolder = (!hasSecrets && process.env.SILLAGE_STORE_DIR) || path.join(stateFolder, 'objects');
  const run = (/** @type {string} */ url) =>
    runTool(['backup', path.resolve(target), ...files], storeFolder, url);
  if (databaseUrl !== undefined) return run(databaseUrl);
  return withPostgresOfPlatform(stateFolder, run);
}

/**
 * Beside a running platform its PostgreSQL is used, and left to it; else one is started and stopped.
 * @param {string} stateFolder
 * @param {(url: string) => Promise<number>} work
 */
async function withPostgresOfPlatform(stateFolder, work) {
  const folder = path.join(stateFolder, 'postgres');
  const lock = await lockFolder(stateFolder, 'platform');
  if (!lock.acquired && !isPostgresRunning(folder))
    throw new PlainError(
      `the platform of ${stateFolder} runs (process ${lock.holder?.pid ?? 'unknown'}) and its PostgreSQL does not, at the moment: try again in a minute`,
    );
  try {
    const { postgresPassword: password } = ensureSecrets(stateFolder);
    const logFile = path.join(stateFolder, 'logs', 'postgres.log');
    const postgres = await ensurePostgres({ folder, password, logFile });
    try {
      return await work(postgres.url);
    } finally {
      if (!postgres.adopted) await postgres.stop();
    }
  } finally {
    if (lock.acquired) lock.release();
  }
}

/**
 * Into a state folder that holds no platform. One that was interrupted leaves a mark, and nothing starts there.
 * @param {string} source
 * @param {Place} place
 * @returns {Promise<number>} exit status
 */
export async function restore(source, { stateFolder, databaseUrl }) {
  if (!fs.existsSync(path.join(source, MANIFEST_FILE)))
    throw new PlainError(
      `${source} is no whole backup: it has no ${MANIFEST_FILE}, which is written last. Give the folder that 'sillage admin backup' printed`,
    );
  const lock = await lockState(stateFolder);
  try {
    const found = PLATFORM_ENTRIES.filter((name) => fs.existsSync(path.join(stateFolder, name)));
    if (found.length > 0)
      throw new PlainError(
        `${stateFolder} holds ${found.join(', ')}: a restore needs a folder without a platform. Set SILLAGE_HOME to a new folder, or move these away`,
      );
    const secrets = path.join(path.resolve(source), 'files', SECRETS_FILE);
    const marker = path.join(stateFolder, RESTORING_FILE);
    fs.writeFileSync(marker, `${path.resolve(source)}\n`);
    if (fs.existsSync(secrets)) {
      fs.copyFileSync(secrets, path.join(stateFolder, SECRETS_FILE));
      fs.chmodSync(path.join(stateFolder, SECRETS_FILE), 0o600);
    }
    const run = (/** @type {string} */ url) =>
      runTool(['restore', path.resolve(source)], path.join(stateFolder, 'objects'), url);
    const status = await (databaseUrl === undefined ? withNewPostgres(stateFolder, run) : run(databaseUrl));
    if (status === 0) fs.rmSync(marker);
    else console.error(`Nothing can start from ${stateFolder} now: delete it before you try again.`);
    return status;
  } finally {
    lock.release();
  }
}

/**
 * @param {string} stateFolder
 * @param {(url: string) => Promise<number>} work
 */
async function withNewPostgres(stateFolder, work) {
  makeFolder(path.join(stateFolder, 'logs'), 0o700);
  const postgres = await ensurePostgres({
    folder: path.join(stateFolder, 'postgres'),
    password: ensureSecrets(stateFolder).postgresPassword,
    logFile: path.join(stateFolder, 'logs', 'postgres.log'),
  });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

/**
 * @param {string} stateFolder
 * @throws PlainError where a restore was interrupted
 */
export function assertNotRestoring(stateFolder) {
  if (fs.existsSync(path.join(stateFolder, RESTORING_FILE)))
    throw new PlainError(
      `${stateFolder} holds a part of a backup, whose restore is under way or was interrupted: wait for it, or delete the folder and restore again`,
    );
}

/**
 * @param {string[]} words
 * @param {string} storeFolder
 * @param {string} databaseUrl
 * @returns {Promise<number>} exit status; it has said itself what is wrong
 */
async function runTool(words, storeFolder, databaseUrl) {
  if (!fs.existsSync(BACKEND_TOOL))
    throw new PlainError(`${BACKEND_TOOL} is not built: run 'npm run build:node' in ${ROOT}`);
  const child = spawn(serviceNode(), ['--enable-source-maps', BACKEND_TOOL, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      SILLAGE_STORE_DIR: storeFolder,
    },
  });
  const [status] = /** @type {[number | null]} */ (await once(child, 'close'));
  return status ?? 1;
}
