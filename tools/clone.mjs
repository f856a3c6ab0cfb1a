// Where things are in this clone, whatever folder the command was called from.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Runtime state: database, objects, uploads, secrets, logs. SILLAGE_HOME puts it elsewhere. */
export const STATE_FOLDER = path.resolve(process.env.SILLAGE_HOME || path.join(ROOT, '.sillage'));

/** What belongs to the clone and not to a running platform: build stamps, the log of the installation. */
export const CLONE_STATE_FOLDER = path.join(ROOT, '.sillage');

/** An error whose message is all that a person needs: printed without a stack. */
export class PlainError extends Error {
  /** @param {string} message @param {{ cause?: unknown, logFile?: string }} [options] */
  constructor(message, options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlainError';
    this.logFile = options.logFile;
  }
}

/**
 * The Node that runs our services: 24, out of node_modules; the system's Node only starts things.
 * @returns {string}
 */
export function serviceNode() {
  const binary = path.join(ROOT, 'node_modules', 'node', 'bin', 'node');
  if (fs.existsSync(binary)) return binary;
  // npm ci --ignore-scripts leaves out the link to the platform's package.
  for (const packages of [
    path.join(ROOT, 'node_modules', 'node', 'node_modules'),
    path.join(ROOT, 'node_modules'),
  ]) {
    const direct = path.join(packages, `node-${process.platform}-${process.arch}`, 'bin', 'node');
    if (fs.existsSync(direct)) return direct;
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new PlainError(
    `Node 24 is missing from node_modules: run npm ci in ${ROOT} (with install scripts allowed for the package 'node')`,
  );
}

/**
 * Options of V8, MiB: room for young objects. It begins with one, and programs that make many short-lived objects spend a tenth to
 * a third of their time on moving them (tests, prettier).
 */
export const ROOM_FOR_YOUNG_OBJECTS = ['--min-semi-space-size=32', '--max-semi-space-size=64'];

/** Where Node keeps the code that it has compiled; without the right to write there it keeps none. */
export const COMPILE_CACHE_FOLDER = path.join(CLONE_STATE_FOLDER, 'compile-cache');

/**
 * Makes a folder, or says plainly why not.
 * @param {string} folder
 * @param {number} [mode]
 */
export function makeFolder(folder, mode) {
  try {
    fs.mkdirSync(folder, { recursive: true, mode });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    const reason =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'this user may not write there'
        : code === 'ENOSPC'
          ? 'the disk is full'
          : /** @type {Error} */ (cause).message;
    throw new PlainError(
      `cannot write to ${folder}: ${reason}. Make it writable, or put the platform's state elsewhere with SILLAGE_HOME=<folder>`,
      { cause },
    );
  }
}

/**
 * @param {string} folder
 * @param {number} neededBytes
 * @param {string} purpose
 */
export function assertDiskSpace(folder, neededBytes, purpose) {
  const { bavail, bsize } = fs.statfsSync(folder);
  if (bavail * bsize >= neededBytes) return;
  const mebibytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
  throw new PlainError(
    `not enough disk space in ${folder}: ${mebibytes(bavail * bsize)} free, ${purpose} needs ${mebibytes(neededBytes)}`,
  );
}

/**
 * @param {string} file
 * @param {number} lineCount
 * @returns {string[]} the last lines that say something
 */
export function lastLines(file, lineCount) {
  try {
    const size = fs.statSync(file).size;
    const handle = fs.openSync(file, 'r');
    const tail = Buffer.alloc(Math.min(size, 16_384));
    fs.readSync(handle, tail, 0, tail.length, size - tail.length);
    fs.closeSync(handle);
    return tail
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-lineCount);
  } catch {
    return [];
  }
}
