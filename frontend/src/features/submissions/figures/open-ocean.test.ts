import type { Scores } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { differsFromBoard, openOceanText, type OpenOcean } from './open-ocean';

const scores: Scores = {
  mu: 0.9,
  sigma: 0.01,
  lambdaXDeg: 0.4,
  lambdaXKm: null,
  lambdaTDays: 11.2,
  unresolved: null,
  atGridLimit: ['lambdaXDeg'],
  rmseM: 0.05,
};
const openOcean: OpenOcean = {
  segmentDeg: 10,
  segmentCount: 312,
  lambdaXDeg: 1.725,
  lambdaTDays: 12.3,
  unresolved: null,
  atGridLimit: [],
};

describe('the resolution of the open ocean', () => {
  test('is written like the scores of the board', () => {
    expect(openOceanText(openOcean, 'lambdaXDeg')).toBe('1.73°');
    expect(openOceanText(openOcean, 'lambdaTDays')).toBe('12.30 days');
    expect(openOceanText({ ...openOcean, atGridLimit: ['lambdaTDays'] }, 'lambdaTDays')).toBe('≤ 12.30 days');
  });

  test('says why it has no value', () => {
    const none = { ...openOcean, lambdaXDeg: null, unresolved: 'nothing-resolved' } as const;
    expect(openOceanText(none, 'lambdaXDeg')).toBe(
      'The PSD score is below 0.5 at every wavelength and period.',
    );
  });

  test('is shown only where it is another than that of the board, as where there is land', () => {
    expect(differsFromBoard(openOcean, scores)).toBe(true);
    const withoutLand = { ...scores, lambdaXDeg: 1.7251, lambdaTDays: 12.3, atGridLimit: [] };
    expect(differsFromBoard(openOcean, withoutLand)).toBe(false);
    // The same number as a bound is another statement.
    expect(differsFromBoard(openOcean, { ...withoutLand, atGridLimit: ['lambdaXDeg'] })).toBe(true);
  });
});
