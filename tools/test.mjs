#!/usr/bin/env node
// npm test: installs what the tests need, runs all of them, ends with 'N passed, N failed, N skipped'.
// npm test -- unit medium          only these parts (unit, medium, e2e, python, compose)
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  CLONE_STATE_FOLDER,
  COMPILE_CACHE_FOLDER,
  makeFolder,
  PlainError,
  ROOM_FOR_YOUNG_OBJECTS,
  ROOT,
  serviceNode,
} from './clone.mjs';
import { checkCompose } from './compose-check.mjs';
import { elapsed, progressLines } from './progress-lines.mjs';
import { endProcessesOfFolder } from './processes-of-folder.mjs';
import { runPythonChecks } from './python-checks.mjs';
import { explain, prepareClone, stopWithParent } from './start-command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { TEST_DATABASE_PASSWORD } from './test-database.mjs';
import { makeTestFolder } from './test-folder.mjs';
import { addSummaries, closingLine, emptySummary, isGreen, summariseVitest } from './test-summary.mjs';

const PARTS = ['unit', 'medium', 'e2e', 'python', 'compose'];
/** Of vitest.config.ts, where a part is more than the project of its name. */
const PROJECTS = new Map([['medium', ['medium', 'medium-alone']]]);
const SLOWEST_SHOWN = 12;

const startMs = Date.now();
const progress = progressLines();
const asked = process.argv.slice(2);
const unknown = asked.find((part) => !PARTS.includes(part));
if (unknown !== undefined) {
  console.error(`no part '${unknown}': there are ${PARTS.join(', ')}`);
  process.exit(2);
}
const parts = asked.length > 0 ? asked : PARTS;

/** @type {import('./test-summary.mjs').Summary[]} */
const summaries = [];
/** @type {import('./embedded-postgres.mjs').RunningPostgres | null} */
let postgres = null;
const stopPostgres = async () => {
  await postgres?.stop();
  postgres = null;
};
/** Everything that the tests start inherits it: what is left of them is found by it. */
const temporaryFolder = makeTestFolder();

let current = 'the preparation';
let isEnded = false;
/**
 * @param {string} reason
 * @param {number} status
 */
const endEarly = async (reason, status) => {
  if (isEnded) return;
  isEnded = true;
  const counts = addSummaries(summaries).counts;
  console.log(
    `\nEnded by ${reason} after ${elapsed(startMs)}, while ${current} was running; before it: ${closingLine(counts)}.`,
  );
  await endProcessesOfFolder(temporaryFolder).catch(explain);
  removeTemporaryFolder();
  await stopPostgres().catch(explain);
  process.exit(status);
};
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => void endEarly(signal, 128 + os.constants.signals[signal]));
}
stopWithParent(() => void endEarly('the end of npm', 1));

try {
  await ensureSystemPackages(progress);
  await prepareClone(progress);
  const reports = path.join(CLONE_STATE_FOLDER, 'test-reports');
  makeFolder(reports);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, TMPDIR: temporaryFolder, NODE_COMPILE_CACHE: COMPILE_CACHE_FOLDER };
  if (parts.includes('medium') || parts.includes('e2e')) {
    const { ensurePostgres } = await import('./embedded-postgres.mjs');
    postgres = await progress.step('starting a PostgreSQL for the tests', () =>
      ensurePostgres({
        folder: path.join(temporaryFolder, 'postgres'),
        password: TEST_DATABASE_PASSWORD,
        database: 'postgres',
        isDurable: false,
        say: progress.say,
      }),
    );
    env.SILLAGE_TEST_DATABASE_URL = postgres.url;
  }
  for (const part of parts) {
    if (isEnded) break;
    current = part;
    summaries.push(await runPart(part, reports, env));
  }
} catch (error) {
  explain(error);
  const summary = emptySummary();
  summary.counts.failed = 1;
  summary.failures.push(error instanceof PlainError ? error.message : String(error));
  summaries.push(summary);
} finally {
  await stopPostgres();
}
// Whoever ends it early has said so, and ends this process.
if (isEnded) await new Promise(() => {});
removeTemporaryFolder();

const total = addSummaries(summaries);
console.log(`\nSlowest tests:`);
for (const { name, seconds } of total.slowest.slice(0, SLOWEST_SHOWN))
  console.log(`  ${seconds.toFixed(1).padStart(7)} s  ${name}`);
if (total.secondTries.length > 0) {
  console.log('\nPassed at the second try only:');
  for (const { name, firstError } of total.secondTries) console.log(`  ~ ${name}\n      ${firstError}`);
}
if (total.failures.length > 0) {
  console.log('\nFailed:');
  for (const failure of total.failures) console.log(`  ✗ ${failure}`);
}
process.exitCode = isGreen(total.counts) ? 0 : 1;
console.log(`\n${closingLine(total.counts)}`);

function removeTemporaryFolder() {
  try {
    fs.rmSync(temporaryFolder, { recursive: true, force: true });
  } catch (error) {
    console.log(`${temporaryFolder} is left: ${error}`);
  }
}

/**
 * @param {string} part
 * @param {string} reports
 * @param {NodeJS.ProcessEnv} env
 */
async function runPart(part, reports, env) {
  const partMs = Date.now();
  console.log(`\n── ${part}, ${elapsed(startMs)} after the start ──`);
  const summary =
    part === 'python'
      ? await runPythonChecks(path.join(reports, 'python'))
      : part === 'compose'
        ? await checkCompose(ROOT)
        : await runVitest(part, path.join(reports, `${part}.json`), env);
  console.log(`── ${part}: ${closingLine(summary.counts)} in ${elapsed(partMs)}`);
  return summary;
}

/**
 * @param {string} part
 * @param {string} reportFile
 * @param {NodeJS.ProcessEnv} env
 */
async function runVitest(part, reportFile, env) {
  fs.rmSync(reportFile, { force: true });
  const args = [...ROOM_FOR_YOUNG_OBJECTS, path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run'];
  for (const project of PROJECTS.get(part) ?? [part]) args.push('--project', project);
  args.push('--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, '--passWithNoTests');
  const status = await new Promise((resolve) => {
    const child = spawn(serviceNode(), args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
  let report = null;
  try {
    report = JSON.parse(fs.readFileSync(reportFile, 'utf8'));
  } catch {
    // summariseVitest counts an absent report of a failed run as a failure.
  }
  return summariseVitest(report, status);
}
