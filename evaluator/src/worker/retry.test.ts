import { describe, expect, test } from 'vitest';
import { BackendError } from './backend.js';
import { backoffDelayMs, retryWhileUnreachable } from './retry.js';

const away = (): BackendError => new BackendError('unreachable', 'no answer');

describe('backoffDelayMs', () => {
  test('doubles from a quarter of a second up to ten seconds', () => {
    const delays = [1, 2, 3, 6, 7, 50].map((failureCount) => backoffDelayMs(failureCount, () => 0));
    expect(delays).toEqual([250, 500, 1000, 8000, 10_000, 10_000]);
  });

  test('is up to a quarter shorter at random', () => {
    expect(backoffDelayMs(7, () => 1)).toBe(7500);
  });
});

describe('retryWhileUnreachable', () => {
  const options = (overrides: { giveUpAfterMs?: number; signal?: AbortSignal } = {}) => {
    const retries: number[] = [];
    return {
      retries,
      giveUpAfterMs: 5_000,
      signal: new AbortController().signal,
      onRetry: (_error: Error, delayMs: number) => retries.push(delayMs),
      random: () => 1,
      ...overrides,
    };
  };

  test('tries again until it works', async () => {
    const settings = options();
    let tries = 0;
    const result = await retryWhileUnreachable(async () => {
      tries += 1;
      if (tries < 2) throw away();
      return 'stored';
    }, settings);
    expect(result).toBe('stored');
    expect(settings.retries).toHaveLength(1);
  });

  test('does not repeat what the backend refused', async () => {
    const refused = new BackendError('refused', 'the lease is over', 'stale-lease');
    const settings = options();
    await expect(retryWhileUnreachable(() => Promise.reject(refused), settings)).rejects.toBe(refused);
    expect(settings.retries).toEqual([]);
  });

  test('gives up when the time is over', async () => {
    await expect(
      retryWhileUnreachable(() => Promise.reject(away()), options({ giveUpAfterMs: 100 })),
    ).rejects.toThrow('no answer');
  });

  test('stops when it is aborted', async () => {
    const stopper = new AbortController();
    const failing = retryWhileUnreachable(() => Promise.reject(away()), options({ signal: stopper.signal }));
    stopper.abort();
    await expect(failing).rejects.toThrow();
  });
});
