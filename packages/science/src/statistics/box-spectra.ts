import { KM_PER_DEG } from '../earth.js';
import { axisSpacing, type RegularGrid } from '../grid.js';
import {
  boxResolution,
  FIRST_TOLD_WAVENUMBER,
  pieceWavelengths,
  unresolved,
  type BoxResolution,
} from '../spectra/box-resolution.js';
import { positiveFrequencyCount } from '../spectra/row-spectrum.js';
import { emptyPiecePowers, PieceTransform, type PiecePowers } from '../spectra/piece-transform.js';
import { overlappingStarts, resolutionBoxSizeDeg } from '../spectra/resolution-boxes.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';

/** Every so many degrees of latitude a row is taken: rows in between are nearly the same sea. */
const ROW_STEP_DEG = 0.25;
/** A box needs complete pieces on rows that make up this much latitude, degrees: half of a box of 5°. */
const LEAST_ROWS_DEG = 2.5;

/** Boxes in nodes of a grid; box = row · columns + column, rows from the south. */
export type BoxSpectrumLayout = {
  readonly sizeDeg: number;
  readonly lonStepDeg: number;
  /** Nodes of a box. */
  readonly latCount: number;
  readonly lonCount: number;
  readonly latStarts: readonly number[];
  readonly lonStarts: readonly number[];
  /** Rows that are read. */
  readonly rowStep: number;
  /** A box with fewer pieces has no λ. */
  readonly leastPieceCount: number;
};

/** Sums of one box, or of all pieces: Σ |FFT|² over pieces and days, m², `[K]`. */
type Sums = {
  /** Pieces of latitude rows, each with all days. */
  readonly pieceCount: number;
  /** Σ over pieces of the length of one degree of longitude, km. */
  readonly kmPerDegSum: number;
  readonly reference: Float64Array;
  readonly error: Float64Array;
};

/** Sums that effective resolution by box is computed from; they add up over disjoint rows. */
export type BoxSpectrumSums = {
  readonly layout: BoxSpectrumLayout;
  readonly boxes: readonly Sums[];
  /** Over every piece once, those of boxes without a number included. */
  readonly whole: Sums;
};

/** Effective resolution of one box, or of the whole area by the same definition. */
export type ZonalBox = {
  /** Degrees of longitude. */
  readonly resolution: BoxResolution;
  readonly pieceCount: number;
  /** Length of a degree of longitude, mean over the pieces; null without a piece. */
  readonly kmPerDeg: number | null;
  /** One-sided densities, m²/(cycles/degree), means over pieces and days, `[K]`; empty where pieces are too few. */
  readonly referencePsd: readonly number[];
  readonly errorPsd: readonly number[];
};

/** Effective resolution by box of a gridded score. */
export type ZonalBoxes = {
  readonly sizeDeg: number;
  /** Middles of boxes, ascending. */
  readonly latDeg: readonly number[];
  readonly lonDeg: readonly number[];
  /** Degrees of longitude, descending, `[K]`: those of k = 1 …, of which the first is not told. */
  readonly wavelengthDeg: readonly number[];
  readonly leastPieceCount: number;
  /** By rows from the south. */
  readonly boxes: readonly ZonalBox[];
  readonly whole: ZonalBox;
};

/**
 * Boxes on a grid: 10° or 5° (`resolutionBoxSizeDeg`), moved to its nodes. Null where it is smaller than one, or so coarse that a
 * box has no two wavelengths to tell.
 */
export function boxSpectrumLayout({
  latDeg,
  lonDeg,
}: Pick<RegularGrid, 'latDeg' | 'lonDeg'>): BoxSpectrumLayout | null {
  if (latDeg.length < 2 || lonDeg.length < 2) return null;
  const latStepDeg = axisSpacing(latDeg, 'latitude');
  const lonStepDeg = axisSpacing(lonDeg, 'longitude');
  const sizeDeg = resolutionBoxSizeDeg({
    latDeg: latDeg.length * latStepDeg,
    lonDeg: lonDeg.length * lonStepDeg,
  });
  if (sizeDeg === null) return null;
  const latCount = Math.min(latDeg.length, Math.round(sizeDeg / latStepDeg));
  const lonCount = Math.min(lonDeg.length, Math.round(sizeDeg / lonStepDeg));
  if (positiveFrequencyCount(lonCount) <= FIRST_TOLD_WAVENUMBER) return null;
  const rowStep = Math.max(1, Math.round(ROW_STEP_DEG / latStepDeg));
  return {
    sizeDeg,
    lonStepDeg,
    latCount,
    lonCount,
    latStarts: overlappingStarts(latDeg.length, latCount).map(Math.round),
    lonStarts: overlappingStarts(lonDeg.length, lonCount).map(Math.round),
    rowStep,
    leastPieceCount: Math.ceil(LEAST_ROWS_DEG / (rowStep * latStepDeg) - 1e-6),
  };
}

