import { axisSpacing, type RegularGrid } from '../grid.js';
import { oceanSegmentStarts } from '../spectra/ocean-segment-starts.js';
import { emptyPiecePowers, PieceTransform, type PiecePowers } from '../spectra/piece-transform.js';
import { hannWindow } from '../spectra/row-spectrum.js';
import {
  sumOfArrays,
  type Accumulator,
  type LatitudeBand,
  type Statistic,
  type StatisticFrame,
} from './statistic.js';

/** Pieces of latitude rows are at most this long, degrees: a basin has few rows without land. */
const SEGMENT_DEG = 10;

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
 * a periodic Hann window. They describe the maps; λx and λt come from the two-dimensional spectra of the protocol.
 */
class MapSpectrumAccumulator implements Accumulator<MapSpectrumSums> {
  private readonly grid: RegularGrid;
  private readonly segmentLonCount: number;
  private readonly spacingDeg: number;
  private readonly transform: PieceTransform;
  private readonly isLand: Uint8Array;
  private readonly power: PiecePowers;
  private segmentCount = 0;

  constructor({ grid }: StatisticFrame) {
    this.grid = grid;
    const lonCount = grid.lonDeg.length;
    this.spacingDeg = lonCount < 2 ? 1 : axisSpacing(grid.lonDeg, 'longitude');
    this.segmentLonCount = Math.max(1, Math.min(lonCount, Math.round(SEGMENT_DEG / this.spacingDeg)));
    this.transform = new PieceTransform(this.segmentLonCount, 'mean');
    this.isLand = new Uint8Array(lonCount);
    this.power = emptyPiecePowers(this.transform.wavenumberCount);
    this.transform.sumInto(this.power);
  }

  /** Adds a band; each row of the grid may be added once. */
  addBand({ latCount, reconstruction, reference }: LatitudeBand): void {
    if (this.transform.wavenumberCount === 0) return;
    const lonCount = this.grid.lonDeg.length;
    for (let day = 0; day < this.grid.timeDays.length; day++) {
      for (let row = 0; row < latCount; row++) {
        const offset = (day * latCount + row) * lonCount;
        for (let column = 0; column < lonCount; column++) {
          const error = reconstruction[offset + column]! - reference[offset + column]!;
          this.isLand[column] = Number.isFinite(error) ? 0 : 1;
        }
        for (const start of oceanSegmentStarts(this.isLand, this.segmentLonCount)) {
          this.transform.add(reconstruction, reference, offset + start);
          this.segmentCount++;
        }
      }
    }
  }

  /** What has been added so far. */
  sums(): MapSpectrumSums {
    this.transform.flush();
    const { segmentLonCount, spacingDeg, segmentCount, power } = this;
    return { segmentLonCount, spacingDeg, segmentCount, ...power };
  }
}

/** One-dimensional spectra along latitude rows, of both fields and of the error. */
export const MAP_SPECTRA: Statistic<MapSpectrumSums, MapSpectra | null> = {
  neighbourRows: 0,
  accumulate: (frame) => new MapSpectrumAccumulator(frame),
  merge: (parts) => ({
    segmentLonCount: parts[0]!.segmentLonCount,
    spacingDeg: parts[0]!.spacingDeg,
    segmentCount: parts.reduce((sum, { segmentCount }) => sum + segmentCount, 0),
    reconstruction: sumOfArrays(parts.map(({ reconstruction }) => reconstruction)),
    reference: sumOfArrays(parts.map(({ reference }) => reference)),
    error: sumOfArrays(parts.map(({ error }) => error)),
  }),
  finish: mapSpectra,
};

/**
 * Densities from sums: 2·Δ/(Σ w²)·|FFT|², averaged over the pieces, so that the integral over wavenumber is the variance.
 *
 * @returns null where no piece of a row is without land.
 */
function mapSpectra(sums: MapSpectrumSums): MapSpectra | null {
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
