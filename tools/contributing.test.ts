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
