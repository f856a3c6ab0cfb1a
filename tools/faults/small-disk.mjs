// Small disks that can be full, in memory. A disk is filled by making it as small as what lies on it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

const BLOCK_BYTES = 4096;
const FILL_ATTEMPTS = 100;

/** @typedef {{ folder: string, fill: () => void, empty: () => void, remove: () => void }} SmallDisk */

/**
 * @param {string} folder made when missing
 * @param {number} sizeBytes
 * @returns {SmallDisk | null} null where this user may not mount
 */
export function mountSmallDisk(folder, sizeBytes) {
  fs.mkdirSync(folder, { recursive: true });
  const mount = (/** @type {string} */ options) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' }).status === 0;
  if (!mount(`size=${sizeBytes},mode=0755`)) return null;
  const resize = (/** @type {number} */ bytes) =>
    spawnSync('mount', ['-o', `remount,size=${bytes}`, folder], { stdio: 'ignore' }).status === 0;
  const usedBytes = () => {
    const { blocks, bfree, bsize } = fs.statfsSync(folder);
    return Math.max((blocks - bfree) * bsize, BLOCK_BYTES);
  };
  return {
    folder,
    fill: () => {
      // Refused where somebody has just written more.
      for (let attempt = 0; attempt < FILL_ATTEMPTS; attempt += 1) if (resize(usedBytes())) return;
      throw new Error(`cannot make ${folder} as small as what lies on it`);
    },
    empty: () => void resize(sizeBytes),
    // Lazily: a process that is being killed may still stand in it.
    remove: () => void spawnSync('umount', ['--lazy', folder]),
  };
}
