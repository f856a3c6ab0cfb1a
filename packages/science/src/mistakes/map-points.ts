import type { FieldValues } from '../grid.js';
import { locateOnAxis } from '../regrid/axis-locator.js';

/** Axes of a map, degrees, ascending. */
export type MapAxes = { readonly latDeg: Float64Array; readonly lonDeg: Float64Array };

/** A rearrangement of the nodes of a map, from what somebody may have done to it by mistake. */
export type NodeOrder =
  | { kind: 'as-is' }
  | { kind: 'latitudes-reversed' }
  | { kind: 'longitudes-reversed' }
  /** The values were written column by column into a file that is read row by row. */
  | { kind: 'axes-swapped' }
  /** Values belong `rows` nodes further north and `columns` nodes further east than they are. */
  | { kind: 'moved'; rows: number; columns: number }
  /** Columns wrapped around: the value of column x belongs to column x + `columns` (modulo their number). */
  | { kind: 'rolled'; columns: number };

/** Reads a map at some points, bilinearly, each rearrangement of its nodes at the same points. */
export type MapPoints = {
  readonly count: number;
  /** Heights at the points, shape `[count]`; NaN where a node is missing or would lie outside the map. */
  sample(map: FieldValues, order: NodeOrder): Float64Array;
};

/**
 * Prepares reading a map at points.
 *
 * @param axes - of the map.
 * @param points - latitudes and longitudes in degrees, both of shape `[P]`.
 */
export function mapPoints(axes: MapAxes, points: { latDeg: Float64Array; lonDeg: Float64Array }): MapPoints {
  const rowCount = axes.latDeg.length;
  const columnCount = axes.lonDeg.length;
  const lat = locateOnAxis(axes.latDeg, points.latDeg, 1e-6);
  const lon = locateOnAxis(axes.lonDeg, points.lonDeg, 1e-6);
  const count = points.latDeg.length;
  return {
    count,
    sample(map, order) {
      const at = nodeReader(map, order, rowCount, columnCount);
      const values = new Float64Array(count).fill(NaN);
      for (let point = 0; point < count; point++) {
        const row = lat.lower[point]!;
        const column = lon.lower[point]!;
        if (row < 0 || column < 0) continue;
        let sum = 0;
        for (const [rowStep, rowWeight] of [1 - lat.fraction[point]!, lat.fraction[point]!].entries()) {
          if (rowWeight === 0) continue;
          for (const [step, weight] of [1 - lon.fraction[point]!, lon.fraction[point]!].entries()) {
            if (weight !== 0) sum += rowWeight * weight * at(row + rowStep, column + step);
          }
        }
        values[point] = sum;
      }
      return values;
    },
  };
}

function nodeReader(
  map: FieldValues,
  order: NodeOrder,
  rowCount: number,
  columnCount: number,
): (row: number, column: number) => number {
  switch (order.kind) {
    case 'as-is':
      return (row, column) => map[row * columnCount + column]!;
    case 'latitudes-reversed':
      return (row, column) => map[(rowCount - 1 - row) * columnCount + column]!;
    case 'longitudes-reversed':
      return (row, column) => map[row * columnCount + columnCount - 1 - column]!;
    case 'axes-swapped':
      return (row, column) => map[column * rowCount + row]!;
    case 'moved':
      return (row, column) => {
        const fromRow = row - order.rows;
        const from = column - order.columns;
        const isInside = fromRow >= 0 && fromRow < rowCount && from >= 0 && from < columnCount;
        return isInside ? map[fromRow * columnCount + from]! : NaN;
      };
    case 'rolled': {
      const by = ((order.columns % columnCount) + columnCount) % columnCount;
      return (row, column) => map[row * columnCount + ((column - by + columnCount) % columnCount)]!;
    }
  }
}
