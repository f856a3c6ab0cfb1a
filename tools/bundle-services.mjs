#!/usr/bin/env node
// Puts what a short-lived process loads into few files: `node tools/bundle-services.mjs`, after the services were built. Before it,
// what was compiled from sources that are gone goes.
import fs from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { removeOrphanedOutputs } from './orphaned-outputs.mjs';
import { BUNDLE_MANIFEST, hashOfFiles } from '../packages/pipeline/dist/installed-bundle.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const PIPELINE = 'packages/pipeline';

const BUNDLES = [
  { folder: 'evaluator/dist/bundle', entry: 'evaluator/dist/sandbox/child-main.js' },
  { folder: 'packages/cli/dist/bundle', entry: 'packages/cli/dist/main.js' },
];
/** How a module names the file of a thread that it starts: in a bundle these files lie beside every other. */
const THREAD_ADDRESS = /new URL\('\.\/[\w-]+-worker\.js', import\.meta\.url\)/g;
/** Packages that go into a bundle; all others are imported from where they are installed. */
const BUNDLED_PACKAGES = ['commander', 'fflate', 'yaml', 'zod'];

for (const project of projects()) removeOrphanedOutputs(project);
for (const { folder, entry } of BUNDLES) await writeBundle(path.join(ROOT, folder), entry);

/**
 * @param {string} target
 * @param {string} entry
 */
async function writeBundle(target, entry) {
  const inputs = [entry, ...threadModules()];
  const bundle = await rolldown({
    cwd: ROOT,
    input: inputs.map((file) => path.join(ROOT, file)),
    platform: 'node',
    external: (id, importer) => staysOutside(id, importer, target),
    plugins: [{ name: 'own-addresses', transform: (code, id) => withOwnAddress(code, id, target) }],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`while bundling ${entry}: ${log.message}`);
    },
  });
  fs.rmSync(target, { recursive: true, force: true });
  const { output } = await bundle.write({ dir: target, format: 'esm' });
  await bundle.close();
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const files = [...new Set(modules.filter((id) => path.isAbsolute(id)))]
    .map((id) => path.relative(ROOT, id))
    .sort();
  const manifest = { files, sha256: hashOfFiles(ROOT, files) };
  fs.writeFileSync(path.join(target, BUNDLE_MANIFEST), JSON.stringify(manifest));
}

/** Folders that the compiler builds. */
function projects() {
  const { references } = JSON.parse(fs.readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8'));
  return references.map((/** @type {{ path: string }} */ reference) =>
    path.join(ROOT, path.dirname(reference.path)),
  );
}

/** The bodies of threads. Sources are looked at: what a renamed one was compiled to may still lie in `dist`. */
function threadModules() {
  return fs
    .readdirSync(path.join(ROOT, PIPELINE, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('-worker.ts'))
    .map((name) => path.join(PIPELINE, 'dist', name.replace(/[.]ts$/, '.js')));
}

/**
 * Whether an import is left as it is. It is resolved from the bundle then, where it must find the same package.
 * @param {string} id
 * @param {string | undefined} importer
 * @param {string} target
 */
function staysOutside(id, importer, target) {
  if (importer === undefined || /^[./]/.test(id)) return false;
  if (id.startsWith('node:')) return true;
  const name = id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
  if (name.startsWith('@sillage/') || BUNDLED_PACKAGES.includes(name)) return false;
  const installed = folderOfPackage(name, path.dirname(importer));
  if (installed !== null && installed !== folderOfPackage(name, target))
    throw new Error(`'${id}' of ${importer} is another package when it is imported from ${target}`);
  return true;
}

/**
 * Where Node finds a package; null for one that is built in, or not installed.
 * @param {string} name
 * @param {string} from
 * @returns {string | null}
 */
function folderOfPackage(name, from) {
  const folder = path.join(from, 'node_modules', name);
  if (fs.existsSync(folder)) return fs.realpathSync(folder);
  return path.dirname(from) === from ? null : folderOfPackage(name, path.dirname(from));
}

/**
 * A module keeps the address of its own file, beside which it looks for others.
 * @param {string} code
 * @param {string} id
 * @param {string} target
 */
function withOwnAddress(code, id, target) {
  if (!code.includes('import.meta')) return null;
  const module = path.relative(ROOT, id);
  if (/import\.meta\b(?!\.url)/.test(code)) throw new Error(`${module}: only import.meta.url can be bundled`);
  const own = `new URL(${JSON.stringify(path.relative(target, id))}, import.meta.url).href`;
  const threads = code.match(THREAD_ADDRESS) ?? [];
  const others = code.split(THREAD_ADDRESS).map((part) => part.replaceAll('import.meta.url', own));
  return { code: others.map((part, index) => part + (threads[index] ?? '')).join('') };
}
