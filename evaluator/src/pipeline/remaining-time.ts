const LEAST_ELAPSED_MS = 3_000; // the first patches also warm everything up
const LEAST_PROGRESS = 0.02;

/** How much longer, in words for a person who waits; empty while nobody can say. */
export function remainingTimeText(progress: number, elapsedMs: number): string {
  if (elapsedMs < LEAST_ELAPSED_MS || progress < LEAST_PROGRESS || progress >= 1) return '';
  const seconds = ((1 - progress) / progress) * (elapsedMs / 1000);
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s left`;
  const minutes = seconds / 60;
  return minutes < 90 ? `about ${Math.round(minutes)} min left` : `about ${Math.round(minutes / 60)} h left`;
}
