import type { FieldValues } from '../grid.js';
import { RowSpectrumSums } from './row-spectrum.js';

/**
 * First columns of the segments of a latitude row: as many as fit into each stretch without land, side by side, with what
 * is left over spread evenly around them.
 *
 * @param isLand - one entry per column, not 0 on land.
 * @param segmentCount - columns of a segment.
 */
export function oceanSegmentStarts(isLand: ArrayLike<number>, segmentCount: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start < isLand.length; start++) {
    let end = start;
    while (end < isLand.length && isLand[end] === 0) end++;
    const count = Math.floor((end - start) / segmentCount);
    const slack = end - start - count * segmentCount;
    for (let index = 0; index < count; index++)
      starts.push(start + index * segmentCount + Math.round((slack * (index + 0.5)) / count));
    start = end;
  }
  return starts;
}

/** Spectra of pieces of latitude rows that have no land, each treated as a row of its own. */
export class OceanSegmentSums {
  readonly spectrum: RowSpectrumSums;
  private readonly lonCount: number;
  private readonly segmentCount: number;
  private readonly timeCount: number;

  /** @param segmentCount - columns of a segment, at most `lonCount`. */
  constructor(timeCount: number, lonCount: number, segmentCount: number) {
    this.timeCount = timeCount;
    this.lonCount = lonCount;
    this.segmentCount = segmentCount;
    this.spectrum = new RowSpectrumSums(timeCount, segmentCount);
  }

  /**
   * Adds the segments of one row, which stays as it is.
   *
   * @param errorRow - metres, shape `[T, X]`.
   * @param referenceRow - metres, shape `[T, X]`.
   * @param isLand - columns that miss a value of either field on any day, shape `[X]`.
   */
  addRow(errorRow: FieldValues, referenceRow: FieldValues, isLand: ArrayLike<number>): void {
    for (const start of oceanSegmentStarts(isLand, this.segmentCount))
      this.spectrum.addRow(this.cut(errorRow, start), this.cut(referenceRow, start));
  }

  private cut(row: FieldValues, start: number): FieldValues {
    const length = this.timeCount * this.segmentCount;
    const piece = row instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
    for (let t = 0; t < this.timeCount; t++) {
      const from = t * this.lonCount + start;
      piece.set(row.subarray(from, from + this.segmentCount), t * this.segmentCount);
    }
    return piece;
  }
}
