import { createFftPlan, type FftPlan } from '../fft/fft-plan.js';
import type { FieldValues } from '../grid.js';
import { pairwiseSumFloat32 } from './pairwise-sum.js';

/** Columns per time transform: 42 days of 24 complex columns stay in the first-level cache. */
const TARGET_COLUMNS = 24;

/** Periodic Hann window: `h(n) = 0.5 − 0.5·cos(2πn/N)`. Source: scipy.signal.windows.hann(N, sym=False). */
export function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
}

/** Number of frequencies above 0 and below Nyquist: floor((N − 1)/2). */
export function positiveFrequencyCount(length: number): number {
  return Math.floor((length - 1) / 2);
}

/**
 * Sums over latitude rows of |FFT2|² of the error and of the reference, quadrant f > 0, k > 0.
 *
 * Both fields are real, so error + i·reference goes through one complex transform and is taken apart afterwards:
 * with C its transform, 2E(f,k) = C(f,k) + conj C(−f,−k) and 2i·R(f,k) = C(f,k) − conj C(−f,−k).
 */
export class RowSpectrumSums {
  readonly frequencyCount: number;
  readonly wavenumberCount: number;
  /** Σ |E|² and Σ |R|² with unit windows, shape `[frequencyCount][wavenumberCount]`, m². */
  readonly errorPower: Float64Array;
  readonly referencePower: Float64Array;
  errorRowCount = 0;
  referenceRowCount = 0;

  private readonly timeCount: number;
  private readonly lonCount: number;
  private readonly timeWindow: Float64Array;
  private readonly lonWindow: Float64Array;
  private readonly columnCount: number;
  private readonly columns: Float64Array;
  private readonly timePlan: FftPlan;
  private readonly pairs: Float64Array;
  private readonly lonPlan: FftPlan;

  constructor(timeCount: number, lonCount: number) {
    this.timeCount = timeCount;
    this.lonCount = lonCount;
    this.frequencyCount = Math.max(0, positiveFrequencyCount(timeCount));
    this.wavenumberCount = Math.max(0, positiveFrequencyCount(lonCount));
    this.errorPower = new Float64Array(this.frequencyCount * this.wavenumberCount);
    this.referencePower = new Float64Array(this.frequencyCount * this.wavenumberCount);
    this.timeWindow = hannWindow(timeCount);
    this.lonWindow = hannWindow(lonCount);
    this.columnCount = Math.ceil(lonCount / Math.ceil(lonCount / TARGET_COLUMNS));
    this.columns = new Float64Array(2 * timeCount * this.columnCount);
    this.timePlan = createFftPlan(timeCount, this.columnCount);
    this.pairs = new Float64Array(4 * this.frequencyCount * lonCount);
    this.lonPlan = createFftPlan(lonCount, 2);
  }

  /**
   * Adds one latitude row. The rows are overwritten.
   *
   * @param errorRow - metres, shape `[T, X]`; `null` if the row has a missing error.
   * @param referenceRow - metres, shape `[T, X]`; `null` if the row has a missing reference.
   */
  addRow(errorRow: FieldValues | null, referenceRow: FieldValues | null): void {
    if (errorRow !== null) this.errorRowCount++;
    if (referenceRow !== null) this.referenceRowCount++;
    if (this.errorPower.length === 0 || (errorRow === null && referenceRow === null)) return;
    if (errorRow !== null) removeMean(errorRow);
    if (referenceRow !== null) removeMean(referenceRow);
    for (let start = 0; start < this.lonCount; start += this.columnCount) {
      const count = Math.min(this.columnCount, this.lonCount - start);
      this.columns.fill(0);
      if (errorRow !== null) this.loadColumns(errorRow, start, count, 0);
      if (referenceRow !== null) this.loadColumns(referenceRow, start, count, 1);
      this.timePlan.forward(this.columns);
      this.storePairs(start, count);
    }
    for (let f = 0; f < this.frequencyCount; f++) {
      this.lonPlan.forward(this.pairs, 4 * this.lonCount * f);
      if (errorRow !== null) this.addErrorPower(f);
      if (referenceRow !== null) this.addReferencePower(f);
    }
  }

  /** Windowed columns into the real (0) or imaginary (1) part. */
  private loadColumns(row: FieldValues, start: number, count: number, part: 0 | 1): void {
    const { columns, columnCount, timeWindow, lonWindow, timeCount, lonCount } = this;
    for (let t = 0; t < timeCount; t++) {
      const weight = timeWindow[t]!;
      const from = t * lonCount + start;
      let to = 2 * t * columnCount + part;
      for (let q = 0; q < count; q++) {
        columns[to] = row[from + q]! * (weight * lonWindow[start + q]!);
        to += 2;
      }
    }
  }

  /** Frequencies f and −f of each longitude side by side: the batch of two that `lonPlan` takes. */
  private storePairs(start: number, count: number): void {
    const { columns, columnCount, pairs, timeCount, lonCount } = this;
    for (let f = 1; f <= this.frequencyCount; f++) {
      let plus = 2 * f * columnCount;
      let minus = 2 * (timeCount - f) * columnCount;
      let to = 4 * ((f - 1) * lonCount + start);
      for (let q = 0; q < count; q++) {
        pairs[to] = columns[plus]!;
        pairs[to + 1] = columns[plus + 1]!;
        pairs[to + 2] = columns[minus]!;
        pairs[to + 3] = columns[minus + 1]!;
        plus += 2;
        minus += 2;
        to += 4;
      }
    }
  }

  private addErrorPower(f: number): void {
    const { pairs, lonCount, wavenumberCount, errorPower } = this;
    const base = 4 * f * lonCount;
    const out = f * wavenumberCount - 1;
    for (let k = 1; k <= wavenumberCount; k++) {
      const plus = base + 4 * k;
      const minus = base + 4 * (lonCount - k) + 2;
      const re = pairs[plus]! + pairs[minus]!;
      const im = pairs[plus + 1]! - pairs[minus + 1]!;
      errorPower[out + k]! += 0.25 * (re * re + im * im);
    }
  }

  private addReferencePower(f: number): void {
    const { pairs, lonCount, wavenumberCount, referencePower } = this;
    const base = 4 * f * lonCount;
    const out = f * wavenumberCount - 1;
    for (let k = 1; k <= wavenumberCount; k++) {
      const plus = base + 4 * k;
      const minus = base + 4 * (lonCount - k) + 2;
      const re = pairs[plus]! - pairs[minus]!;
      const im = pairs[plus + 1]! + pairs[minus + 1]!;
      referencePower[out + k]! += 0.25 * (re * re + im * im);
    }
  }
}

/**
 * Subtracts the mean over time and longitude. A float32 row is averaged and rounded in float32 in numpy's order, as the
 * challenge's code does: single weak cells of the PSD score feel it (4e-4 relative), λ does not (2e-7).
 */
function removeMean(row: FieldValues): void {
  const mean =
    row instanceof Float32Array
      ? Math.fround(pairwiseSumFloat32(row, 0, row.length) / row.length)
      : meanFloat64(row);
  for (let index = 0; index < row.length; index++) row[index] = row[index]! - mean;
}

function meanFloat64(row: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < row.length; index++) sum += row[index]!;
  return sum / row.length;
}
