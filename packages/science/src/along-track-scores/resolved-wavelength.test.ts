import { describe, expect, test } from 'vitest';
import { firstFallThrough, interpolatedBetweenSortedScores } from './resolved-wavelength.js';

const wavelengthKm = [1000, 500, 250, 125];

describe('the first fall through the level', () => {
  test.each([
    { name: 'between two samples, linear in the score', score: [0.9, 0.8, 0.4, 0.1], lambdaKm: 312.5 },
    { name: 'the first of several', score: [0.9, 0.4, 0.8, 0.1], lambdaKm: 600 },
    { name: 'a fall, not a rise', score: [0.1, 0.8, 0.4, 0.1], lambdaKm: 312.5 },
    { name: 'on a sample', score: [0.9, 0.5, 0.4, 0.1], lambdaKm: 500 },
  ])('is $name', ({ score, lambdaKm }) => {
    const found = firstFallThrough({ wavelengthKm, score }, 0.5);
    expect(found.unresolved).toBeNull();
    expect(found.lambdaKm).toBeCloseTo(lambdaKm, 9);
  });

  test.each([
    { score: [0.9, 0.8, 0.7, 0.6], unresolved: 'everything-resolved' },
    { score: [0.4, 0.8, 0.7, 0.6], unresolved: 'everything-resolved' },
    { score: [0.4, 0.3, 0.2, 0.1], unresolved: 'nothing-resolved' },
    { score: [0.9, NaN, 0.2, 0.1], unresolved: 'undefined-spectrum' },
  ])('has no value for $score: $unresolved', ({ score, unresolved }) => {
    expect(firstFallThrough({ wavelengthKm, score }, 0.5)).toEqual({ lambdaKm: null, unresolved });
  });
});

describe('interpolation between sorted scores', () => {
  test('joins wavenumbers that are no neighbours', () => {
    // 0.52 at 1000 km and 0.48 at 125 km are next to the level: λ lies half-way between them.
    const found = interpolatedBetweenSortedScores({ wavelengthKm, score: [0.52, 0.8, 0.3, 0.48] }, 0.5);
    expect(found.lambdaKm).toBeCloseTo(562.5, 9);
  });

  test.each([
    { score: [0.9, 0.8, 0.7, 0.6], unresolved: 'everything-resolved' },
    { score: [0.4, 0.3, 0.2, 0.1], unresolved: 'nothing-resolved' },
    { score: [0.4, -Infinity, 0.2, 0.1], unresolved: 'undefined-spectrum' },
  ])('has no value for $score: $unresolved', ({ score, unresolved }) => {
    expect(interpolatedBetweenSortedScores({ wavelengthKm, score }, 0.5)).toEqual({
      lambdaKm: null,
      unresolved,
    });
  });

  test.each([
    { name: 'all others are below', score: [0.9, 0.3, 0.2, 0.1], unresolved: 'nothing-resolved' },
    { name: 'all others are above', score: [0.4, 0.8, 0.7, 0.6], unresolved: 'everything-resolved' },
    { name: 'it is the next one below', score: [0.49, 0.8, 0.3, 0.2], unresolved: 'undefined-spectrum' },
    { name: 'it is the next one above', score: [0.51, 0.8, 0.3, 0.2], unresolved: 'undefined-spectrum' },
  ])('never gives the infinite wavelength of the mean: $name', ({ score, unresolved }) => {
    const found = interpolatedBetweenSortedScores({ wavelengthKm: [Infinity, 500, 250, 125], score }, 0.5);
    expect(found).toEqual({ lambdaKm: null, unresolved });
  });
});
