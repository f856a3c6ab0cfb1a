import type { PreviewMap } from '@sillage/contracts';
import { isoDay, type FieldValues } from '@sillage/science';
import { extentOf } from '@sillage/validation';

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

  /** Null where the grid spans no box. */
  picture(): PreviewMap | null {
    const box = extentOf(this.grid);
    if (!(box.west < box.east && box.south < box.north)) return null;
    return {
      box,
      lonCount: this.#columns,
      latCount: this.#rows,
      day: isoDay(this.timeDays + 1e-6),
      centimetres: Array.from(this.#sums, (sum, block) => {
        const count = this.#counts[block]!;
        return count === 0 ? null : Math.round((100 * sum) / count) + 0;
      }),
    };
  }
}
