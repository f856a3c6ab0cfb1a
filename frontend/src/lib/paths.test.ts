import { describe, expect, test } from 'vitest';
import { paths } from './paths';

describe('paths', () => {
  test('escape what a participant could have typed', () => {
    expect(paths.submission('a/b?c')).toBe('/submissions/a%2Fb%3Fc');
    expect(paths.signIn('/submit?challenge=demo')).toBe('/sign-in?next=%2Fsubmit%3Fchallenge%3Ddemo');
  });
});
