/** The metrics whose records are kept; a protocol has two of them. */
export const RECORD_METRICS = ['mu', 'lambdaXDeg', 'lambdaXKm'] as const;
export type RecordMetric = (typeof RECORD_METRICS)[number];

const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1950, 0, 1);

/** Records as points of a chart whose time axis counts days since 1950-01-01 UTC, oldest first. */
export function recordPoints(records: readonly { at: string; value: number }[]): { x: number; y: number }[] {
  return records.map(({ at, value }) => ({ x: (Date.parse(at) - EPOCH_MS) / DAY_MS, y: value }));
}
