import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, serviceNode } from './clone.mjs';
import { runNamedChecks, SkippedCheck } from './named-checks.mjs';
import { PYTHON, REQUIREMENTS } from './system-packages.mjs';

/** @typedef {{ name: string, run: () => Promise<void> }} NamedCheck */

/**
 * What only Python can say: independent readers (xarray, netCDF4, ncdump) open what we write, and the training script of the
 * reference computes what the published one did.
 * @param {string} folder for the sample files
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export async function runPythonChecks(folder) {
  return runNamedChecks([...openingChecks(folder), ...trainingChecks()]);
}

/**
 * @param {string} folder
 * @returns {NamedCheck[]}
 */
function openingChecks(folder) {
  const name = 'what Sillage writes opens in Python';
  const missing = missingPackages(/xarray|netcdf-bin/);
  if (missing !== null) return [skipped(name, `install ${missing}`)];
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const written = run(serviceNode(), path.join(ROOT, 'tools', 'checks', 'write-samples.mjs'), folder);
  if (written.status !== 0) return [failed(name, written)];
  return reported(name, run(PYTHON, path.join(ROOT, 'tools', 'checks', 'opens_in_xarray.py'), folder));
}

/** @returns {NamedCheck[]} */
function trainingChecks() {
  const name = 'a training step of the reference is the published one';
  const cases = path.join(ROOT, '..', 'shared', 'golden', 'fourdvarnet');
  if (!fs.existsSync(cases)) return [skipped(name, `the stored cases are not at ${cases}`)];
  const missing = missingPackages(/python3-torch/);
  if (missing !== null) return [skipped(name, `install ${missing}`)];
  const script = path.join(ROOT, 'evaluator', 'reference', 'check_training_step.py');
  return reported(name, run(PYTHON, script, cases));
}

/** @param {RegExp} wanted @returns {string | null} */
function missingPackages(wanted) {
  const missing = REQUIREMENTS.filter(({ packages, isThere }) => wanted.test(packages.join()) && !isThere());
  return missing.length === 0 ? null : missing.flatMap((requirement) => requirement.packages).join(' ');
}

/** @param {string} command @param {string[]} args */
function run(command, ...args) {
  // One thread: two that wait for each other on a busy machine take many times as long.
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  return spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', timeout: 900_000, env });
}

/**
 * A check for every line that a script reported, and one for a script that broke or reported nothing.
 * @param {string} name
 * @param {ReturnType<typeof run>} result
 * @returns {NamedCheck[]}
 */
function reported(name, result) {
  /** @type {{ name: string, failure: string | null }[]} */
  const reports = result.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const checks = reports.map((report) => ({
    name: report.name,
    run: async () => {
      if (report.failure !== null) throw new Error(report.failure);
    },
  }));
  const hasFailed = reports.some(({ failure }) => failure !== null);
  const isWhole = reports.length > 0 && (result.status === 0 || hasFailed);
  return isWhole ? checks : [...checks, failed(name, result)];
}

/** @param {string} name @param {ReturnType<typeof run>} result @returns {NamedCheck} */
function failed(name, result) {
  return {
    name,
    run: async () => {
      throw new Error(result.stderr.trim() || result.error?.message || `status ${result.status}`);
    },
  };
}

/** @param {string} name @param {string} why @returns {NamedCheck} */
function skipped(name, why) {
  return {
    name,
    run: async () => {
      throw new SkippedCheck(why);
    },
  };
}
