export type ProgressSample = { timeMs: number; sentBytes: number };

const WINDOW_MS = 6_000; // long enough to be steady, short enough to follow a change of network

/** Samples of the last seconds; speed is measured over them, not since the start, so that a pause does not spoil it. */
export function withSample(samples: readonly ProgressSample[], sample: ProgressSample): ProgressSample[] {
  return [...samples, sample].filter((item) => sample.timeMs - item.timeMs <= WINDOW_MS);
}

/** Bytes a second over the samples; `null` while there is nothing to measure. */
export function speedOf(samples: readonly ProgressSample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.timeMs - first.timeMs < 250) return null;
  return ((last.sentBytes - first.sentBytes) / (last.timeMs - first.timeMs)) * 1000;
}

/** How long the rest takes at this speed, ms. */
export function remainingMs(speed: number | null, sentBytes: number, totalBytes: number): number | null {
  if (speed === null || speed <= 0) return null;
  return ((totalBytes - sentBytes) / speed) * 1000;
}
