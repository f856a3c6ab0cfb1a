/**
 * `npm run bundle:gpu [-- FILE.tar.gz]`: one file that holds what `npm run bench:gpu` needs, Node included, for a machine with a GPU
 * and without internet: unpack it there and start `gpu-bundle/run.sh`. The reconstructions that results are held against are
 * computed here, by ONNX Runtime on the CPU. `.deb` files that the other machine lacks (libvulkan1) go into `gpu-bundle/debs`
 * there, or are named here: `npm run bundle:gpu -- FILE.tar.gz libvulkan1_*.deb`. A name that ends in .tar.xz makes a smaller file.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const [file = 'gpu-bundle.tar.gz', ...debs] = process.argv.slice(2);
const target = resolve(process.env.INIT_CWD ?? process.cwd(), file);
/** What the bench imports of ours; the rest of their dependencies follows. */
const OURS = ['contracts', 'fourdvarnet', 'runtime'];
/** Large, and not needed where references come as files. */
const LEFT_OUT = new Set(['onnxruntime-node', '@webgpu/types', 'debug', '@types/node']);

const RUN = `#!/bin/sh
# Everything of a first contact with a GPU, unattended. Options are those of packages/runtime/bench/gpu.mjs.
# Results: gpu.md and gpu.json in the folder $OUT, by default results.
cd "$(dirname "$0")" || exit 1
here=$(pwd)
for deb in debs/*.deb; do
  [ -e "$deb" ] && dpkg-deb -x "$deb" root
done
[ -d root ] && export LD_LIBRARY_PATH="$here/root/usr/lib/$(uname -m)-linux-gnu\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if ! ldconfig -p 2>/dev/null | grep -q libvulkan.so.1 && ! ls root/usr/lib/*/libvulkan.so.1 >/dev/null 2>&1; then
  echo "libvulkan.so.1 is not here: install libvulkan1, or put its .deb into $here/debs" >&2
fi
exec ./node packages/runtime/bench/gpu.mjs --reference reference --out "\${OUT:-results}" "$@"
`;

/**
 * @param {string} command
 * @param {string[]} parameters
 */
function run(command, parameters) {
  const { status, error } = spawnSync(command, parameters, { stdio: 'inherit', cwd: root });
  if (status !== 0)
    throw new Error(`${command} ${parameters.join(' ')}: ${error?.message ?? `ended with ${status}`}`);
}

/** @param {string} folder */
function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Copies a library and what it depends on, from where Node would find them.
 * @param {string} name
 * @param {string} into
 * @param {Set<string>} copied
 */
function copyLibrary(name, into, copied) {
  if (copied.has(name) || LEFT_OUT.has(name) || name.startsWith('@sillage/')) return;
  copied.add(name);
  const from = join(root, 'node_modules', name);
  const to = join(into, 'node_modules', name);
  if (name === 'webgpu') {
    const binary = `dist/${process.platform}-${process.arch}`;
    for (const part of ['index.js', 'package.json', 'LICENSE.md', binary]) {
      cpSync(join(from, part), join(to, part), { recursive: true });
    }
  } else {
    cpSync(from, to, { recursive: true, dereference: true });
  }
  for (const dependency of Object.keys(manifest(from).dependencies ?? {})) {
    if (!existsSync(join(from, 'node_modules', dependency))) copyLibrary(dependency, into, copied);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sillage-gpu-'));
try {
  const bundle = join(folder, 'gpu-bundle');
  mkdirSync(join(bundle, 'debs'), { recursive: true });
  run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-b',
    'packages/runtime/tsconfig.build.json',
  ]);
  /** @type {Set<string>} */
  const copied = new Set();
  for (const name of OURS) {
    const from = join(root, 'packages', name);
    const to = join(bundle, 'packages', name);
    cpSync(join(from, 'package.json'), join(to, 'package.json'));
    const isWanted = (/** @type {string} */ path) => !/\.(d\.ts|map|tsbuildinfo)$/.test(path);
    cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter: isWanted });
    cpSync(to, join(bundle, 'node_modules/@sillage', name), { recursive: true });
    for (const dependency of Object.keys(manifest(from).dependencies ?? {})) {
      copyLibrary(dependency, bundle, copied);
    }
  }
  cpSync(join(root, 'packages/runtime/bench'), join(bundle, 'packages/runtime/bench'), { recursive: true });
  cpSync(process.execPath, join(bundle, 'node'));
  // Debug information is a fifth of it; without `strip` it stays.
  spawnSync('strip', ['--strip-debug', join(bundle, 'node')], { stdio: 'ignore' });
  writeFileSync(join(bundle, 'run.sh'), RUN);
  chmodSync(join(bundle, 'run.sh'), 0o755);
  for (const deb of debs)
    cpSync(resolve(process.env.INIT_CWD ?? '.', deb), join(bundle, 'debs', basename(deb)));
  run(process.execPath, ['packages/runtime/bench/gpu.mjs', '--write-reference', join(bundle, 'reference')]);
  run('tar', ['-caf', target, '-C', folder, 'gpu-bundle']);
  console.log(`${target}: ${(statSync(target).size / 2 ** 20).toFixed(1)} MiB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
