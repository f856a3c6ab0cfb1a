import { createFftPlan, type FftPlan } from '../fft/fft-plan.js';
import { axisSpacing, requireLength, type FieldValues, type RegularGrid } from '../grid.js';
import { oceanSegmentStarts } from '../scores/ocean-segments.js';
import { hannWindow, positiveFrequencyCount } from '../scores/row-spectrum.js';
import type { LatitudeBand } from '../scores/score-accumulator.js';
import { EARTH_RADIUS_M } from './derivative-sums.js';

/** Longest piece of a latitude row that has a spectrum of its own, degrees: the width of GF, so that areas compare. */
const PIECE_DEG = 10;
/** Every so many degrees of latitude a row is taken: rows in between are nearly the same sea. */
const ROW_STEP_DEG = 0.25;
/** Days whose transforms run side by side: their columns stay in the first-level cache. */
const BATCH = 8;
const KM_PER_DEG = (EARTH_RADIUS_M / 1000) * (Math.PI / 180);

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

/**
 * Zonal wavenumber spectra of a reconstruction and a reference over the same pieces of latitude rows: 10° long at most,
 * complete in both fields on every day, on a row every 0.25°. Of each day the linear trend is removed and a periodic Hann
 * window applied; the density is one-sided.
 *
 * Both fields are real, so they share a complex transform: with C of m + i·r, 2M(k) = C(k) + conj C(−k), 2iR(k) = C(k) − conj C(−k).
 *
 * Source: the usual periodogram of along-track heights (Xu and Fu 2011, J. Phys. Oceanogr. 41, 802), on rows of a grid.
 */
export class ZonalSpectrumAccumulator {
  private readonly grid: RegularGrid;
  private readonly timeCount: number;
  private readonly gridLonCount: number;
  private readonly lonCount: number;
  private readonly rowStep: number;
  private readonly window: Float64Array;
  private readonly densityFactor: number;
  private readonly plan: FftPlan;
  private readonly columns: Float64Array;
  private readonly isMissing: Uint8Array;
  private readonly reconstructionPsd: Float64Array;
  private readonly referencePsd: Float64Array;
  private pieceCount = 0;
  private kmPerDegSum = 0;

  /** @throws IrregularGridError if latitudes or longitudes are not ascending and even to 0.1 %. */
  constructor(grid: RegularGrid) {
    this.grid = grid;
    this.timeCount = grid.timeDays.length;
    this.gridLonCount = grid.lonDeg.length;
    const lonStepDeg = grid.lonDeg.length > 1 ? axisSpacing(grid.lonDeg, 'longitude') : 1;
    const latStepDeg = grid.latDeg.length > 1 ? axisSpacing(grid.latDeg, 'latitude') : 1;
    this.lonCount = Math.max(1, Math.min(this.gridLonCount, Math.round(PIECE_DEG / lonStepDeg)));
    this.rowStep = Math.max(1, Math.round(ROW_STEP_DEG / latStepDeg));
    this.window = hannWindow(this.lonCount);
    const windowPower = this.window.reduce((sum, weight) => sum + weight * weight, 0);
    this.densityFactor = (2 * lonStepDeg) / (windowPower * this.timeCount);
    this.plan = createFftPlan(this.lonCount, BATCH);
    this.columns = new Float64Array(2 * BATCH * this.lonCount);
    this.isMissing = new Uint8Array(this.gridLonCount);
    const wavenumberCount = Math.max(0, positiveFrequencyCount(this.lonCount));
    this.reconstructionPsd = new Float64Array(wavenumberCount);
    this.referencePsd = new Float64Array(wavenumberCount);
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

  result(): ZonalSpectrumSums {
    return {
      lonCount: this.lonCount,
      pieceCount: this.pieceCount,
      kmPerDegSum: this.kmPerDegSum,
      reconstructionPsdSum: Array.from(this.reconstructionPsd),
      referencePsdSum: Array.from(this.referencePsd),
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
    for (const start of oceanSegmentStarts(isMissing, this.lonCount)) {
      this.pieceCount++;
      this.kmPerDegSum += KM_PER_DEG * Math.cos(latRad);
      for (let t = 0; t < timeCount; t += BATCH) {
        const dayCount = Math.min(BATCH, timeCount - t);
        this.columns.fill(0);
        for (let day = 0; day < dayCount; day++) {
          const from = ((t + day) * latCount + row) * gridLonCount + start;
          this.load(reconstruction, from, 2 * day);
          this.load(reference, from, 2 * day + 1);
        }
        this.plan.forward(this.columns);
        this.addPower(dayCount);
      }
    }
  }

  /** A piece of one day without its linear trend, windowed, into every second double of a column. */
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
    const slope = lonCount > 1 ? (12 * moment) / (lonCount * (lonCount * lonCount - 1)) : 0;
    for (let x = 0; x < lonCount; x++)
      columns[to + 2 * BATCH * x] = window[x]! * (values[from + x]! - mean - slope * (x - middle));
  }

  private addPower(dayCount: number): void {
    const { columns, lonCount, reconstructionPsd, referencePsd, densityFactor } = this;
    for (let k = 1; k <= reconstructionPsd.length; k++) {
      let reconstruction = 0;
      let reference = 0;
      for (let day = 0; day < dayCount; day++) {
        const plus = 2 * (k * BATCH + day);
        const minus = 2 * ((lonCount - k) * BATCH + day);
        const [re, im, mirroredRe, mirroredIm] = [
          columns[plus]!,
          columns[plus + 1]!,
          columns[minus]!,
          columns[minus + 1]!,
        ];
        reconstruction += 0.25 * ((re + mirroredRe) ** 2 + (im - mirroredIm) ** 2);
        reference += 0.25 * ((re - mirroredRe) ** 2 + (im + mirroredIm) ** 2);
      }
      reconstructionPsd[k - 1]! += reconstruction * densityFactor;
      referencePsd[k - 1]! += reference * densityFactor;
    }
  }
}

/** Sums of disjoint rows, added from first to last. */
export function mergeZonalSpectrumSums(all: readonly ZonalSpectrumSums[]): ZonalSpectrumSums {
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
