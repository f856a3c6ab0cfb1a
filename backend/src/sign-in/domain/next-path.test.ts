import { expect, it } from 'vitest';
import { safeNextPath } from './next-path.js';

it.each(['/', '/account', '/submissions/1?task=gf.nadir4#maps'])('keeps %s', (path) => {
  expect(safeNextPath(path)).toBe(path);
});

it.each([
  undefined,
  '',
  'account',
  '//evil.example',
  '/\\evil.example',
  '/a\\b',
  'https://evil.example',
  'javascript:alert(1)',
  '/\n/evil.example',
  '/\t/evil.example',
  `/${'a'.repeat(600)}`,
])('sends %j home', (path) => {
  expect(safeNextPath(path)).toBe('/');
});
