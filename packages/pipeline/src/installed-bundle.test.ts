import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUNDLE_MANIFEST, entryOfBundle, hashOfFiles } from './installed-bundle.js';

const FILES = ['packages/a/dist/x.js', 'node_modules/zod/index.js'];

let root = '';
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const entry = () => entryOfBundle(root, 'evaluator/dist/bundle', 'child-main.js');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-bundle-'));
  for (const file of FILES) write(file, `of ${file}`);
  const manifest = { files: FILES, sha256: hashOfFiles(root, FILES) };
  write(`evaluator/dist/bundle/${BUNDLE_MANIFEST}`, JSON.stringify(manifest));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('is taken when it was made of the code that is installed', () => {
  expect(entry()).toBe(join(root, 'evaluator/dist/bundle/child-main.js'));
});

test.each([
  ['a module was built again', () => write(FILES[0]!, 'other')],
  ['a package was replaced', () => write(FILES[1]!, 'other')],
  ['a module is gone', () => rmSync(join(root, FILES[0]!))],
  [
    'a byte went from one module to the next',
    () => {
      write(FILES[0]!, `of ${FILES[0]!}o`);
      write(FILES[1]!, `f ${FILES[1]!}`);
    },
  ],
  [
    'the list of its modules is broken',
    () => write(`evaluator/dist/bundle/${BUNDLE_MANIFEST}`, '{"files":["packages'),
  ],
  ['nothing was bundled', () => rmSync(join(root, 'evaluator/dist/bundle'), { recursive: true })],
])('is left alone when %s', (_what, change) => {
  change();
  expect(entry()).toBeNull();
});
