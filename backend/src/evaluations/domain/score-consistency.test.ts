import type { Protocol, Scores } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { contradictionIn, contradictionWithStatistics } from './score-consistency.js';

const gridded: Scores = {
  mu: 0.9,
  sigma: 0.01,
  lambdaXDeg: 1.2,
  lambdaXKm: null,
  lambdaTDays: 11,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
};
const alongTrack: Scores = { ...gridded, lambdaXDeg: null, lambdaTDays: null, lambdaXKm: 139 };
const none = { lambdaXDeg: null, lambdaXKm: null, lambdaTDays: null };

describe('contradictionIn', () => {
  it.each<{ name: string; scores: Scores; protocol: Protocol }>([
    { name: 'the resolutions of a gridded protocol', scores: gridded, protocol: 'osse-natl' },
    { name: 'the one resolution along a track', scores: alongTrack, protocol: 'ose-2021a' },
    {
      name: 'none, with the reason',
      scores: { ...gridded, ...none, unresolved: 'identical' },
      protocol: 'osse-2020a',
    },
    {
      name: 'none along a track, with the reason',
      scores: { ...alongTrack, ...none, unresolved: 'nothing-resolved' },
      protocol: 'ose-along-track',
    },
    { name: 'an upper bound', scores: { ...gridded, atGridLimit: ['lambdaXDeg'] }, protocol: 'osse-2020a' },
  ])('has nothing against $name', ({ scores, protocol }) => {
    expect(contradictionIn(scores, protocol)).toBeNull();
  });

  it.each<{ name: string; scores: Scores; protocol: Protocol; says: string }>([
    { name: 'km on a grid', scores: alongTrack, protocol: 'osse-2020a', says: 'no lambdaXKm' },
    {
      name: 'degrees along a track',
      scores: gridded,
      protocol: 'ose-2021a',
      says: 'no lambdaXDeg, lambdaTDays',
    },
    {
      name: 'half a resolution',
      scores: { ...gridded, lambdaTDays: null },
      protocol: 'osse-2020a',
      says: 'lambdaTDays is missing alone',
    },
    {
      name: 'nothing, and no reason',
      scores: { ...alongTrack, lambdaXKm: null },
      protocol: 'ose-along-track',
      says: 'no reason for it',
    },
    {
      name: 'a resolution, and a reason for having none',
      scores: { ...gridded, unresolved: 'identical' },
      protocol: 'osse-2020a',
      says: "'identical' as the reason",
    },
    {
      name: 'a bound without a value',
      scores: { ...gridded, ...none, unresolved: 'identical', atGridLimit: ['lambdaTDays'] },
      protocol: 'osse-2020a',
      says: 'lambdaTDays at the limit',
    },
  ])('finds $name', ({ scores, protocol, says }) => {
    expect(contradictionIn(scores, protocol)).toContain(says);
  });
});

describe('sums per day', () => {
  const daily = {
    timeDays: [1, 2],
    squaredErrorM2: [1, 4],
    squaredReferenceM2: [100, 100],
    pointCount: [10, 10],
  };
  const statistics = { daily, bands: null };
  const scores = { ...gridded, mu: 1 - Math.sqrt(5 / 200), sigma: 0.05 };

  it('must give the µ and σ of the scores', () => {
    expect(contradictionWithStatistics(scores, statistics, 'osse-2020a')).toBeNull();
    expect(contradictionWithStatistics(scores, null, 'osse-2020a')).toBeNull();
    expect(contradictionWithStatistics({ ...scores, mu: 0.9 }, statistics, 'osse-2020a')).toMatch(
      'µ is 0.9, but',
    );
    expect(contradictionWithStatistics({ ...scores, sigma: 0.1 }, statistics, 'osse-2020a')).toMatch(
      'σ is 0.1, but',
    );
    // Along a track µ is the mean of daily scores.
    expect(contradictionWithStatistics({ ...scores, mu: 0.85 }, statistics, 'ose-2021a')).toBeNull();
  });
});
