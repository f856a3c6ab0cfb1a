import { expect, it } from 'vitest';
import { pauseAfterMs } from './backoff.js';

it('doubles from a second to six hours', () => {
  expect([1, 2, 5, 40].map(pauseAfterMs)).toEqual([1_000, 2_000, 16_000, 21_600_000]);
});
