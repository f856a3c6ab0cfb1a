import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = new URL('../bin/sillage.mjs', import.meta.url).pathname;
const PIPELINE = 'node_modules/@sillage/pipeline';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-older-build-'));
  for (const folder of ['packages/cli/bin', 'packages/cli/dist', PIPELINE])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync(BIN, join(root, 'packages/cli/bin/sillage.mjs'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(main: string, pipeline: { exports: object; files: Record<string, string> }) {
  writeFileSync(join(root, 'packages/cli/dist/main.js'), main);
  const description = { name: '@sillage/pipeline', type: 'module', exports: pipeline.exports };
  writeFileSync(join(root, PIPELINE, 'package.json'), JSON.stringify(description));
  for (const [name, text] of Object.entries(pipeline.files)) writeFileSync(join(root, PIPELINE, name), text);
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/sillage.mjs')], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

const BUNDLES = { './installed-bundle': './bundle.js' };
const NO_BUNDLE = { 'bundle.js': 'export const entryOfBundle = () => null;' };

test.each([
  { name: 'a module that is not there', main: '', pipeline: { exports: BUNDLES, files: {} } },
  { name: 'an entry that is not there', main: '', pipeline: { exports: { '.': './bundle.js' }, files: {} } },
  {
    name: 'a name that a module has not',
    main: "import { nothing } from '@sillage/pipeline/installed-bundle'; nothing();",
    pipeline: { exports: BUNDLES, files: NO_BUNDLE },
  },
])('says in one line that the build is an older one: $name', ({ main, pipeline }) => {
  const { status, stderr } = run(main, pipeline);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^sillage: what was built is older than the code.*run 'npm ci && npm run build:node' in .*\n$/,
  );
});

test('leaves every other fault as it is', () => {
  const { stderr } = run("throw new Error('a fault of ours');", { exports: BUNDLES, files: NO_BUNDLE });
  expect(stderr).toContain('Error: a fault of ours');
  expect(stderr).not.toContain('older than the code');
});
