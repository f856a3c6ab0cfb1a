import { describe, expect, test } from 'vitest';
import { remainingMs, speedOf, withSample, type ProgressSample } from './upload-progress';

describe('upload speed', () => {
  test('is measured over the last seconds only', () => {
    let samples: ProgressSample[] = [];
    for (const [timeMs, sentBytes] of [
      [0, 0],
      [1000, 1e6],
      [60_000, 1e6],
      [61_000, 6e6],
      [62_000, 11e6],
    ] as const) {
      samples = withSample(samples, { timeMs, sentBytes });
    }
    expect(speedOf(samples)).toBe(5e6);
  });

  test('is not known from one sample, and says nothing about the rest', () => {
    expect(speedOf([{ timeMs: 0, sentBytes: 10 }])).toBeNull();
    expect(remainingMs(null, 0, 100)).toBeNull();
    expect(remainingMs(0, 0, 100)).toBeNull();
  });

  test('gives the time for the rest', () => {
    expect(remainingMs(1e6, 4e6, 10e6)).toBe(6000);
  });
});
