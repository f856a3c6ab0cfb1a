import type { PreviewMap } from '@sillage/contracts';
import { LARGEST_RAW, packHeights } from '@sillage/contracts/packed-values';
import { isoDay, type FieldValues } from '@sillage/science';
import { extentOf } from '@sillage/checking';

/** A centimetre, or a hundredth of a degree: what the numbers under a picture tell. */
const FINEST_STEP = 0.01;

/** Gathers one map of a field, piece by piece, into a picture of block means. */
export class MapPreview {
  readonly #rows: number;
  readonly #columns: number;
  readonly #blockRows: number;
  readonly #blockColumns: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;

  /** @param largestSide - most nodes of the picture along each axis. */
  constructor(
    private readonly grid: { latDeg: Float64Array; lonDeg: Float64Array },
    /** Days since 1950 of the map that is shown. */
    private readonly timeDays: number,
    largestSide: number,
  ) {
    this.#blockRows = Math.ceil(grid.latDeg.length / largestSide);
    this.#blockColumns = Math.ceil(grid.lonDeg.length / largestSide);
    this.#rows = Math.ceil(grid.latDeg.length / this.#blockRows);
    this.#columns = Math.ceil(grid.lonDeg.length / this.#blockColumns);
    this.#sums = new Float64Array(this.#rows * this.#columns);
    this.#counts = new Uint32Array(this.#rows * this.#columns);
  }

  /** Rows `latStart…` of the map, all longitudes: shape [latCount, X], NaN where missing. */
  addRows(values: FieldValues, latStart: number, latCount: number): void {
    const width = this.grid.lonDeg.length;
    for (let row = 0; row < latCount; row++) {
      const blockRow = Math.floor((latStart + row) / this.#blockRows) * this.#columns;
      for (let column = 0; column < width; column++) {
        const value = values[row * width + column]!;
        if (Number.isNaN(value)) continue;
        const block = blockRow + Math.floor(column / this.#blockColumns);
        this.#sums[block]! += value;
        this.#counts[block]! += 1;
      }
    }
  }

  /** Null where the grid spans no box. `added` goes onto every value: kelvins to degrees Celsius. */
  picture(added = 0): PreviewMap | null {
    const box = extentOf(this.grid);
    if (!(box.west < box.east && box.south < box.north)) return null;
    const means = this.#sums.map((sum, block) => sum / this.#counts[block]! + added); // 0 / 0 is missing
    const largest = means.reduce((most, mean) => (Math.abs(mean) > most ? Math.abs(mean) : most), 0);
    const units = { scale: Math.max(FINEST_STEP, largest / LARGEST_RAW), offset: 0 };
    return {
      box,
      lonCount: this.#columns,
      latCount: this.#rows,
      day: isoDay(this.timeDays + 1e-6),
      ...units,
      values: packHeights(means, units),
    };
  }
}
