import { createFftPlan, type FftPlan } from '../fft/fft-plan.js';
import type { FieldValues } from '../grid.js';
import { hannWindow, positiveFrequencyCount } from './row-spectrum.js';

/** Transforms that run side by side: their columns stay in the first-level cache. */
const BATCH = 8;

/** Σ |FFT|² with the window over pieces of two fields and of their difference, m²; wavenumbers k = 1 … below Nyquist. */
export type PiecePowers = {
  readonly reconstruction: Float64Array;
  readonly reference: Float64Array;
  readonly error: Float64Array;
};

export function emptyPiecePowers(wavenumberCount: number): PiecePowers {
  const zeros = () => new Float64Array(wavenumberCount);
  return { reconstruction: zeros(), reference: zeros(), error: zeros() };
}

/**
 * One-dimensional transforms of pieces of latitude rows: less their mean or their linear trend, under a periodic Hann window.
 *
 * Both fields are real, so they share a complex transform: with C that of m + i·r, 2M(k) = C(k) + conj C(−k) and
 * 2i·R(k) = C(k) − conj C(−k); the error's is M − R.
 */
export class PieceTransform {
  readonly lonCount: number;
  readonly wavenumberCount: number;
  /** Σ w². */
  readonly windowPower: number;
  private readonly detrend: 'mean' | 'linear';
  private readonly window: Float64Array;
  private readonly plan: FftPlan;
  private readonly columns: Float64Array;
  private target: PiecePowers;
  private waiting = 0;

  /** @param lonCount - columns of a piece. */
  constructor(lonCount: number, detrend: 'mean' | 'linear') {
    this.lonCount = lonCount;
    this.detrend = detrend;
    this.wavenumberCount = Math.max(0, positiveFrequencyCount(lonCount));
    this.window = hannWindow(lonCount);
    this.windowPower = this.window.reduce((sum, weight) => sum + weight * weight, 0);
    this.plan = createFftPlan(lonCount, BATCH);
    this.columns = new Float64Array(2 * BATCH * lonCount);
    this.target = emptyPiecePowers(this.wavenumberCount);
  }

  /** Pieces that are added from now on are summed here. */
  sumInto(target: PiecePowers): void {
    this.flush();
    this.target = target;
  }

  /** Adds the piece that begins at an index of both fields, metres, finite. */
  add(reconstruction: FieldValues, reference: FieldValues, from: number): void {
    this.load(reconstruction, from, 2 * this.waiting);
    this.load(reference, from, 2 * this.waiting + 1);
    this.waiting++;
    if (this.waiting === BATCH) this.flush();
  }

  /** Until then the last pieces may be missing in the sums. */
  flush(): void {
    if (this.waiting === 0) return;
    const { columns, lonCount, wavenumberCount, target, waiting } = this;
    this.plan.forward(columns);
    for (let k = 1; k <= wavenumberCount; k++) {
      for (let q = 0; q < waiting; q++) {
        const plus = 2 * (k * BATCH + q);
        const minus = 2 * ((lonCount - k) * BATCH + q);
        const mapReal = (columns[plus]! + columns[minus]!) / 2;
        const mapImaginary = (columns[plus + 1]! - columns[minus + 1]!) / 2;
        const referenceReal = (columns[plus + 1]! + columns[minus + 1]!) / 2;
        const referenceImaginary = (columns[minus]! - columns[plus]!) / 2;
        target.reconstruction[k - 1]! += mapReal ** 2 + mapImaginary ** 2;
        target.reference[k - 1]! += referenceReal ** 2 + referenceImaginary ** 2;
        target.error[k - 1]! += (mapReal - referenceReal) ** 2 + (mapImaginary - referenceImaginary) ** 2;
      }
    }
    columns.fill(0);
    this.waiting = 0;
  }

  /** A piece without its mean or trend, windowed, into every second double of a column. */
  private load(values: FieldValues, from: number, to: number): void {
    const { columns, lonCount, window } = this;
    const middle = (lonCount - 1) / 2;
    let sum = 0;
    let moment = 0;
    for (let x = 0; x < lonCount; x++) {
      sum += values[from + x]!;
      moment += (x - middle) * values[from + x]!;
    }
    const mean = sum / lonCount;
    // Σ (x − middle)² = N(N² − 1)/12
    const slope =
      this.detrend === 'linear' && lonCount > 1 ? (12 * moment) / (lonCount * (lonCount * lonCount - 1)) : 0;
    for (let x = 0; x < lonCount; x++)
      columns[to + 2 * BATCH * x] = window[x]! * (values[from + x]! - mean - slope * (x - middle));
  }
}
