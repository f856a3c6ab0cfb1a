import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evaluatorVersion } from './version.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-version-'));
  mkdirSync(join(root, 'packages/science/dist/scores'), { recursive: true });
  mkdirSync(join(root, 'evaluator'));
  writeFileSync(join(root, 'evaluator/package.json'), '{"version":"1.2.3"}');
  writeFileSync(join(root, 'packages/science/dist/scores/rmse.js'), 'export const a = 1;');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('is the package version and ten digits of the code', () => {
  expect(evaluatorVersion(root)).toMatch(/^1\.2\.3\+[0-9a-f]{10}$/);
  expect(evaluatorVersion(root)).toBe(evaluatorVersion(root));
});

test('changes with any file that can change a score', () => {
  const before = evaluatorVersion(root);
  writeFileSync(join(root, 'packages/science/dist/scores/rmse.js'), 'export const a = 2;');
  expect(evaluatorVersion(root)).not.toBe(before);
});

test('does not change with a test or a type declaration', () => {
  const before = evaluatorVersion(root);
  writeFileSync(join(root, 'packages/science/dist/scores/rmse.test.js'), 'test');
  writeFileSync(join(root, 'packages/science/dist/scores/rmse.d.ts'), 'types');
  expect(evaluatorVersion(root)).toBe(before);
});
