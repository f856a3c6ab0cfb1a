import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './clone.mjs';

const text = fs.readFileSync(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const FOLDERS = [
  'packages',
  'backend',
  'evaluator',
  'frontend',
  'migrations',
  'datasets',
  'docs',
  'e2e',
  'tools',
];
const named = [...text.matchAll(/`([\w./-]+)`|\]\(([\w./-]+)(?:#[\w-]+)?\)/g)]
  .map(([, code, link]) => code ?? link ?? '')
  .filter((name) => name.includes('/') && FOLDERS.includes(name.split('/')[0] ?? ''));

test('the recipes of CONTRIBUTING.md name files that exist', () => {
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !fs.existsSync(path.join(ROOT, name)))).toEqual([]);
});

test('its recipe for a score names the files in which the last one was added', () => {
  for (const file of named.filter((name) => /score-table|further-scores[.]ts/.test(name)))
    expect(fs.readFileSync(path.join(ROOT, file), 'utf8'), file).toContain('largestErrorM');
  const registry = named.find((name) => name.endsWith('map-statistics.ts')) ?? '';
  expect(fs.readFileSync(path.join(ROOT, registry), 'utf8')).toContain('LARGEST_ERROR');
});

test('the smallest family of networks is named in its folder and two lists, five files with its test', () => {
  const code = ['packages', 'backend', 'evaluator', 'frontend'].map((folder) => `${folder}/*.ts*`);
  const pattern = 'fixed-point|FIXED_POINT|fixedPoint';
  const found = execFileSync('git', ['grep', '-lE', '--untracked', pattern, '--', ...code], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const families = 'packages/fourdvarnet/src/families';
  const isOwn = (file: string) => file.startsWith(`${families}/fixed-point/`);
  expect(
    found
      .split('\n')
      .filter((file) => isOwn(file) || (file !== '' && !/[.]test[.]ts|\/testing\//.test(file))),
  ).toEqual([
    `${families}/builders.ts`,
    `${families}/families.ts`,
    `${families}/fixed-point/family.ts`,
    `${families}/fixed-point/network.test.ts`,
    `${families}/fixed-point/network.ts`,
  ]);
});
