import { createFftPlan, type FftPlan } from '../fft/fft-plan.js';
import { axisSpacing, type RegularGrid } from '../grid.js';
import { oceanSegmentStarts } from './ocean-segments.js';
import { hannWindow, positiveFrequencyCount } from './row-spectrum.js';
import type { LatitudeBand } from './score-accumulator.js';

/** Pieces of latitude rows are at most this long, degrees: a basin has few rows without land. */
const SEGMENT_DEG = 10;
/** Transforms side by side. */
const BATCH = 8;

/** Sums of the power of pieces of latitude rows, one piece a day; `[K]`, wavenumbers ascending from the first positive one. */
export type MapSpectrumSums = {
  readonly segmentLonCount: number;
  readonly spacingDeg: number;
  readonly segmentCount: number;
  /** Σ |FFT|² with the window, m². */
  readonly reconstruction: Float64Array;
  readonly reference: Float64Array;
  readonly error: Float64Array;
};

/** One-sided power spectral densities by zonal wavelength, averaged over rows and days. */
export type MapSpectra = {
  readonly segmentDeg: number;
  readonly segmentCount: number;
  /** Degrees of longitude, decreasing, shape `[K]`. */
  readonly wavelengthDeg: readonly number[];
  /** m²/(cycles/degree), shape `[K]`. */
  readonly reconstruction: readonly number[];
  readonly reference: readonly number[];
  readonly error: readonly number[];
};

/**
 * Collects one-dimensional spectra along latitude rows: each day of each row without land, or of its pieces, less its mean and under
 * a periodic Hann window. Reconstruction and reference go through one complex transform; the error's is their difference.
 * They describe the maps; λx and λt come from the two-dimensional spectra of the protocol.
 */
export class MapSpectrumAccumulator {
  private readonly grid: RegularGrid;
  private readonly segmentLonCount: number;
  private readonly spacingDeg: number;
  private readonly wavenumberCount: number;
  private readonly window: Float64Array;
  private readonly plan: FftPlan;
  private readonly batch: Float64Array;
  private readonly isLand: Uint8Array;
  private readonly power: { reconstruction: Float64Array; reference: Float64Array; error: Float64Array };
  private waiting = 0;
  private segmentCount = 0;

  constructor(grid: RegularGrid) {
    this.grid = grid;
    const lonCount = grid.lonDeg.length;
    this.spacingDeg = lonCount < 2 ? 1 : axisSpacing(grid.lonDeg, 'longitude');
    this.segmentLonCount = Math.max(1, Math.min(lonCount, Math.round(SEGMENT_DEG / this.spacingDeg)));
    this.wavenumberCount = Math.max(0, positiveFrequencyCount(this.segmentLonCount));
    this.window = hannWindow(this.segmentLonCount);
    this.plan = createFftPlan(this.segmentLonCount, BATCH);
    this.batch = new Float64Array(2 * BATCH * this.segmentLonCount);
    this.isLand = new Uint8Array(lonCount);
    this.power = {
      reconstruction: new Float64Array(this.wavenumberCount),
      reference: new Float64Array(this.wavenumberCount),
      error: new Float64Array(this.wavenumberCount),
    };
  }

  /** Adds a band; each row of the grid may be added once. */
  addBand({ latCount, reconstruction, reference }: LatitudeBand): void {
    if (this.wavenumberCount === 0) return;
    const lonCount = this.grid.lonDeg.length;
    for (let day = 0; day < this.grid.timeDays.length; day++) {
      for (let row = 0; row < latCount; row++) {
        const offset = (day * latCount + row) * lonCount;
        for (let column = 0; column < lonCount; column++) {
          const error = reconstruction[offset + column]! - reference[offset + column]!;
          this.isLand[column] = Number.isFinite(error) ? 0 : 1;
        }
        for (const start of oceanSegmentStarts(this.isLand, this.segmentLonCount))
          this.load(reconstruction, reference, offset + start);
      }
    }
  }

  /** What has been added so far. */
  sums(): MapSpectrumSums {
    this.transform();
    const { segmentLonCount, spacingDeg, segmentCount, power } = this;
    return { segmentLonCount, spacingDeg, segmentCount, ...power };
  }

