import { KM_PER_DEG } from '../earth.js';
import { axisSpacing, requireLength, type RegularGrid } from '../grid.js';
import { oceanSegmentStarts } from '../spectra/ocean-segment-starts.js';
import { emptyPiecePowers, PieceTransform, type PiecePowers } from '../spectra/piece-transform.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';

/** Longest piece of a latitude row that has a spectrum of its own, degrees: the width of GF, so that areas compare. */
const PIECE_DEG = 10;
/** Every so many degrees of latitude a row is taken: rows in between are nearly the same sea. */
const ROW_STEP_DEG = 0.25;

/** Zonal wavenumber spectra summed over pieces of latitude rows and days. They add up. */
export type ZonalSpectrumSums = {
  /** Columns of a piece. */
  readonly lonCount: number;
  readonly pieceCount: number;
  /** Σ over pieces of the length of one degree of longitude, km. */
  readonly kmPerDegSum: number;
  /** Σ over pieces of the mean over days, m²/(cycles/degree), one-sided, wavenumbers k = 1 … below Nyquist. */
  readonly reconstructionPsdSum: readonly number[];
  readonly referencePsdSum: readonly number[];
};

/** Slopes of log PSD over log wavenumber. */
export type SpectralSlopes = {
  readonly reconstruction: number;
  readonly reference: number;
  /** Shortest and longest wavelength that the fit used, km. */
  readonly wavelengthsKm: readonly [number, number];
};

/** Wavelengths between which slopes are fitted, km. Source: Xu and Fu 2011, J. Phys. Oceanogr. 41, 802. */
export const SLOPE_WAVELENGTHS_KM = [70, 250] as const;
/** Fewer wavenumbers say nothing of a slope. */
const MINIMUM_SLOPE_POINTS = 4;

/**
 * Zonal wavenumber spectra of a reconstruction and a reference over the same pieces of latitude rows: 10° long at most,
 * complete in both fields on every day, on a row every 0.25°. Of each day the linear trend is removed and a periodic Hann
 * window applied; the density is one-sided.
 *
 * Source: the usual periodogram of along-track heights (Xu and Fu 2011, J. Phys. Oceanogr. 41, 802), on rows of a grid.
 */
class ZonalSpectrumAccumulator implements Accumulator<ZonalSpectrumSums> {
  private readonly grid: RegularGrid;
  private readonly timeCount: number;
  private readonly gridLonCount: number;
  private readonly rowStep: number;
  private readonly densityFactor: number;
  private readonly transform: PieceTransform;
  private readonly isMissing: Uint8Array;
  private readonly powers: PiecePowers;
  private pieceCount = 0;
  private kmPerDegSum = 0;

  /** @throws IrregularGridError if latitudes or longitudes are not ascending and even to 0.1 %. */
  constructor({ grid }: StatisticFrame) {
    this.grid = grid;
    this.timeCount = grid.timeDays.length;
    this.gridLonCount = grid.lonDeg.length;
    const lonStepDeg = grid.lonDeg.length > 1 ? axisSpacing(grid.lonDeg, 'longitude') : 1;
    const latStepDeg = grid.latDeg.length > 1 ? axisSpacing(grid.latDeg, 'latitude') : 1;
    const lonCount = Math.max(1, Math.min(this.gridLonCount, Math.round(PIECE_DEG / lonStepDeg)));
    this.rowStep = Math.max(1, Math.round(ROW_STEP_DEG / latStepDeg));
    this.transform = new PieceTransform(lonCount, 'linear');
    this.densityFactor = (2 * lonStepDeg) / (this.transform.windowPower * this.timeCount);
    this.isMissing = new Uint8Array(this.gridLonCount);
    this.powers = emptyPiecePowers(this.transform.wavenumberCount);
    this.transform.sumInto(this.powers);
  }

  /** Adds the rows of a band; rows between the steps pass unread. */
  addBand(band: LatitudeBand): void {
    const { latStart, latCount, reconstruction, reference } = band;
    requireLength('reconstruction', reconstruction, this.timeCount * latCount * this.gridLonCount);
    requireLength('reference', reference, this.timeCount * latCount * this.gridLonCount);
    for (let row = 0; row < latCount; row++) {
      if ((latStart + row) % this.rowStep === 0) this.addRow(band, row);
    }
  }

