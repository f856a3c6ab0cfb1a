import { SCORE_TABLE, METRICS, type Scores } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesBy, rankByMu } from './ranking.js';

const row = fc.record({
  mu: fc.oneof(fc.constantFrom(0.9, 0.8, -0.1), fc.double({ min: -5, max: 1, noNaN: true })),
  scoredAt: fc.date({ noInvalidDate: true }),
  evaluationId: fc.uuid(),
  replicates: fc.constant(null),
});
const rows = fc.uniqueArray(row, { selector: ({ evaluationId }) => evaluationId, maxLength: 40 });

describe('rankByMu without sums per day', () => {
  it('shares a rank between equal values and skips the next', () => {
    const at = new Date(0);
    const ranked = rankByMu(
      [0.7, 0.9, 0.8, 0.8].map((mu, index) => ({
        mu,
        scoredAt: at,
        evaluationId: String(index),
        replicates: null,
      })),
    );
    expect(ranked.map(({ mu, rank }) => [mu, rank])).toEqual([
      [0.9, 1],
      [0.8, 2],
      [0.8, 2],
      [0.7, 4],
    ]);
  });

  it('does not rank the round-off of a map that was stored in another way', () => {
    const ranked = rankByMu(
      [0.897700244299731, 0.8977002443139477, 0.8977022, 0.8977002437817416].map((mu, index) => ({
        mu,
        scoredAt: new Date(index),
        evaluationId: String(index),
        replicates: null,
      })),
    );
    expect(ranked.map(({ evaluationId, rank }) => [evaluationId, rank])).toEqual([
      ['2', 1],
      ['0', 2],
      ['1', 2],
      ['3', 2],
    ]);
  });

  it('has nothing to say about an empty board', () => {
    expect(rankByMu([])).toEqual([]);
  });

  it('gives each row one more than the number of rows that are better in six decimals', () => {
    fc.assert(
      fc.property(rows, (given) => {
        for (const { mu, rank } of rankByMu(given)) {
          const isBetter = (other: { mu: number }) => Math.round(other.mu * 1e6) > Math.round(mu * 1e6);
          expect(rank).toBe(1 + given.filter(isBetter).length);
        }
      }),
    );
  });

  it('does not depend on the order in which the rows come, and loses none', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (given, keys) => {
        const shuffled = given
          .map((item) => ({ item, key: keys.next().value }))
          .sort((a, b) => a.key - b.key);
        expect(rankByMu(shuffled.map(({ item }) => item))).toEqual(rankByMu(given));
        expect(rankByMu(given)).toHaveLength(given.length);
      }),
    );
  });
});

const value = fc.constantFrom(0.1, 0.2, 0.2 + 1e-9, 0.3, 0.7);
const scoreSets = fc.array(
  fc.record<Scores>({
    mu: value,
    sigma: value,
    lambdaXDeg: fc.option(value),
    lambdaXKm: fc.option(value),
    lambdaTDays: fc.option(value),
    unresolved: fc.constant(null),
    atGridLimit: fc.constant([]),
    rmseM: value,
  }),
  { maxLength: 20 },
);

describe('placesBy', () => {
  it('is one more than the number of better values, in the direction of the metric', () => {
    fc.assert(
      fc.property(scoreSets, fc.constantFrom(...METRICS), (scores, metric) => {
        const isHigherBetter = SCORE_TABLE[metric].better === 'higher';
        const isBetter = (a: number, b: number) => {
          const [left, right] = [Math.round(a * 1e6), Math.round(b * 1e6)];
          return isHigherBetter ? left > right : left < right;
        };
        placesBy(metric, scores).forEach((place, index) => {
          const own = scores[index]?.[metric] ?? null;
          const better = scores.filter(
            (other) => own !== null && other[metric] !== null && isBetter(other[metric], own),
          );
          expect(place).toBe(own === null ? null : 1 + better.length);
        });
      }),
    );
  });

  it('gives a missing value no place, and takes none away for it', () => {
    const scores = [null, 2, null, 1].map((lambdaXDeg) => ({
      mu: 0.9,
      sigma: 0.1,
      lambdaXDeg,
      lambdaXKm: null,
      lambdaTDays: null,
      unresolved: null,
      atGridLimit: [],
      rmseM: 0.1,
    }));
    expect(placesBy('lambdaXDeg', scores)).toEqual([null, 2, null, 1]);
  });
});
