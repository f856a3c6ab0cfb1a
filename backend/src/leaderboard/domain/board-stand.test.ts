import type { DailySeries } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStandOf, NO_STAND, placesAt, StandCounts, type Stand, type StandRow } from './board-stand.js';
import { boardResampling, boardUncertainty, type BoardResampling } from './board-uncertainty.js';
import { rankByMu, sortByMu } from './ranking.js';

const DAYS = Array.from({ length: 42 }, (_, day) => day);

/** A swing that is the same for every entry, and a wobble of its own. */
function seriesOf(rmseM: number, wobbleM: number): DailySeries {
  const rmse = DAYS.map((day) => rmseM * (1 + 0.1 * Math.sin(day / 3)) + wobbleM * Math.cos(day * 1.7));
  return {
    timeDays: DAYS.map((day) => 22_940 + day),
    squaredErrorM2: rmse.map((value) => 1000 * value * value),
    squaredReferenceM2: DAYS.map(() => 1000 * 0.09),
    pointCount: DAYS.map(() => 1000),
  };
}

type Row = StandRow & { scoredAt: Date };

const row = fc
  .record({
    evaluationId: fc.integer({ min: 0, max: 30 }),
    rmseMm: fc.integer({ min: 20, max: 26 }),
    wobbleMm: fc.integer({ min: -2, max: 2 }),
    hasSums: fc.boolean(),
  })
  .map(({ evaluationId, rmseMm, wobbleMm, hasSums }): Row => {
    const daily = seriesOf(rmseMm / 1000, wobbleMm / 1000);
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
    const mu = 1 - Math.sqrt(total(daily.squaredErrorM2) / total(daily.squaredReferenceM2));
    const id = String(evaluationId);
    return { evaluationId: id, mu, daily: hasSums ? daily : null, scoredAt: new Date(evaluationId) };
  });
/** In the order of a board, with sums for one at least. */
const board = fc
  .uniqueArray(row, { selector: ({ evaluationId }) => evaluationId, minLength: 1, maxLength: 12 })
  .map((rows) => sortByMu(rows))
  .filter((rows) => rows.some(({ daily }) => daily !== null));

function resamplingOf(rows: readonly Row[]): BoardResampling {
  const resampling = boardResampling(
    rows.map(({ daily }) => daily),
    'osse-2020a',
  );
  if (resampling === null) throw new Error(`no plan for ${DAYS.length} days`);
  return resampling;
}

function standOf(rows: readonly Row[], counts = new StandCounts()): Stand {
  const work = counts.update(rows, resamplingOf(rows));
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** As the whole board is ranked at once. */
function rankedAtOnce(rows: readonly Row[]) {
  const { replicates } = boardUncertainty(rows, 'osse-2020a');
  return rankByMu(rows.map((entry, index) => ({ ...entry, replicates: replicates[index] ?? null }))).map(
    ({ rank, tieGroup, rankLow, rankHigh, replicates: own }) => ({
      ...{ rank, tieGroup, rankLow, rankHigh },
      intervals: own === null ? null : { mu: own.muInterval, sigma: own.sigmaInterval },
    }),
  );
}

describe('the stand of a board', () => {
  it('is that of the whole board ranked at once, whatever came and went before', () => {
    fc.assert(
      fc.property(fc.array(board, { minLength: 1, maxLength: 4 }), (boards) => {
        const counts = new StandCounts();
        for (const rows of boards) {
          // An evaluation keeps its sums: rows of one id differ from board to board only by what is told of them.
          const named = rows.map((entry) => ({
            ...entry,
            evaluationId: `${entry.evaluationId} ${entry.mu} ${entry.daily !== null}`,
          }));
          const stand = standOf(named, counts);
          expect(isStandOf(stand, named, resamplingOf(named))).toBe(true);
          expect(placesAt(stand, named)).toEqual(rankedAtOnce(named));
          expect(counts.size).toBe(named.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('compares only pairs with a row that came or went', () => {
    const counts = new StandCounts();
    const rows = sortByMu(
      [20, 21, 22].map((rmseMm, index) => ({
        evaluationId: String(index),
        mu: 1 - rmseMm / 300,
        daily: seriesOf(rmseMm / 1000, 0.001),
        scoredAt: new Date(index),
      })),
    );
    const stepsOf = (of: Row[]) => [...counts.update(of, resamplingOf(of))].length;
    expect(stepsOf(rows)).toBe(3);
    expect(stepsOf(rows)).toBe(0);
    expect(stepsOf(rows.slice(1))).toBe(1);
    expect(stepsOf(rows)).toBe(1);
  });
});

describe('an older stand', () => {
  it('leaves each row the intervals that it had, and rank intervals that hold the next ones', () => {
    fc.assert(
      fc.property(board, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (all, choice) => {
        const chosen = (offset: number) => all.filter((_, index) => choice[index + offset]);
        const [before, after] = [chosen(0), chosen(12)];
        fc.pre([before, after].every((rows) => rows.some(({ daily }) => daily !== null)));
        const old = standOf(before);
        const [found, next] = [placesAt(old, after), placesAt(standOf(after), after)];
        found.forEach((place, index) => {
          const known = old.places.get(after[index]?.evaluationId ?? '');
          expect(place.intervals).toEqual(known?.intervals ?? null);
          expect(place.rank).toBeGreaterThanOrEqual(found[index - 1]?.rank ?? 1);
          expect(place.rank === found[index - 1]?.rank).toBe(place.tieGroup === found[index - 1]?.tieGroup);
          if (place.rankLow === null || place.rankHigh === null) return;
          expect(place.rankLow).toBeLessThanOrEqual(next[index]?.rankLow ?? 0);
          expect(place.rankHigh).toBeGreaterThanOrEqual(next[index]?.rankHigh ?? 100);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('takes a new row into the group in whose midst it stands, and ranks it by µ elsewhere', () => {
    const at = (evaluationId: string, mu: number): StandRow => ({ evaluationId, mu, daily: null });
    const place = (tieGroup: number) => ({
      rank: tieGroup,
      tieGroup,
      rankLow: 1,
      rankHigh: 3,
      intervals: null,
    });
    const stand: Stand = {
      resampling: null,
      places: new Map([
        ['a', place(1)],
        ['b', place(1)],
        ['c', place(2)],
      ]),
    };
    const rows = [
      at('new best', 0.95),
      at('a', 0.9),
      at('new', 0.89),
      at('b', 0.88),
      at('new too', 0.85),
      at('c', 0.8),
    ];
    expect(placesAt(stand, rows).map(({ rank, tieGroup, rankHigh }) => [rank, tieGroup, rankHigh])).toEqual([
      [1, 1, null],
      [2, 2, 6],
      [2, 2, null],
      [2, 2, 6],
      [5, 3, null],
      [6, 4, 6],
    ]);
  });

  it('of nothing ranks by µ alone', () => {
    const rows = [0.9, 0.8, 0.8, 0.7].map((mu, index) => ({ evaluationId: String(index), mu, daily: null }));
    expect(placesAt(NO_STAND, rows).map(({ rank }) => rank)).toEqual([1, 2, 2, 4]);
    expect(isStandOf(NO_STAND, rows, null)).toBe(true);
  });
});
