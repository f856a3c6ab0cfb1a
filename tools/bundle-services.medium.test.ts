import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { entryOfBundle } from '@sillage/pipeline/installed-bundle';
import { expect, test } from 'vitest';
import { ROOT, serviceNode } from './clone.mjs';

const BUNDLES = [
  ['the sandboxed steps', 'evaluator/dist/bundle', 'child-main.js'],
  ['the command line', 'packages/cli/dist/bundle', 'main.js'],
] as const;

test.each(BUNDLES)('the bundle of %s is made of what is built', (_what, folder, name) => {
  const entry = entryOfBundle(ROOT, folder, name);
  expect(entry, `${folder} is not of the built code: run npm run build:node`).not.toBeNull();
  expect(fs.existsSync(entry ?? '')).toBe(true);
});

test.each(BUNDLES)(
  'in the bundle of %s the threads of the pipeline have their own files',
  (_what, folder) => {
    const threads = fs
      .readdirSync(path.join(ROOT, 'packages/pipeline/src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('-worker.ts'))
      .map((name) => path.basename(name, '.ts') + '.js');
    expect(threads.length).toBeGreaterThan(3);
    expect(threads.filter((name) => !fs.existsSync(path.join(ROOT, folder, name)))).toEqual([]);
  },
);

test('a module of a bundle still finds what lies beside its own file', () => {
  const { stdout, stderr } = spawnSync(serviceNode(), ['packages/cli/bin/sillage.mjs', '--version'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'packages/cli/package.json'), 'utf8')) as {
    version: string;
  };
  expect(stdout.trim(), stderr).toBe(version);
});
