import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTestFolder } from './test-folder.mjs';

const NOBODY = 2 ** 22 + 1; // beyond the largest process number of Linux

let memory: string;
let made: string[];
beforeEach(() => {
  memory = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-test-folder-'));
  made = [memory];
});
afterEach(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

test('every user may enter it, and it lies on the disk where there is no file system in memory', () => {
  const folder = makeTestFolder(memory);
  made.push(folder);
  expect(path.dirname(folder)).toBe(os.tmpdir());
  expect(fs.statSync(folder).mode & 0o777).toBe(0o755);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('what a killed run left in memory goes, and nothing else', () => {
  for (const name of [`sillage-tests-${NOBODY}-abc`, `sillage-tests-${process.pid}-abc`, 'other'])
    fs.mkdirSync(path.join(memory, name, 'full'), { recursive: true });
  made.push(makeTestFolder(memory));
  expect(fs.readdirSync(memory).sort()).toEqual(['other', `sillage-tests-${process.pid}-abc`]);
});

test('a place that is not there is no obstacle', () => {
  const folder = makeTestFolder(path.join(memory, 'nowhere'));
  made.push(folder);
  expect(fs.existsSync(folder)).toBe(true);
});
