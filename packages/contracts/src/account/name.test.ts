import { expect, it } from 'vitest';
import { displayNameSchema } from './account.js';

it('measures a name before it is normalised, which takes the square of the marks on a letter', () => {
  // Normalised it would be 'a b'.
  expect(displayNameSchema.safeParse(`a${' '.repeat(100)}b`).error?.issues).toMatchObject([
    { code: 'too_big', maximum: 80 },
  ]);
  expect(displayNameSchema.parse(`a${' '.repeat(50)}b`)).toBe('a b');
  // Each of these letters is 18 once it is normalised.
  expect(displayNameSchema.safeParse('\ufdfa'.repeat(5)).error?.issues).toMatchObject([{ code: 'too_big' }]);
});
