// Where tests keep their files.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isRunning } from './processes.mjs';

const NAME = 'sillage-tests-';
/** What the tests fill at most, several times over: they share the memory with the services that they start. */
const ENOUGH_BYTES = 12 * 2 ** 30;

/**
 * Makes an empty folder for the files of one run, which every user may enter: the system user `postgres` keeps data in it. It lies
 * in memory where there is plenty: databases and stores are thousands of small files, and a disk costs processor time for each.
 * What a run left there that was killed is removed.
 * @param {string} [inMemory] where Linux has a file system in memory
 * @returns {string}
 */
export function makeTestFolder(inMemory = '/dev/shm') {
  removeLeftFolders(inMemory);
  const parent = isPlentyOfMemory(inMemory) ? inMemory : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent, `${NAME}${process.pid}-`));
  fs.chmodSync(folder, 0o755);
  return folder;
}

/**
 * Programs are started from the folder too, so it must allow that.
 * @param {string} place
 */
function isPlentyOfMemory(place) {
  try {
    const line = fs
      .readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((text) => text.split(' '))
      .findLast(([, mountedAt]) => mountedAt === place);
    if (line === undefined || line[2] !== 'tmpfs' || /\bnoexec\b/.test(line[3] ?? '')) return false;
    const { bavail, bsize } = fs.statfsSync(place);
    return Math.min(bavail * bsize, process.availableMemory()) >= ENOUGH_BYTES;
  } catch {
    return false; // no Linux, or none that shows it
  }
}

/**
 * @param {string} parent
 */
function removeLeftFolders(parent) {
  let names;
  try {
    names = fs.readdirSync(parent);
  } catch {
    return;
  }
  for (const name of names) {
    const owner = new RegExp(`^${NAME}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    try {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch {
      // of another user
    }
  }
}
