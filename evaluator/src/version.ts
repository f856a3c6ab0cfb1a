import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Repository root (or the root of the image), two levels above `evaluator/dist`. */
export const installationFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Everything that can change a score: our own code, built. */
const CODE_FOLDERS = [
  'evaluator/dist/steps',
  'packages/contracts/dist',
  'packages/science/dist',
  'packages/netcdf/dist',
  'packages/checking/dist',
  'packages/scoring/dist',
  'packages/fourdvarnet/dist',
  'packages/runtime/dist',
  'packages/pipeline/dist',
];

/**
 * Package version and the first 10 digits of a SHA-256 over the built code that makes the scores: two evaluators with
 * the same string run the same code, on whatever machine.
 */
export function evaluatorVersion(root: string = installationFolder): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'evaluator/package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : '0.0.0';
  const hash = createHash('sha256');
  for (const folder of CODE_FOLDERS) {
    const absolute = join(root, folder);
    if (!existsSync(absolute)) continue;
    const names = readdirSync(absolute, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js'))
      .sort();
    for (const name of names) {
      hash.update(`${folder}/${name}\0`).update(readFileSync(join(absolute, name)));
    }
  }
  return `${version}+${hash.digest('hex').slice(0, 10)}`;
}
