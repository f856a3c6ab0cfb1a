import { expect, test } from 'vitest';
import { welchSums } from './welch-sums.js';

/** The defining sums, one segment after the other. */
function naivePsdSum(values: Float64Array, starts: readonly number[], count: number, spacingKm: number) {
  const window = Array.from({ length: count }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / count));
  const power = window.reduce((sum, weight) => sum + weight ** 2, 0);
  return Array.from({ length: Math.floor(count / 2) + 1 }, (_, k) =>
    starts.reduce((total, start) => {
      const segment = [...values.subarray(start, start + count)];
      const mean = segment.reduce((sum, value) => sum + value, 0) / count;
      let re = 0;
      let im = 0;
      segment.forEach((value, n) => {
        re += window[n]! * (value - mean) * Math.cos((2 * Math.PI * k * n) / count);
        im -= window[n]! * (value - mean) * Math.sin((2 * Math.PI * k * n) / count);
      });
      const sides = k === 0 || 2 * k === count ? 1 : 2;
      return total + (sides * spacingKm * (re * re + im * im)) / power;
    }, 0),
  );
}

test.each([{ sampleCount: 24 }, { sampleCount: 25 }])(
  'agree with the defining sums for segments of $sampleCount samples',
  ({ sampleCount }) => {
    const track = Float64Array.from({ length: 90 }, (_, n) => Math.sin(n * n));
    const error = Float64Array.from({ length: 90 }, (_, n) => 0.3 + Math.cos(7 * n) * Math.sin(n));
    const starts = [0, 6, 60];
    const sums = welchSums({ track, error }, starts, { sampleCount, spacingKm: 6.4 });
    expect(sums.segmentCount).toBe(3);
    const wanted = {
      track: naivePsdSum(track, starts, sampleCount, 6.4),
      error: naivePsdSum(error, starts, sampleCount, 6.4),
    };
    sums.trackPsdSum.forEach((value, k) => expect(value).toBeCloseTo(wanted.track[k]!, 11));
    sums.errorPsdSum.forEach((value, k) => expect(value).toBeCloseTo(wanted.error[k]!, 11));
    expect(sums.trackPsdSum).toHaveLength(Math.floor(sampleCount / 2) + 1);
  },
);
