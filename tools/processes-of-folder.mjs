// Ends what a run of tests has left, whoever started it: everything inherits the folder for temporary files.
import fs from 'node:fs';
import { becomesTrue, commandLine, isRunning } from './processes.mjs';

const GRACE_MS = 10_000;

/**
 * Running processes, but for this one, that were started with `folder` as TMPDIR.
 * @param {string} folder absolute
 * @returns {number[]}
 */
export function processesOfFolder(folder) {
  const wanted = `TMPDIR=${folder}`;
  return fs.readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || !isRunning(pid)) return [];
    try {
      return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted) ? [pid] : [];
    } catch {
      return []; // it has ended, or is somebody else's
    }
  });
}

/**
 * Asks all of them to end, then insists.
 * @param {string} folder as their TMPDIR says it
 * @param {number} [graceMs]
 */
export async function endProcessesOfFolder(folder, graceMs = GRACE_MS) {
  // A database has nothing to keep here: SIGTERM would let it wait for those who use it.
  const gently = (/** @type {number} */ pid) =>
    /(^|\/)postgres$/.test(commandLine(pid)[0] ?? '') ? 'SIGQUIT' : 'SIGTERM';
  for (const pid of processesOfFolder(folder)) send(pid, gently(pid));
  if (await becomesTrue(() => processesOfFolder(folder).length === 0, graceMs)) return;
  // Whoever was asked may have started others meanwhile.
  await becomesTrue(() => {
    const left = processesOfFolder(folder);
    for (const pid of left) send(pid, 'SIGKILL');
    return left.length === 0;
  }, graceMs);
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
