import { describe, expect, test } from 'vitest';
import type { Scores } from '@sillage/contracts';
import { scoreText, scoreTextWithUnit } from './format-score';

const scores: Scores = {
  mu: 0.9,
  sigma: 0.01,
  lambdaXDeg: 0.2,
  lambdaXKm: null,
  lambdaTDays: null,
  unresolved: null,
  atGridLimit: ['lambdaXDeg'],
  rmseM: 0.05,
};

describe('scores as text', () => {
  test('say when a resolution is only an upper bound', () => {
    expect(scoreText(scores, 'lambdaXDeg')).toBe('≤ 0.20');
    expect(scoreTextWithUnit(scores, 'lambdaXDeg')).toBe('≤ 0.20°');
    expect(scoreText({ ...scores, atGridLimit: [] }, 'lambdaXDeg')).toBe('0.20');
  });

  test('are null without a value', () => {
    expect(scoreText(scores, 'lambdaTDays')).toBeNull();
    expect(scoreText(scores, 'mu')).toBe('0.900');
  });
});
