// What is sent: maps of a small sea and a network that nobody has trained, scored in a moment.
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT, serviceNode } from '../clone.mjs';

export const CHALLENGE = 'small-sea';
/** Without the first and last days of the file: a network sees days before and after the ones that it maps. */
const PERIOD = ['--start', '2012-10-24', '--end', '2012-11-10'];
const NETWORK_STEPS = 2;
const MOST_SUBMISSIONS = 10_000;
/** In a large file: variables that nobody scores, 368 kB each. */
const EXTRA_VARIABLES = 24;

/** @typedef {{ name: string, bytes: Buffer, network?: { manifest: string } }} Entry equal names, equal scores */
/** @typedef {{ datasetsFolder: string, maps: Entry[], network: Entry, large: Entry }} Sea */

const execute = promisify(execFile);

/**
 * @param {string} folder
 * @returns {Promise<Sea>}
 */
export async function makeSea(folder) {
  const testing = path.join(ROOT, 'e2e', 'testing');
  const { writeSmallField, writeSmallReconstruction, writeSmallTruth } = await import(
    path.join(testing, 'small-sea.ts')
  );
  const { smallManifest, writeSmallNetwork } = await import(path.join(testing, 'small-network.ts'));
  await fs.mkdir(folder, { recursive: true });
  const inFolder = (/** @type {string} */ name) => path.join(folder, name);
  const datasetsFolder = inFolder('datasets');
  await fs.mkdir(datasetsFolder);
  await writeSmallTruth(inFolder('truth.nc'));
  await execute(serviceNode(), [
    path.join(ROOT, 'packages/cli/bin/sillage.mjs'),
    ...['challenge', 'import', '--truth', inFolder('truth.nc'), '--id', CHALLENGE, '--name', 'Small sea'],
    ...['--licence', 'CC0-1.0', '--synthetic', ...PERIOD, '--out', path.join(datasetsFolder, CHALLENGE)],
  ]);
  const entryOf = async (/** @type {string} */ name, /** @type {string} */ file) => ({
    name,
    bytes: await fs.readFile(inFolder(file)),
  });
  /** @type {Entry[]} */
  const maps = [];
  for (const quality of [0.7, 0.8, 0.9]) {
    await writeSmallReconstruction(inFolder(`map-${quality}.nc`), quality);
    maps.push(await entryOf(`map ${quality}`, `map-${quality}.nc`));
  }
  await writeSmallNetwork(inFolder('network.safetensors'));
  const network = {
    ...(await entryOf('network', 'network.safetensors')),
    network: { manifest: smallManifest(NETWORK_STEPS) },
  };
  await writeSmallField(inFolder('large.nc'), {
    valueM: (/** @type {number} */ valueM) => 0.9 * valueM,
    extraVariableCount: EXTRA_VARIABLES,
  });
  return { datasetsFolder, maps, network, large: await entryOf('large map', 'large.nc') };
}

/** The platform takes every byte of it, and then rejects it. */
export const NO_MAP = 'no map';

/**
 * For uploads of a true size: mostly zeros, which a disk in memory needs all the same.
 * @param {number} sizeBytes
 * @returns {Entry}
 */
export function noMap(sizeBytes) {
  const bytes = Buffer.alloc(sizeBytes);
  crypto.randomFillSync(bytes, 0, Math.min(sizeBytes, 1 << 16));
  return { name: NO_MAP, bytes };
}

/** Enough for all rounds, and counted. */
export const quotaSettings = (/** @type {number} */ revision) => ({
  revision,
  phases: [],
  quota: { perDay: null, perPhase: MOST_SUBMISSIONS },
});

/**
 * @param {Entry} entry
 * @param {string} uploadId
 */
export const requestOf = (entry, uploadId) => ({
  challenge: CHALLENGE,
  tasks: [{ area: 'all', scenario: 'nadir4' }],
  uploadId,
  card: { name: entry.name, inputs: ['ssh-nadir'] },
  ...(entry.name === 'large map' ? { variable: 'ssh' } : {}),
  ...(entry.network === undefined ? {} : { network: entry.network }),
});
