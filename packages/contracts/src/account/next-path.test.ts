import { expect, it } from 'vitest';
import { safeNextPath } from './next-path.js';

it.each([
  '/',
  '/account',
  '/submit?challenge=demo',
  '/submissions/1?task=gf.nadir4#maps',
  '/sign-in?next=//evil.example',
])('keeps %s', (path) => {
  expect(safeNextPath(path)).toBe(path);
});

it.each([
  undefined,
  '',
  'account',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/a\\b',
  '/.//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/./\\evil.example',
  'https://evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  '/\n/evil.example',
  '/\t/evil.example',
  '\u0001//evil.example',
  ' //evil.example',
  `/${'a'.repeat(600)}`,
])('sends %j home', (path) => {
  expect(safeNextPath(path)).toBe('/');
});
