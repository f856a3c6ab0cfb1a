import type { Container } from './execution-plan.js';

export type BufferAssignment = {
  /** Bytes of each buffer that a run needs. */
  readonly sizes: readonly number[];
  /** Container id → index into `sizes`. */
  readonly bufferOf: ReadonlyMap<number, number>;
};

/** A freed buffer takes a container that is at least this part of it. */
const SMALLEST_SHARE = 0.5;

/**
 * Gives each container of a run a buffer from the group that first writes it to the last that uses it. Two containers
 * of one kernel never share a buffer: a kernel's threads run in no order.
 */
export function assignBuffers(containers: readonly Container[]): BufferAssignment {
  const sizes: number[] = [];
  const bufferOf = new Map<number, number>();
  const busyUntil: number[] = [];
  const living = containers
    .filter(({ source, isDense }) => source.kind === 'run' && !isDense)
    .filter(({ first }) => first !== Infinity)
    .sort((a, b) => a.first - b.first || b.byteLength - a.byteLength);
  for (const { id, byteLength, first, last } of living) {
    let best = -1;
    for (const [index, size] of sizes.entries()) {
      if (busyUntil[index]! >= first || size < byteLength || byteLength < size * SMALLEST_SHARE) continue;
      if (best < 0 || size < sizes[best]!) best = index;
    }
    if (best < 0) {
      best = sizes.length;
      sizes.push(byteLength);
    }
    busyUntil[best] = Math.max(last, first);
    bufferOf.set(id, best);
  }
  return { sizes, bufferOf };
}
