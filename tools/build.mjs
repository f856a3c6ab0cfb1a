import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CLONE_STATE_FOLDER, makeFolder, PlainError, ROOT, serviceNode } from './clone.mjs';
import { runLogged } from './run-command.mjs';

/** TypeScript's native compiler; `typescript` is there for tools that need its older interface. */
export const TYPESCRIPT_COMPILER = 'node_modules/typescript-native/bin/tsc';

const NODE_PROJECTS = ['packages', 'migrations', 'backend', 'evaluator'];
const BUNDLER = 'tools/bundle-services.mjs';
const SERVICE_SETTINGS = ['tsconfig.build.json', 'tsconfig.base.json', BUNDLER];
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.next', '.git', '.sillage', 'coverage', 'golden']);

/**
 * One number for the content of all sources below some folders or files.
 * @param {string[]} places relative to the root
 * @param {string} [root]
 * @returns {string}
 */
export function hashOfSources(places, root = ROOT) {
  const hash = crypto.createHash('sha256');
  const visit = (/** @type {string} */ place) => {
    const full = path.join(root, place);
    const stat = fs.statSync(full, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      if (SKIPPED_FOLDERS.has(path.basename(place))) return;
      for (const name of fs.readdirSync(full).sort()) visit(path.join(place, name));
    } else if (stat.isFile() && !place.endsWith('.tsbuildinfo') && !place.endsWith('next-env.d.ts')) {
      hash.update(`${place}\0${stat.size}\0`).update(fs.readFileSync(full));
    }
  };
  places.forEach(visit);
  return hash.digest('hex');
}

/** The outputs without which nothing starts; a deleted dist/ is built again though no source changed. */
function nodeOutputs() {
  const { references } = JSON.parse(fs.readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8'));
  return references.map((/** @type {{ path: string }} */ reference) =>
    path.join(ROOT, reference.path.replace(/\/tsconfig\.build\.json$/, ''), 'dist'),
  );
}

export const FRONTEND_STANDALONE = path.join(ROOT, 'frontend', '.next', 'standalone', 'frontend');

/**
 * @typedef {{ name: string, sources: string[], outputs: () => string[], run: (logFile: string, signal?: AbortSignal) => Promise<number> }} Build
 * @type {Build[]}
 */
const BUILDS = [
  {
    name: 'services',
    sources: [...SERVICE_SETTINGS, 'package-lock.json', ...NODE_PROJECTS],
    outputs: nodeOutputs,
    run: buildServices,
  },
  {
    name: 'pages',
    sources: [
      'tsconfig.base.json',
      'package-lock.json',
      'frontend',
      'packages/contracts',
      'packages/fourdvarnet',
    ],
    outputs: () => [
      path.join(FRONTEND_STANDALONE, 'server.js'),
      path.join(FRONTEND_STANDALONE, '.next', 'static'),
    ],
    run: buildPages,
  },
];

/**
 * @param {string} logFile
 * @param {AbortSignal} [signal]
 */
async function buildServices(logFile, signal) {
  const compiling = [TYPESCRIPT_COMPILER, '-b', 'tsconfig.build.json'];
  const status = await runLogged(serviceNode(), compiling, { logFile, signal });
  return status === 0 ? runLogged(serviceNode(), [BUNDLER], { logFile, signal }) : status;
}

/**
 * @param {string} logFile
 * @param {AbortSignal} [signal]
 */
async function buildPages(logFile, signal) {
  const frontend = path.join(ROOT, 'frontend');
  fs.rmSync(path.join(frontend, '.next', 'standalone'), { recursive: true, force: true });
  const next = path.join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...process.env, NODE_ENV: /** @type {const} */ ('production'), NEXT_TELEMETRY_DISABLED: '1' };
  const status = await runLogged(serviceNode(), [next, 'build'], { logFile, cwd: frontend, env, signal });
  if (status !== 0) return status;
  const completing = [path.join(frontend, 'scripts', 'complete-standalone.mjs')];
  return runLogged(serviceNode(), completing, { logFile, cwd: frontend, env, signal });
}

/**
 * Builds what changed since the last build of this clone.
 * @param {import('./progress-lines.mjs').Progress} progress
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ensureBuilt(progress, { signal } = {}) {
  for (const build of BUILDS) {
    const stamp = path.join(CLONE_STATE_FOLDER, 'build', `${build.name}.sha256`);
    const hash = hashOfSources(build.sources);
    const known = fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8').trim() : null;
    if (known === hash && build.outputs().every((output) => fs.existsSync(output))) continue;
    makeFolder(ROOT);
    makeFolder(path.dirname(stamp));
    const logFile = path.join(CLONE_STATE_FOLDER, 'logs', `build-${build.name}.log`);
    makeFolder(path.dirname(logFile));
    fs.rmSync(logFile, { force: true });
    await progress.step(`building the ${build.name}`, async () => {
      // Without the stamp, a build killed half-way is done again.
      fs.rmSync(stamp, { force: true });
      const status = await build.run(logFile, signal);
      if (status !== 0)
        throw new PlainError(`the build of the ${build.name} failed with status ${status}`, { logFile });
      const missing = build.outputs().find((output) => !fs.existsSync(output));
      if (missing !== undefined)
        throw new PlainError(`the build ended well, and yet ${missing} is missing`, { logFile });
      fs.writeFileSync(stamp, `${hash}\n`);
    });
  }
}
