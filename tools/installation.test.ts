import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explainNpmFailure, missingFromInstallation } from './installation.mjs';

let root: string;
const lock = (packages: object) => JSON.stringify({ packages });
const WANTED = {
  '': { name: 'root' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/@sillage/b': { resolved: 'packages/b', link: true },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
};

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-installation-'));
  fs.writeFileSync(path.join(root, 'package-lock.json'), lock(WANTED));
  fs.mkdirSync(path.join(root, 'node_modules/a'), { recursive: true });
  fs.mkdirSync(path.join(root, 'node_modules/@sillage/b'), { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const install = (packages: object) =>
  fs.writeFileSync(path.join(root, 'node_modules/.package-lock.json'), lock(packages));

test('asks for an installation in a bare clone, and after one that was killed', () => {
  expect(missingFromInstallation(root)).toBe('nothing is installed');
});

test('is content when all but packages of other platforms are there', () => {
  install({
    'node_modules/a': { version: '1.0.0' },
    'node_modules/@sillage/b': { resolved: 'packages/b', link: true },
  });
  expect(missingFromInstallation(root)).toBeNull();
});

test('notices another version', () => {
  install({ ...WANTED, 'node_modules/a': { version: '1.0.1' } });
  expect(missingFromInstallation(root)).toBe('node_modules/a is 1.0.1, the lockfile says 1.0.0');
});

test('notices a package that the lockfile gained', () => {
  install({ 'node_modules/@sillage/b': { resolved: 'packages/b', link: true } });
  expect(missingFromInstallation(root)).toBe('node_modules/a is not installed');
});

test('notices a deleted folder', () => {
  install(WANTED);
  fs.rmSync(path.join(root, 'node_modules/a'), { recursive: true });
  expect(missingFromInstallation(root)).toBe('node_modules/a was deleted');
});

test.each([
  ['npm error code ENOTFOUND', 'cannot reach the package registry'],
  ['npm error code EAI_AGAIN', 'cannot reach the package registry'],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'does not trust the certificate'],
  ['npm error code ENOSPC', 'disk is full'],
  ['npm error code EACCES', 'may not write'],
  [
    'npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync',
    'differ',
  ],
  ['npm error something else', 'npm ci failed'],
])('explains %j', (output, part) => {
  expect(explainNpmFailure(output)).toContain(part);
});
