import { describe, expect, test } from 'vitest';
import { remainingTimeText } from './remaining-time.js';

describe('remainingTimeText', () => {
  test.each([
    { progress: 0.5, elapsedMs: 10_000, text: 'about 10 s left' },
    { progress: 0.999, elapsedMs: 10_000, text: 'about 1 s left' },
    { progress: 0.1, elapsedMs: 60_000, text: 'about 9 min left' },
    { progress: 0.02, elapsedMs: 600_000, text: 'about 8 h left' },
    { progress: 0.5, elapsedMs: 1_000, text: '' },
    { progress: 0.01, elapsedMs: 10_000, text: '' },
    { progress: 1, elapsedMs: 10_000, text: '' },
  ])('says "$text" at $progress after $elapsedMs ms', ({ progress, elapsedMs, text }) => {
    expect(remainingTimeText(progress, elapsedMs)).toBe(text);
  });
});
