// What the kernel says about a process. Used to tell our own children from strangers that got the same number.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ pid: number, startTime: string }} ProcessIdentity A process number alone is reused; with its start time it is unique. */

/**
 * Fields of /proc/PID/stat from the third on (the second, the name, may hold spaces and brackets).
 * @param {number} pid
 * @returns {string[] | null} null when there is no such process
 */
function statFields(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/**
 * @param {number} pid
 * @returns {boolean} false for a zombie: it no longer runs, holds no file and no port
 */
export function isRunning(pid) {
  const state = statFields(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/**
 * @param {number} pid
 * @returns {ProcessIdentity | null}
 */
export function processIdentity(pid) {
  const startTime = statFields(pid)?.[19];
  return startTime === undefined ? null : { pid, startTime };
}

/**
 * @param {ProcessIdentity} identity
 * @returns {boolean}
 */
export function isStillThere(identity) {
  return isRunning(identity.pid) && statFields(identity.pid)?.[19] === identity.startTime;
}

/**
 * @param {number} pid
 * @returns {string[]} empty when the process is gone or not ours to look at
 */
export function commandLine(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

/**
 * @param {number} pid
 * @returns {string | null} null when the process is gone or not ours to look at
 */
export function workingFolder(pid) {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/**
 * @param {() => boolean} condition
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} whether it became true in time
 */
export async function becomesTrue(condition, timeoutMs) {
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Asks a process to end, then insists. Signals only the very process that was meant.
 * @param {ProcessIdentity} identity
 * @param {{ signal?: NodeJS.Signals, graceMs?: number }} [options]
 */
export async function endProcess(identity, { signal = 'SIGTERM', graceMs = 10_000 } = {}) {
  const send = (/** @type {NodeJS.Signals} */ name) => {
    if (!isStillThere(identity)) return;
    try {
      process.kill(identity.pid, name);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  };
  send(signal);
  if (await becomesTrue(() => !isStillThere(identity), graceMs)) return;
  send('SIGKILL');
  await becomesTrue(() => !isStillThere(identity), 5_000);
}
