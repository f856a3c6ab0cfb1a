// One platform per state folder. The lock is a listening abstract socket: the kernel drops it with its process, even
// after kill -9, and no file is left that could be stale.
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { makeFolder, PlainError } from './clone.mjs';

/**
 * @typedef {{ pid: number, url: string | null }} Holder
 * @typedef {{ acquired: true, tell: (change: Partial<Holder>) => void, release: () => void }} Lock
 */

export class AlreadyRunningError extends PlainError {
  /** @param {Holder | null} holder */
  constructor(holder) {
    const where = holder?.url ? `at ${holder.url}` : 'and is still starting';
    super(
      `Sillage already runs from this folder ${where} (process ${holder?.pid ?? 'unknown'}). Stop that one first, or give this one a state folder of its own with SILLAGE_HOME=<folder>`,
    );
    this.name = 'AlreadyRunningError';
    this.holder = holder;
  }
}

/**
 * @param {string} stateFolder made when missing
 * @returns {Promise<Lock>}
 * @throws AlreadyRunningError when a platform runs on it
 */
export async function lockState(stateFolder) {
  makeFolder(stateFolder, 0o755);
  const lock = await lockFolder(stateFolder, 'platform');
  if (!lock.acquired) throw new AlreadyRunningError(lock.holder);
  return lock;
}

/**
 * @param {string} folder an existing folder
 * @param {string} purpose
 * @returns {Promise<Lock | { acquired: false, holder: Holder | null }>}
 */
export function lockFolder(folder, purpose) {
  const name = crypto
    .createHash('sha256')
    .update(`${purpose}\0${fs.realpathSync(folder)}`)
    .digest('hex')
    .slice(0, 32);
  const address = `\0sillage-${name}`;
  /** @type {Holder} */
  let told = { pid: process.pid, url: null };
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.end(JSON.stringify(told));
  });
  return new Promise((resolve, reject) => {
    server.once('error', async (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE') {
        reject(new PlainError(`cannot lock ${folder}: ${error.message}`, { cause: error }));
        return;
      }
      resolve({ acquired: false, holder: await askHolder(address) });
    });
    server.listen(address, () => {
      server.unref();
      resolve({
        acquired: true,
        tell: (change) => {
          told = { ...told, ...change };
        },
        release: () => server.close(),
      });
    });
  });
}

/**
 * @param {string} address
 * @returns {Promise<Holder | null>} null when it ended meanwhile, or does not answer
 */
function askHolder(address) {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    let text = '';
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        resolve(null);
      }
    });
  });
}
