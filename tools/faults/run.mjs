#!/usr/bin/env node
// npm run faults -- --rounds 200 --seed 1     also: --only 'kill API,two tabs', --upload-mib 2048, --quick
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PlainError } from '../clone.mjs';
import { progressLines } from '../progress-lines.mjs';
import { explain, prepareClone } from '../start-command.mjs';
import { FAULTS, QUICK_FAULTS, whyImpossible } from './faults.mjs';
import { FaultyPlatform } from './faulty-platform.mjs';
import { planRounds } from './plan.mjs';
import { outcomeTable } from './report.mjs';
import { runRound } from './round.mjs';
import { makeSea, noMap } from './sea.mjs';

const LOG_LINES = 8;
const MIB = 2 ** 20;

/** @typedef {{ rounds: number, seed: number, kinds: string[], uploadMib: number, isQuick: boolean }} Options */

/**
 * @param {string[]} args
 * @returns {Options}
 */
function optionsFrom(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'upload-mib': { type: 'string', default: '0' },
    },
  });
  const numberOf = (/** @type {'rounds' | 'seed' | 'upload-mib'} */ name, least = 0) => {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < least)
      throw new PlainError(`--${name} ${values[name]}: give a whole number from ${least} on`);
    return number;
  };
  const all = values.quick ? QUICK_FAULTS : Object.keys(FAULTS);
  const kinds = values.only?.split(',').map((kind) => kind.trim()) ?? all;
  for (const kind of kinds)
    if (!(kind in FAULTS))
      throw new PlainError(
        `--only: there is no fault '${kind}'; there are ${Object.keys(FAULTS).join(', ')}`,
      );
  return {
    rounds: numberOf('rounds', 1),
    seed: numberOf('seed'),
    kinds,
    uploadMib: numberOf('upload-mib'),
    isQuick: values.quick,
  };
}

/** @type {import('./report.mjs').Outcome[]} */
const outcomes = [];
/** Why, by kind. @type {Map<string, string>} */
const skipped = new Map();
const tellTable = () => console.log(`\n${outcomeTable(outcomes, skipped)}\n`);

/** @type {FaultyPlatform | null} */
let current = null;
/** @type {string | null} */
let workFolder = null;
const cleanUp = async () => {
  await current?.stop();
  current?.remove();
  if (workFolder !== null) fs.rmSync(workFolder, { recursive: true, force: true });
};
let isInterrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (isInterrupted) return;
    isInterrupted = true;
    console.log(`${signal}: stopping, and removing everything`);
    tellTable();
    void cleanUp().finally(() => process.exit(128 + os.constants.signals[signal]));
  });
}

/** @param {string} name */
function temporaryFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `sillage-${name}-`));
  fs.chmodSync(folder, 0o755); // the system user `postgres` enters it
  return folder;
}

/**
 * @param {string} datasetsFolder
 * @param {number} uploadBytes
 */
async function startPlatform(datasetsFolder, uploadBytes) {
  current = new FaultyPlatform({ folder: temporaryFolder('faults-state'), datasetsFolder, uploadBytes });
  await current.start();
  return { platform: current, accepted: new Set(), earlier: [] };
}

/**
 * @param {string[]} kinds
 * @param {FaultyPlatform} platform
 * @returns {string[]} what can be done here; the rest is said
 */
function possibleOf(kinds, platform) {
  for (const kind of kinds) {
    const why = whyImpossible(kind, platform);
    if (why === null) continue;
    skipped.set(kind, why);
    console.log(`skipped: ${kind}: ${why}`);
  }
  const possible = kinds.filter((kind) => !skipped.has(kind));
  if (possible.length === 0) throw new PlainError('nothing of what was asked for can be done here');
  return possible;
}

/** @param {Options} options */
async function runRounds({ rounds, seed, kinds, uploadMib, isQuick }) {
  workFolder = temporaryFolder('faults');
  const sea = await makeSea(path.join(workFolder, 'sea'));
  const large = uploadMib === 0 ? sea.large : noMap(uploadMib * MIB);
  let standing = await startPlatform(sea.datasetsFolder, large.bytes.length);
  for (const { round, kind, seed: ofRound } of planRounds(
    seed,
    rounds,
    possibleOf(kinds, standing.platform),
  )) {
    const outcome = await runRound(standing, { kind, seed: ofRound, sea, large, isQuick });
    if (isInterrupted) return;
    outcomes.push(outcome);
    const { violations, recoveryMs, wholeMs } = outcome;
    const verdict = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
    const [recovery, whole] = [recoveryMs, wholeMs].map((durationMs) => (durationMs / 1000).toFixed(1));
    console.log(
      `round ${round} of ${rounds}: ${kind}: ${verdict}, recovered in ${recovery} s, ${whole} s in all`,
    );
    if (violations.length === 0) continue;
    await tellAndKeep(standing.platform, { seed, round, kind, violations });
    if (round < rounds) standing = await startPlatform(sea.datasetsFolder, large.bytes.length);
  }
  tellTable();
}

/**
 * The next round begins on a new platform: what is wrong here would be told again and again.
 * @param {FaultyPlatform} platform
 * @param {{ seed: number, round: number, kind: string, violations: string[] }} failure
 */
async function tellAndKeep(platform, { seed, round, kind, violations }) {
  console.log(`seed ${seed}, round ${round}, fault '${kind}':`);
  for (const violation of violations) console.log(`  violated: ${violation}`);
  console.log(platform.lastLogLines(LOG_LINES));
  await platform.stop({ keep: true });
  current = null;
  console.log(`  everything of it is kept in ${platform.folder}`);
}

try {
  const options = optionsFrom(process.argv.slice(2));
  if (process.env.SILLAGE_AS_BUILT !== '1') await prepareClone(progressLines());
  await runRounds(options);
  process.exitCode = outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0;
} catch (error) {
  if (!isInterrupted) explain(error);
  process.exitCode = 1;
} finally {
  if (!isInterrupted) await cleanUp();
}
