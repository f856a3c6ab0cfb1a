import { setTimeout as sleep } from 'node:timers/promises';
import { isUnreachable } from './backend.js';

/** Exponential from `firstMs` to `limitMs`, each with up to 25 % taken off at random so that workers do not march in step. */
export function backoffDelayMs(
  failureCount: number,
  random: () => number,
  firstMs = 250,
  limitMs = 10_000,
): number {
  const fullMs = Math.min(limitMs, firstMs * 2 ** Math.max(0, failureCount - 1));
  return Math.round(fullMs * (1 - 0.25 * random()));
}

export type RetryOptions = {
  /** No new try starts after that long. */
  giveUpAfterMs: number;
  signal: AbortSignal;
  onRetry: (error: Error, delayMs: number) => void;
  random?: () => number;
};

/** Repeats `operation` while the backend is unreachable. Every other error, and the last one, is thrown. */
export async function retryWhileUnreachable<Result>(
  operation: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const random = options.random ?? Math.random;
  const startedMs = performance.now();
  for (let failureCount = 1; ; failureCount += 1) {
    try {
      return await operation();
    } catch (error) {
      const delayMs = backoffDelayMs(failureCount, random);
      const isOver = performance.now() - startedMs + delayMs > options.giveUpAfterMs;
      if (!(error instanceof Error) || !isUnreachable(error) || options.signal.aborted || isOver) throw error;
      options.onRetry(error, delayMs);
      await sleep(delayMs, undefined, { signal: options.signal });
    }
  }
}
