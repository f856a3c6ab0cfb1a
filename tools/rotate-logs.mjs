// Logs of running processes, kept within a bound. They write into files and not through us, so that they survive us;
// what a file holds is therefore copied away and the file made empty, under the writer's hands.
import fs from 'node:fs';
import path from 'node:path';

const LOOK_EVERY_MS = 5_000;

/** @typedef {{ maxBytes: number, oldCount: number }} LogLimits */

/** @param {NodeJS.ProcessEnv} env @returns {LogLimits} */
export function logLimits(env) {
  const positive = (/** @type {string | undefined} */ text, /** @type {number} */ otherwise) =>
    Number(text) > 0 ? Number(text) : otherwise;
  return {
    maxBytes: positive(env.SILLAGE_LOG_MIB, 10) * 2 ** 20,
    oldCount: Math.ceil(positive(env.SILLAGE_LOG_FILES, 5)),
  };
}

/**
 * Looks after every `*.log` of a folder until it is told to stop.
 * @param {string} folder
 * @param {LogLimits} limits
 * @returns {() => void}
 */
export function rotateLogsIn(folder, limits) {
  const look = () => {
    for (const name of fs.readdirSync(folder))
      if (name.endsWith('.log')) rotateLog(path.join(folder, name), limits);
  };
  look();
  const timer = setInterval(() => {
    try {
      look();
    } catch {
      // A full disk, or somebody moved the folder: the next look may go better.
    }
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * `x.log` becomes `x.log.1`, that one `x.log.2`, and so on; the oldest goes. Writers must append (O_APPEND), or they would leave
 * a hole. A line that comes within the same millisecond as the emptying may be lost.
 * @param {string} file
 * @param {LogLimits} limits
 * @returns {boolean} whether it was too large
 */
export function rotateLog(file, { maxBytes, oldCount }) {
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= maxBytes) return false;
  const old = (/** @type {number} */ age) => `${file}.${age}`;
  // First the room, then the copy.
  fs.rmSync(old(oldCount), { force: true });
  for (let age = oldCount - 1; age >= 1; age -= 1)
    if (fs.existsSync(old(age))) fs.renameSync(old(age), old(age + 1));
  fs.copyFileSync(file, old(1));
  appendRest(file, old(1));
  fs.truncateSync(file, 0);
  return true;
}

/**
 * What was written while the rest was copied.
 * @param {string} file
 * @param {string} copy
 */
function appendRest(file, copy) {
  const copied = fs.statSync(copy).size;
  const handle = fs.openSync(file, 'r');
  try {
    const rest = Buffer.alloc(Math.max(0, fs.fstatSync(handle).size - copied));
    const length = fs.readSync(handle, rest, 0, rest.length, copied);
    fs.appendFileSync(copy, rest.subarray(0, length));
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * A line of a log as a person reads it on a terminal.
 * @param {string} line
 * @returns {string}
 */
export function readableLine(line) {
  try {
    const { at, level, message, event, ...rest } = JSON.parse(line);
    const what = message ?? event;
    if (typeof what !== 'string') return line;
    const why = rest.reason === undefined ? '' : ` (${rest.reason})`;
    return `${at ?? ''} ${level ?? ''} ${what}${why}`.trim();
  } catch {
    return line;
  }
}