  private load(reconstruction: ArrayLike<number>, reference: ArrayLike<number>, from: number): void {
    const { segmentLonCount, window, batch } = this;
    let reconstructionMean = 0;
    let referenceMean = 0;
    for (let x = 0; x < segmentLonCount; x++) {
      reconstructionMean += reconstruction[from + x]! / segmentLonCount;
      referenceMean += reference[from + x]! / segmentLonCount;
    }
    for (let x = 0; x < segmentLonCount; x++) {
      const to = 2 * (x * BATCH + this.waiting);
      batch[to] = (reconstruction[from + x]! - reconstructionMean) * window[x]!;
      batch[to + 1] = (reference[from + x]! - referenceMean) * window[x]!;
    }
    this.waiting++;
    this.segmentCount++;
    if (this.waiting === BATCH) this.transform();
  }

  /** With C the transform of m + i·r: 2M(k) = C(k) + conj C(−k) and 2i·R(k) = C(k) − conj C(−k). */
  private transform(): void {
    if (this.waiting === 0) return;
    const { batch, segmentLonCount, wavenumberCount, power } = this;
    this.plan.forward(batch);
    for (let k = 1; k <= wavenumberCount; k++) {
      for (let q = 0; q < this.waiting; q++) {
        const plus = 2 * (k * BATCH + q);
        const minus = 2 * ((segmentLonCount - k) * BATCH + q);
        const mapReal = (batch[plus]! + batch[minus]!) / 2;
        const mapImaginary = (batch[plus + 1]! - batch[minus + 1]!) / 2;
        const referenceReal = (batch[plus + 1]! + batch[minus + 1]!) / 2;
        const referenceImaginary = (batch[minus]! - batch[plus]!) / 2;
        power.reconstruction[k - 1]! += mapReal ** 2 + mapImaginary ** 2;
        power.reference[k - 1]! += referenceReal ** 2 + referenceImaginary ** 2;
        power.error[k - 1]! += (mapReal - referenceReal) ** 2 + (mapImaginary - referenceImaginary) ** 2;
      }
    }
    this.batch.fill(0);
    this.waiting = 0;
  }
}

/** Sums of disjoint rows of the same grid, added from first to last. */
export function mergeMapSpectrumSums(parts: readonly MapSpectrumSums[]): MapSpectrumSums {
  const first = parts[0]!;
  const added = (of: (part: MapSpectrumSums) => Float64Array): Float64Array => {
    const sum = of(first).slice();
    for (const part of parts.slice(1)) of(part).forEach((value, index) => (sum[index]! += value));
    return sum;
  };
  return {
    segmentLonCount: first.segmentLonCount,
    spacingDeg: first.spacingDeg,
    segmentCount: parts.reduce((sum, { segmentCount }) => sum + segmentCount, 0),
    reconstruction: added(({ reconstruction }) => reconstruction),
    reference: added(({ reference }) => reference),
    error: added(({ error }) => error),
  };
}

/**
 * Densities from sums: 2·Δ/(Σ w²)·|FFT|², averaged over the pieces, so that the integral over wavenumber is the variance.
 *
 * @returns null where no piece of a row is without land.
 */
export function mapSpectra(sums: MapSpectrumSums): MapSpectra | null {
  const { segmentLonCount, spacingDeg, segmentCount } = sums;
  if (segmentCount === 0 || sums.reference.length === 0) return null;
  const windowPower = hannWindow(segmentLonCount).reduce((sum, weight) => sum + weight * weight, 0);
  const scale = (2 * spacingDeg) / windowPower / segmentCount;
  const density = (power: Float64Array): number[] => Array.from(power, (value) => value * scale);
  return {
    segmentDeg: segmentLonCount * spacingDeg,
    segmentCount,
    wavelengthDeg: Array.from(sums.reference, (_, index) => (segmentLonCount * spacingDeg) / (index + 1)),
    reconstruction: density(sums.reconstruction),
    reference: density(sums.reference),
    error: density(sums.error),
  };
}
