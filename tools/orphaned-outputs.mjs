import fs from 'node:fs';
import path from 'node:path';

/** What the compiler writes for `name.ts` or `name.tsx`. */
const OUTPUT = /[.](?:d[.]ts|js)(?:[.]map)?$/;

/**
 * Removes from `dist` what was compiled from sources that are gone: a renamed module would be there twice, and would count in the
 * version of an evaluator.
 *
 * @param {string} project folder with `src` and `dist`
 * @returns {string[]} what was removed, relative to the project
 */
export function removeOrphanedOutputs(project) {
  const dist = path.join(project, 'dist');
  const src = path.join(project, 'src');
  if (!fs.existsSync(dist) || !fs.existsSync(src)) return [];
  return fs
    .readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => OUTPUT.test(name) && !name.startsWith(`bundle${path.sep}`))
    .filter((name) => {
      const stem = path.join(src, name.replace(OUTPUT, ''));
      return !['.ts', '.tsx'].some((extension) => fs.existsSync(stem + extension));
    })
    .map((name) => {
      fs.rmSync(path.join(dist, name));
      return path.join('dist', name);
    });
}