  sums(): ZonalSpectrumSums {
    this.transform.flush();
    const density = (power: number) => power * this.densityFactor;
    return {
      lonCount: this.transform.lonCount,
      pieceCount: this.pieceCount,
      kmPerDegSum: this.kmPerDegSum,
      reconstructionPsdSum: Array.from(this.powers.reconstruction, density),
      referencePsdSum: Array.from(this.powers.reference, density),
    };
  }

  private addRow({ latStart, latCount, reconstruction, reference }: LatitudeBand, row: number): void {
    const { timeCount, gridLonCount, isMissing } = this;
    isMissing.fill(0);
    for (let t = 0; t < timeCount; t++) {
      const from = (t * latCount + row) * gridLonCount;
      for (let x = 0; x < gridLonCount; x++) {
        const both = reconstruction[from + x]! + reference[from + x]!;
        if (both - both !== 0) isMissing[x] = 1;
      }
    }
    const latRad = (this.grid.latDeg[latStart + row]! * Math.PI) / 180;
    for (const start of oceanSegmentStarts(isMissing, this.transform.lonCount)) {
      this.pieceCount++;
      this.kmPerDegSum += KM_PER_DEG * Math.cos(latRad);
      for (let t = 0; t < timeCount; t++)
        this.transform.add(reconstruction, reference, (t * latCount + row) * gridLonCount + start);
    }
  }
}

/** Spectra by zonal wavelength in km, whose slopes tell how energy falls off with scale. */
export const ZONAL_SPECTRUM: Statistic<ZonalSpectrumSums, SpectralSlopes | null> = {
  neighbourRows: 0,
  accumulate: (frame) => new ZonalSpectrumAccumulator(frame),
  merge: mergeZonalSpectrumSums,
  finish: (sums, { grid }) => spectralSlopes(sums, grid.lonDeg),
};

/** Sums of disjoint rows, added from first to last. */
function mergeZonalSpectrumSums(all: readonly ZonalSpectrumSums[]): ZonalSpectrumSums {
  const [first] = all;
  if (!first) throw new RangeError('no spectra to merge');
  const total = (name: 'reconstructionPsdSum' | 'referencePsdSum') =>
    first[name].map((_, k) => all.reduce((sum, sums) => sum + sums[name][k]!, 0));
  return {
    lonCount: first.lonCount,
    pieceCount: all.reduce((sum, { pieceCount }) => sum + pieceCount, 0),
    kmPerDegSum: all.reduce((sum, { kmPerDegSum }) => sum + kmPerDegSum, 0),
    reconstructionPsdSum: total('reconstructionPsdSum'),
    referencePsdSum: total('referencePsdSum'),
  };
}

/** Slopes of both spectra over the same wavenumbers; null where there are too few, or one of the fields has no power. */
function spectralSlopes(spectrum: ZonalSpectrumSums, lonDeg: Float64Array): SpectralSlopes | null {
  if (spectrum.pieceCount === 0 || lonDeg.length < 2) return null;
  const pieceKm =
    (spectrum.kmPerDegSum / spectrum.pieceCount) * spectrum.lonCount * axisSpacing(lonDeg, 'longitude');
  const used = spectrum.referencePsdSum
    .map((_, index) => ({ index, wavelengthKm: pieceKm / (index + 1) }))
    .filter(
      ({ wavelengthKm }) =>
        wavelengthKm >= SLOPE_WAVELENGTHS_KM[0] && wavelengthKm <= SLOPE_WAVELENGTHS_KM[1],
    );
  const [longest, shortest] = [used[0], used.at(-1)];
  if (used.length < MINIMUM_SLOPE_POINTS || !longest || !shortest) return null;
  const slopeOf = (psd: readonly number[]) =>
    leastSquaresSlope(
      used.map(({ wavelengthKm }) => -Math.log(wavelengthKm)),
      used.map(({ index }) => Math.log(psd[index]!)),
    );
  const reconstruction = slopeOf(spectrum.reconstructionPsdSum);
  const reference = slopeOf(spectrum.referencePsdSum);
  if (!Number.isFinite(reconstruction) || !Number.isFinite(reference)) return null;
  return { reconstruction, reference, wavelengthsKm: [shortest.wavelengthKm, longest.wavelengthKm] };
}

function leastSquaresSlope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let covariance = 0;
  let variance = 0;
  x.forEach((value, index) => {
    covariance += (value - meanX) * (y[index]! - meanY);
    variance += (value - meanX) ** 2;
  });
  return covariance / variance;
}
