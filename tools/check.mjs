#!/usr/bin/env node
// npm run check: everything about the code that needs no run of it. npm run check -- lint arch   only these
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { TYPESCRIPT_COMPILER } from './build.mjs';
import { CLONE_STATE_FOLDER, ROOM_FOR_YOUNG_OBJECTS, ROOT, serviceNode } from './clone.mjs';
import { ensureInstalled } from './installation.mjs';
import { runNamedChecks } from './named-checks.mjs';
import { progressLines } from './progress-lines.mjs';
import {
  badNames,
  citedNowhere,
  deadLinks,
  listFiles,
  plantedSecrets,
  readTextFiles,
  registryHosts,
} from './repository-checks.mjs';
import { explain } from './start-command.mjs';
import { addSummaries, closingLine, isGreen } from './test-summary.mjs';

const OUTPUT_LINES = 80;

/**
 * Runs a program of node_modules and fails with what it said.
 * @param {string} script relative to the root
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<void>}
 */
function runScript(script, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(serviceNode(), [...ROOM_FOR_YOUNG_OBJECTS, path.join(ROOT, script), ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = output.trim().split('\n');
      const shown =
        lines.length > OUTPUT_LINES
          ? [`(${lines.length - OUTPUT_LINES} lines before these)`, ...lines.slice(-OUTPUT_LINES)]
          : lines;
      if (code === 0) resolve();
      else reject(new Error(`${script} ended with status ${code}\n${shown.join('\n')}`));
    });
  });
}

/** @param {string[]} problems */
function assertNone(problems) {
  if (problems.length > 0)
    throw new Error(
      `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${problems.join('\n')}`,
    );
}

const tsc = (/** @type {string[]} */ ...args) => runScript(TYPESCRIPT_COMPILER, args);

async function checkTypes() {
  await tsc('-b');
  for (const project of ['frontend', 'datasets', 'e2e', 'tools', 'tools/fuzz']) {
    if (fs.existsSync(path.join(ROOT, project, 'tsconfig.json'))) await tsc('--noEmit', '-p', project);
  }
}

async function checkMigrations() {
  const { ensurePostgres } = await import('./embedded-postgres.mjs');
  const postgres = await ensurePostgres({
    folder: path.join(CLONE_STATE_FOLDER, 'check-postgres'),
    password: 'check',
    database: 'check',
    isDurable: false,
  });
  try {
    await runScript('backend/dist/database/check-migrations.js', [], {
      ...process.env,
      DATABASE_URL: postgres.url,
    });
  } finally {
    await postgres.stop();
  }
}

async function checkArchitecture() {
  await runScript('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', ARCH_ARGUMENTS);
  const { folderCircles } = await import('./folder-circles.mjs');
  assertNone(folderCircles(repositoryFiles(), 'backend/src'));
}

const repositoryFiles = () => readTextFiles(ROOT, listFiles(ROOT));

/** The slow ones first: they run two at a time. */
const CHECKS = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: () => runScript('node_modules/oxlint/bin/oxlint', ['--threads=2']) },
  { name: 'format', run: () => runScript('node_modules/oxfmt/bin/oxfmt', ['--check', '--threads=2']) },
  {
    name: 'arch',
    run: checkArchitecture,
  },
  // Runs what `types` has built.
  { name: 'migrations', run: checkMigrations },
  {
    name: 'lockfile',
    run: async () => assertNone(registryHosts(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))),
  },
  { name: 'names', run: async () => assertNone(badNames(repositoryFiles())) },
  { name: 'secrets', run: async () => assertNone(plantedSecrets(repositoryFiles())) },
  {
    name: 'links',
    run: async () => {
      const files = repositoryFiles();
      const exists = (/** @type {string} */ file) => fs.existsSync(path.join(ROOT, file));
      assertNone([...deadLinks(files, exists), ...citedNowhere(files)]);
    },
  },
];

const ARCH_ARGUMENTS = [
  ...['packages', 'backend/src', 'evaluator/src', 'frontend/src', 'migrations'],
  ...['--config', 'dependency-cruiser.config.cjs', '--output-type', 'err-long'],
];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !CHECKS.some((check) => check.name === name));
if (unknown !== undefined) {
  console.error(`no check '${unknown}': there are ${CHECKS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
try {
  await ensureInstalled(progressLines());
  const wanted = CHECKS.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const built = wanted.findIndex(({ name }) => name === 'migrations');
  const first = built < 0 ? wanted : wanted.slice(0, built);
  const { counts } = addSummaries([
    await runNamedChecks(first, 2),
    await runNamedChecks(wanted.slice(first.length)),
  ]);
  console.log(`\nchecks: ${closingLine(counts)}`);
  process.exitCode = isGreen(counts) ? 0 : 1;
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
