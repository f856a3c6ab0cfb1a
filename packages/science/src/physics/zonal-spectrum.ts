import { KM_PER_DEG } from '../earth.js';
import { axisSpacing, requireLength, type RegularGrid } from '../grid.js';
import { oceanSegmentStarts } from '../scores/ocean-segments.js';
import { emptyPiecePowers, PieceTransform, type PiecePowers } from '../scores/piece-transform.js';
import type { LatitudeBand } from '../scores/score-accumulator.js';

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

/**
 * Zonal wavenumber spectra of a reconstruction and a reference over the same pieces of latitude rows: 10° long at most,
 * complete in both fields on every day, on a row every 0.25°. Of each day the linear trend is removed and a periodic Hann
 * window applied; the density is one-sided.
 *
 * Source: the usual periodogram of along-track heights (Xu and Fu 2011, J. Phys. Oceanogr. 41, 802), on rows of a grid.
 */
export class ZonalSpectrumAccumulator {
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
  constructor(grid: RegularGrid) {
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

  result(): ZonalSpectrumSums {
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
