import { describe, expect, test } from 'vitest';
import { paths, safeNextPath, withQuery } from './paths';

describe('withQuery', () => {
  test('leaves out what is empty, so that the default view has the shortest address', () => {
    expect(withQuery('/a', { area: 'gf', sort: '', zero: undefined, order: null })).toBe('/a?area=gf');
    expect(withQuery('/a', {})).toBe('/a');
  });

  test('escapes what a participant could have typed', () => {
    expect(paths.submission('a/b?c')).toBe('/submissions/a%2Fb%3Fc');
    expect(paths.signIn('/submit?challenge=demo')).toBe('/sign-in?next=%2Fsubmit%3Fchallenge%3Ddemo');
  });
});

describe('safeNextPath', () => {
  test.each([
    { name: 'a path of this site', next: '/submit?challenge=demo', expected: '/submit?challenge=demo' },
    { name: 'nothing', next: undefined, expected: '/' },
    { name: 'another site', next: 'https://example.org/', expected: '/' },
    { name: 'another site without a scheme', next: '//example.org/', expected: '/' },
    { name: 'another site through a backslash', next: '/\\example.org', expected: '/' },
    { name: 'another site through a tab, which browsers leave out', next: '/\t/example.org', expected: '/' },
    { name: 'another site through a line break', next: '/\n/example.org', expected: '/' },
    { name: 'another site through a control character in front', next: '\u0001//example.org', expected: '/' },
  ])('leads $name to $expected', ({ next, expected }) => {
    expect(safeNextPath(next)).toBe(expected);
  });
});