/**
 * Zonal wavenumber spectra of the error and of the reference by box, over the box's rows and all days: each row of each day as
 * one piece as wide as the box, less its mean, under a periodic Hann window. A piece that lacks a value of either field on any day
 * is left out with all its days, as the protocols leave out rows; nothing is filled in.
 */
class BoxSpectrumAccumulator implements Accumulator<BoxSpectrumSums | null> {
  private readonly grid: RegularGrid;
  private readonly layout: BoxSpectrumLayout | null;
  private readonly transform: PieceTransform;
  private readonly isMissing: Uint8Array;
  private readonly boxes: { pieceCount: number; kmPerDegSum: number; powers: PiecePowers }[];
  private readonly whole: { pieceCount: number; kmPerDegSum: number; powers: PiecePowers };

  /** @throws IrregularGridError if latitudes or longitudes are not ascending and even to 0.1 %. */
  constructor({ grid }: StatisticFrame) {
    this.grid = grid;
    this.layout = boxSpectrumLayout(grid);
    this.transform = new PieceTransform(this.layout?.lonCount ?? 1, 'mean');
    this.isMissing = new Uint8Array(grid.lonDeg.length);
    const empty = () => ({
      pieceCount: 0,
      kmPerDegSum: 0,
      powers: emptyPiecePowers(this.transform.wavenumberCount),
    });
    const boxCount = this.layout === null ? 0 : this.layout.latStarts.length * this.layout.lonStarts.length;
    this.boxes = Array.from({ length: boxCount }, empty);
    this.whole = empty();
  }

  /** Adds a band; each row of the grid may be added once. */
  addBand(band: LatitudeBand): void {
    if (this.layout === null) return;
    for (let row = 0; row < band.latCount; row++)
      if ((band.latStart + row) % this.layout.rowStep === 0) this.addRow(band, row, this.layout);
  }

  /** What has been added so far; null where the grid is smaller than a box. */
  sums(): BoxSpectrumSums | null {
    if (this.layout === null) return null;
    const plain = ({ pieceCount, kmPerDegSum, powers }: (typeof this.boxes)[number]): Sums => ({
      pieceCount,
      kmPerDegSum,
      reference: powers.reference,
      error: powers.error,
    });
    return { layout: this.layout, boxes: this.boxes.map(plain), whole: plain(this.whole) };
  }

  private addRow(band: LatitudeBand, row: number, layout: BoxSpectrumLayout): void {
    const { latStart, latCount, reconstruction, reference } = band;
    const { isMissing, transform } = this;
    const gridLonCount = this.grid.lonDeg.length;
    const timeCount = this.grid.timeDays.length;
    isMissing.fill(0);
    for (let t = 0; t < timeCount; t++) {
      const from = (t * latCount + row) * gridLonCount;
      for (let x = 0; x < gridLonCount; x++) {
        const both = reconstruction[from + x]! + reference[from + x]!;
        if (both - both !== 0) isMissing[x] = 1;
      }
    }
    const latIndex = latStart + row;
    const kmPerDeg = KM_PER_DEG * Math.cos((this.grid.latDeg[latIndex]! * Math.PI) / 180);
    layout.lonStarts.forEach((start, column) => {
      if (isMissing.subarray(start, start + layout.lonCount).includes(1)) return;
      const powers = emptyPiecePowers(transform.wavenumberCount);
      transform.sumInto(powers);
      for (let t = 0; t < timeCount; t++)
        transform.add(reconstruction, reference, (t * latCount + row) * gridLonCount + start);
      transform.flush();
      addPiece(this.whole, powers, kmPerDeg);
      layout.latStarts.forEach((south, boxRow) => {
        if (latIndex < south || latIndex >= south + layout.latCount) return;
        addPiece(this.boxes[boxRow * layout.lonStarts.length + column]!, powers, kmPerDeg);
      });
    });
  }
}

