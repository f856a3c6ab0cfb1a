import { describe, expect, it } from 'vitest';
import { snakeCase } from './snake-naming-strategy.js';

describe('snakeCase', () => {
  it.each([
    ['stateSince', 'state_since'],
    ['lambdaXDeg', 'lambda_x_deg'],
    ['lambdaTDays', 'lambda_t_days'],
    ['sha256', 'sha256'],
    ['canonicalSha256', 'canonical_sha256'],
    ['rmseM', 'rmse_m'],
  ])('writes %s as %s', (name, expected) => {
    expect(snakeCase(name)).toBe(expected);
  });
});
