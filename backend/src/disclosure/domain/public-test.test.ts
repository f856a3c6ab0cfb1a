import { describe, expect, it } from 'vitest';
import { coarseErrors, isClearlyBetter, standardErrors } from './public-test.js';

describe('isClearlyBetter', () => {
  const isTold = (mu: number, toldMu: number | null, muError: number | null = 0.001) =>
    isClearlyBetter({ mu, muError }, toldMu);

  it('is whatever comes first', () => {
    expect(isTold(-3, null)).toBe(true);
  });

  it('is an error that is a tenth smaller', () => {
    expect([0.729, 0.731].map((mu) => isTold(mu, 0.7))).toEqual([false, true]);
  });

  it('is more than a near-duplicate can differ by', () => {
    // Two maps that correlate by 0.9999 differ by √(2 · 0.0001) of their size: 0.01414.
    expect([0.9641, 0.9642].map((mu) => isTold(mu, 0.95))).toEqual([false, true]);
  });

  it('is more than the standard error', () => {
    expect([0.749, 0.751].map((mu) => isTold(mu, 0.7, 0.05))).toEqual([false, true]);
  });

  it('is never the same again, nor less', () => {
    expect([0.7, 0.2, -5].map((mu) => isTold(mu, 0.7))).toEqual([false, false, false]);
  });
});

describe('coarseErrors', () => {
  it('are root mean squares of five days, over the points that were scored, in ten steps a decade', () => {
    // Seven days, of which the third has no score; on the sixth and seventh day other errors and fewer points.
    const timeDays = [22_940, 22_941, 22_943, 22_944, 22_945, 22_946];
    const squaredErrorM2 = [0.01, 0.02, 0.02, 0.02, 0.1, 0.0234];
    const pointCount = [10, 10, 10, 10, 20, 10];
    const squaredReferenceM2 = timeDays.map(() => 1);
    expect(coarseErrors({ timeDays, squaredErrorM2, squaredReferenceM2, pointCount })).toEqual([
      // √(0.07 ÷ 40) = 0.0418
      { firstDay: '2012-10-22', lastDay: '2012-10-26', rmseM: 0.04 },
      // √(0.1234 ÷ 30) = 0.0641
      { firstDay: '2012-10-27', lastDay: '2012-10-28', rmseM: 0.063 },
    ]);
  });

  it('are not there without sums', () => {
    expect(coarseErrors(null)).toBeNull();
  });
});

describe('standardErrors', () => {
  const series = (dayCount: number, errorOf: (day: number) => number) => {
    const days = Array.from({ length: dayCount }, (_, day) => day);
    return {
      timeDays: days,
      squaredErrorM2: days.map(errorOf),
      squaredReferenceM2: days.map(() => 10),
      pointCount: days.map(() => 100),
    };
  };

  it('are those of a mean over independent days, widened for few blocks', () => {
    // Daily scores 0.5 ± 0.1: over 420 days in blocks of 35 the mean of blocks of alternating days scatters little.
    const flat = standardErrors(
      series(420, () => 2.5),
      'osse-2020a',
    );
    expect(flat.muError).toBeCloseTo(0, 12);
    const slow = standardErrors(
      series(420, (day) => (day < 210 ? 1.6 : 3.6)),
      'osse-2020a',
    );
    // Two halves that differ: blocks of 35 days fall into one or the other, a standard error of some 0.1 ÷ √12.
    expect(slow.muError).toBeGreaterThan(0.02);
    expect(slow.muError).toBeLessThan(0.06);
  });

  it('do not exist for few days, nor without sums', () => {
    expect(
      standardErrors(
        series(20, () => 1),
        'osse-2020a',
      ),
    ).toEqual({ muError: null, sigmaError: null });
    expect(standardErrors(null, 'ose-2021a')).toEqual({ muError: null, sigmaError: null });
  });
});
