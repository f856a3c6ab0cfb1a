import { describe, expect, test } from 'vitest';
import { paths, withQuery } from './paths';

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
