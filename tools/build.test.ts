import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashOfSources } from './build.mjs';

let root: string;
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
const hash = () => hashOfSources(['packages', 'absent'], root);

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-build-'));
  write('packages/a/src/x.ts', 'one');
});
afterEach(() => fs.rmSync(root, { recursive: true }));

test('stays the same when nothing changes, and when only outputs change', () => {
  const before = hash();
  write('packages/a/dist/x.js', 'built');
  write('packages/a/node_modules/b/index.js', 'installed');
  expect(hash()).toBe(before);
});

test.each([
  ['a change of content', () => write('packages/a/src/x.ts', 'two')],
  ['a new file', () => write('packages/a/src/y.ts', '')],
  ['a deleted file', () => fs.rmSync(path.join(root, 'packages/a/src/x.ts'))],
  [
    'a renamed file',
    () => fs.renameSync(path.join(root, 'packages/a/src/x.ts'), path.join(root, 'packages/a/src/z.ts')),
  ],
])('changes with %s', (_what, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});
