import type { Scores } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { shownDifference, undefinedDifferenceText } from './format-difference';

const scores = (over: Partial<Scores>): Scores => ({
  mu: 0.9,
  sigma: 0.02,
  lambdaXDeg: 1.5,
  lambdaXKm: null,
  lambdaTDays: 12,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
  ...over,
});

describe('a difference as it is shown', () => {
  test.each([
    {
      name: 'a higher µ is better',
      metric: 'mu',
      value: 0.95,
      zero: 0.9,
      percent: '▲+5.6\u202f%',
      absolute: '▲+0.050',
    },
    {
      name: 'a lower λx is better',
      metric: 'lambdaXDeg',
      value: 1.2,
      zero: 1.5,
      percent: '▲\u221220.0\u202f%',
      absolute: '▲\u22120.30',
    },
    {
      name: 'a higher σ is worse',
      metric: 'sigma',
      value: 0.03,
      zero: 0.02,
      percent: '▼+50.0\u202f%',
      absolute: '▼+0.010',
    },
    {
      name: 'values that look equal get no number',
      metric: 'sigma',
      value: 0.01134,
      zero: 0.01146,
      percent: '≈ equal',
      absolute: '≈ equal',
    },
    {
      name: 'nor do 0.0 %',
      metric: 'lambdaTDays',
      value: 120.04,
      zero: 120,
      percent: '≈ equal',
      absolute: '▼+0.04',
    },
    {
      name: 'the same number is equal',
      metric: 'mu',
      value: 0.9,
      zero: 0.9,
      percent: 'equal',
      absolute: 'equal',
    },
    {
      name: 'no per cent of zero',
      metric: 'sigma',
      value: 0.02,
      zero: 0,
      percent: '▼+0.020',
      absolute: '▼+0.020',
    },
  ] as const)('$name', ({ metric, value, zero, percent, absolute }) => {
    const shown = (unit: 'percent' | 'absolute') => {
      const difference = shownDifference(
        metric,
        scores({ [metric]: value }),
        scores({ [metric]: zero }),
        unit,
      );
      return difference === null ? null : difference.glyph + difference.text;
    };
    expect(shown('percent')).toBe(percent);
    expect(shown('absolute')).toBe(absolute);
  });

  test('is a bound where one side is a bound, and unknown where both are', () => {
    const bound = scores({ lambdaXDeg: 0.2, atGridLimit: ['lambdaXDeg'] });
    const plain = scores({});
    expect(shownDifference('lambdaXDeg', bound, plain, 'absolute')?.text).toBe('≤ \u22121.30');
    expect(shownDifference('lambdaXDeg', plain, bound, 'absolute')?.text).toBe('≥ +1.30');
    expect(shownDifference('lambdaXDeg', bound, bound, 'absolute')?.verdict).toBe('unknown');
  });

  test('does not exist without a value', () => {
    expect(shownDifference('lambdaXDeg', scores({ lambdaXDeg: null }), scores({}), 'percent')).toBeNull();
  });
});

describe('where no difference can be taken', () => {
  const none = scores({ lambdaXDeg: null, lambdaTDays: null, unresolved: 'nothing-resolved' });

  test('stands what the other one has', () => {
    const other = { method: 'OI', scores: scores({ lambdaXDeg: 1.61, atGridLimit: ['lambdaTDays'] }) };
    expect(undefinedDifferenceText('lambdaXDeg', none, other)).toBe('OI has 1.61°');
    expect(undefinedDifferenceText('lambdaTDays', none, other)).toBe('OI has ≤ 12.00 days');
  });

  test('it is not said to be none where a number is missing', () => {
    const other = { method: 'OI', scores: none };
    expect(undefinedDifferenceText('lambdaXDeg', scores({}), other)).toBe('OI has no number');
    expect(undefinedDifferenceText('lambdaXDeg', none, other)).toBe('OI has no number either');
  });
});
