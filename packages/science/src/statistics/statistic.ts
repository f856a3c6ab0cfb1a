import type { FieldValues, RegularGrid } from '../grid.js';
import type { ScoreProtocol } from '../protocols/score-protocol.js';

/** All days of some consecutive latitude rows. */
export type LatitudeBand = {
  /** Index of the first row in the scored grid. */
  readonly latStart: number;
  readonly latCount: number;
  /** Metres, shape `[T, latCount, X]`, NaN where missing. */
  readonly reconstruction: FieldValues;
  /** Metres, shape `[T, latCount, X]`, NaN where not scored. */
  readonly reference: FieldValues;
};

/** What statistics of a map depend on beside its values. */
export type StatisticFrame = {
  /** The scored grid: the reference's. */
  readonly grid: RegularGrid;
  readonly protocol: ScoreProtocol;
  /** Length of the pieces of latitude rows without land that have spectra of their own, degrees; null for none. */
  readonly oceanSegmentDeg: number | null;
};

/** Collects the sums of one statistic band by band. Each thread has its own. */
export type Accumulator<Sums> = {
  /** Adds a band; each row of the grid may be added once. */
  addBand(band: LatitudeBand): void;
  /** What has been added so far: data that may be sent to another thread. */
  sums(): Sums;
};

/**
 * Something that is summed over a map and its reference, from which scores and figures are made: sums of disjoint latitude rows
 * merge, so that threads share a map and memory does not grow with its rows.
 */
export type Statistic<Sums, Result> = {
  /** Rows on each side of its own that a thread must also add: derivatives look at their neighbours. */
  readonly neighbourRows: 0 | 1;
  /** @throws IrregularGridError if an axis that it needs is not ascending and even to 0.1 %. */
  accumulate(frame: StatisticFrame): Accumulator<Sums>;
  /** Sums of disjoint rows of one frame, added from first to last; at least one. */
  merge(parts: readonly Sums[]): Sums;
  /** What the sums of a whole map say. */
  finish(sums: Sums, frame: StatisticFrame): Result;
};

/** Element by element, from first to last. */
export function sumOfArrays(arrays: readonly Float64Array[]): Float64Array {
  const sum = arrays[0]!.slice();
  for (const array of arrays.slice(1)) {
    for (let index = 0; index < sum.length; index++) sum[index]! += array[index]!;
  }
  return sum;
}
