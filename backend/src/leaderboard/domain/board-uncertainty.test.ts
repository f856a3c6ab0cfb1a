import type { DailySeries, Protocol } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { boardUncertainty } from './board-uncertainty.js';
import { rankByMu } from './ranking.js';

/** 42 days of errors about `rmseM`, metres, with a swing that is the same for every entry. */
function seriesOf(rmseM: number, wobble = 0, firstDay = 22_940): DailySeries {
  const days = Array.from({ length: 42 }, (_, day) => day);
  const rmse = days.map((day) => rmseM * (1 + 0.1 * Math.sin(day / 3)) + wobble * Math.cos(day * 1.7));
  return {
    timeDays: days.map((day) => firstDay + day),
    squaredErrorM2: rmse.map((value) => 1000 * value * value),
    squaredReferenceM2: days.map(() => 1000 * 0.09),
    pointCount: days.map(() => 1000),
  };
}

function uncertaintyOf(series: (DailySeries | null)[], protocol: Protocol = 'osse-2020a') {
  return boardUncertainty(
    series.map((daily) => ({ daily })),
    protocol,
  );
}

function ranksOf(series: (DailySeries | null)[]) {
  const { uncertainty, replicates } = uncertaintyOf(series);
  const rows = series.map((_, index) => ({
    mu: replicates[index]?.mu ?? 0.5,
    evaluationId: String(index),
    scoredAt: new Date(index),
    replicates: replicates[index] ?? null,
  }));
  return { uncertainty, rows: rankByMu(rows) };
}

describe('boardUncertainty', () => {
  it('lets entries share a rank that differ by noise, and not one that is clearly better', () => {
    const { uncertainty, rows } = ranksOf([seriesOf(0.03, 0.001), seriesOf(0.025), seriesOf(0.03, -0.001)]);
    expect(uncertainty).toMatchObject({ dayCount: 42, blockDays: 14, level: 0.95 });
    expect(rows.map(({ rank, tieGroup, rankLow, rankHigh }) => [rank, tieGroup, rankLow, rankHigh])).toEqual([
      [1, 1, 1, 1],
      [2, 2, 2, 3],
      [2, 2, 2, 3],
    ]);
  });

  it('has nothing to say of entries without sums, of other days, or of too short a period', () => {
    const { replicates } = uncertaintyOf([seriesOf(0.03), null, seriesOf(0.03, 0, 30_000), seriesOf(0.02)]);
    expect(replicates.map((entry) => entry !== null)).toEqual([true, false, false, true]);
    expect(uncertaintyOf([null])).toEqual({ uncertainty: null, replicates: [null] });
    const short: DailySeries = {
      timeDays: [1, 2],
      squaredErrorM2: [1, 1],
      squaredReferenceM2: [2, 2],
      pointCount: [3, 3],
    };
    expect(uncertaintyOf([short], 'ose-2021a').uncertainty).toBeNull();
  });

  it('takes the days that most entries share', () => {
    const { replicates } = uncertaintyOf([seriesOf(0.03, 0, 30_000), seriesOf(0.03), seriesOf(0.02)]);
    expect(replicates.map((entry) => entry !== null)).toEqual([false, true, true]);
  });

  it('is the mean of daily scores along a track', () => {
    const series = seriesOf(0.03);
    const daily = series.squaredErrorM2.map(
      (sum, day) => 1 - Math.sqrt(sum / (series.squaredReferenceM2[day] ?? 0)),
    );
    const [track] = uncertaintyOf([series], 'ose-2021a').replicates;
    expect(track?.mu).toBeCloseTo(daily.reduce((sum, score) => sum + score, 0) / 42, 12);
    const [gridded] = uncertaintyOf([series]).replicates;
    expect(gridded?.mu).not.toBeCloseTo(track?.mu ?? 0, 6);
  });
});
