import { expect, test } from 'vitest';
import { signInProblem } from './sign-in-texts';

test('says what a known code means, something for any other, and nothing without one', () => {
  expect(signInProblem('email-taken')).toMatch(/password/);
  expect(signInProblem('<script>')).toBe('The sign-in did not work.');
  expect(signInProblem(undefined)).toBeNull();
});
