import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const dist = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
/** Writes the address of every module that is loaded. */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  registerHooks({ load: (url, context, next) => (writeSync(2, url + '\\n'), next(url, context)) });
`)}`;

/** What a process has loaded when it has read its environment, or has nothing to do. */
function modulesOf(entry: string): string {
  const { stderr } = spawnSync(process.execPath, ['--import', TELL_MODULES, dist(entry)], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return stderr;
}

test('the evaluator knows the steps and loads nothing that computes', () => {
  const modules = modulesOf('main.js');
  expect(modules).toContain('/evaluator/dist/steps/score.js');
  expect(modules).not.toMatch(
    /packages\/(science|netcdf|checking|scoring|fourdvarnet)\/|pipeline\/dist\/(?!inst)/,
  );
});

test('a child has loaded what scores before its job comes, and nothing that runs networks', () => {
  const modules = modulesOf('sandbox/child-main.js');
  expect(modules).toContain('/packages/pipeline/dist/score/score-reconstruction.js');
  expect(modules).not.toMatch(/pipeline\/dist\/predict\/|fourdvarnet\/dist\//);
});