function addPiece(
  sums: { pieceCount: number; kmPerDegSum: number; powers: PiecePowers },
  powers: PiecePowers,
  kmPerDeg: number,
): void {
  sums.pieceCount++;
  sums.kmPerDegSum += kmPerDeg;
  powers.reference.forEach((power, k) => (sums.powers.reference[k]! += power));
  powers.error.forEach((power, k) => (sums.powers.error[k]! += power));
}

/** Zonal spectra by box, from which their effective resolution follows; null where the grid is smaller than a box. */
export const BOX_SPECTRA: Statistic<BoxSpectrumSums | null, ZonalBoxes | null> = {
  neighbourRows: 0,
  accumulate: (frame) => new BoxSpectrumAccumulator(frame),
  merge: mergeBoxSpectrumSums,
  finish: (sums, { grid }) => sums && zonalBoxes(sums, grid),
};

/** Sums of disjoint rows of the same grid, added from first to last; null where it has no boxes. */
function mergeBoxSpectrumSums(parts: readonly (BoxSpectrumSums | null)[]): BoxSpectrumSums | null {
  const known = parts.filter((part) => part !== null);
  const [first] = known;
  if (!first) return null;
  return {
    layout: first.layout,
    boxes: first.boxes.map((_, box) => mergeSums(known.map(({ boxes }) => boxes[box]!))),
    whole: mergeSums(known.map(({ whole }) => whole)),
  };
}

function mergeSums(parts: readonly Sums[]): Sums {
  const added = (name: 'reference' | 'error') =>
    parts[0]![name].map((_, k) => parts.reduce((sum, part) => sum + part[name][k]!, 0));
  return {
    pieceCount: parts.reduce((sum, { pieceCount }) => sum + pieceCount, 0),
    kmPerDegSum: parts.reduce((sum, { kmPerDegSum }) => sum + kmPerDegSum, 0),
    reference: added('reference'),
    error: added('error'),
  };
}

/** Effective resolution by box from sums of a whole grid. */
function zonalBoxes(
  { layout, boxes, whole }: BoxSpectrumSums,
  { latDeg, lonDeg, timeDays }: RegularGrid,
): ZonalBoxes {
  const middle = (axis: Float64Array, start: number, count: number) =>
    (axis[start]! + axis[start + count - 1]!) / 2;
  const pieceDeg = layout.lonCount * layout.lonStepDeg;
  const scale = densityScale(layout, timeDays.length);
  const boxOf = (sums: Sums): ZonalBox => zonalBox(sums, layout, { pieceDeg, scale });
  return {
    sizeDeg: layout.sizeDeg,
    latDeg: layout.latStarts.map((start) => middle(latDeg, start, layout.latCount)),
    lonDeg: layout.lonStarts.map((start) => middle(lonDeg, start, layout.lonCount)),
    wavelengthDeg: Array.from(pieceWavelengths(pieceDeg, whole.reference.length)),
    leastPieceCount: layout.leastPieceCount,
    boxes: boxes.map(boxOf),
    whole: boxOf(whole),
  };
}

function densityScale({ lonCount, lonStepDeg }: BoxSpectrumLayout, dayCount: number): number {
  return (2 * lonStepDeg) / (new PieceTransform(lonCount, 'mean').windowPower * dayCount);
}

function zonalBox(
  sums: Sums,
  layout: BoxSpectrumLayout,
  { pieceDeg, scale }: { pieceDeg: number; scale: number },
): ZonalBox {
  const { pieceCount, kmPerDegSum } = sums;
  const kmPerDeg = pieceCount === 0 ? null : kmPerDegSum / pieceCount;
  if (pieceCount < layout.leastPieceCount)
    return {
      resolution: unresolved('too-few-pieces'),
      pieceCount,
      kmPerDeg,
      referencePsd: [],
      errorPsd: [],
    };
  const density = (power: number) => (power * scale) / pieceCount;
  return {
    resolution: boxResolution(sums, pieceDeg),
    pieceCount,
    kmPerDeg,
    referencePsd: Array.from(sums.reference, density),
    errorPsd: Array.from(sums.error, density),
  };
}
