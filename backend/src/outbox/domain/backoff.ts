const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** How long to wait after that many failures: a second, then twice as long each time, six hours at most. */
export function pauseAfterMs(failureCount: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failureCount - 1));
}
