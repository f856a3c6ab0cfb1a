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
  // The corners around a point, [P, 4]: south-west, south-east, north-west, north-east.
  const weights = new Float64Array(count * CORNERS);
  const isInside = new Uint8Array(count);
  for (let point = 0; point < count; point++) {
    if (lat.lower[point]! < 0 || lon.lower[point]! < 0) continue;
    isInside[point] = 1;
    const north = lat.fraction[point]!;
    const east = lon.fraction[point]!;
    weights.set(
      [(1 - north) * (1 - east), (1 - north) * east, north * (1 - east), north * east],
      CORNERS * point,
    );
  }
  const cornersOf = (order: NodeOrder): Int32Array => {
    const nodeOf = nodeFinder(order, rowCount, columnCount);
    const nodes = new Int32Array(count * CORNERS);
    for (let point = 0; point < count; point++) {
      if (isInside[point] === 0) continue;
      const row = lat.lower[point]!;
      const column = lon.lower[point]!;
      for (let corner = 0; corner < CORNERS; corner++)
        nodes[CORNERS * point + corner] = nodeOf(row + (corner >> 1), column + (corner & 1));
    }
    return nodes;
  };
  // The same few orders are asked for on every day.
  const known = new Map<string, Int32Array>();
  return {
    count,
    sample(map, order) {
      let corners: Int32Array;
      if (order.kind === 'rolled') corners = cornersOf(order);
      else {
        const key = order.kind === 'moved' ? `${order.rows} ${order.columns}` : order.kind;
        corners = known.get(key) ?? cornersOf(order);
        known.set(key, corners);
      }
      const values = new Float64Array(count).fill(NaN);
      for (let point = 0; point < count; point++) {
        if (isInside[point] === 0) continue;
        let sum = 0;
        for (let at = CORNERS * point; at < CORNERS * (point + 1); at++) {
          // A node without weight may be missing, or lie outside.
          const weight = weights[at]!;
          if (weight !== 0) sum += weight * (corners[at] === OUTSIDE ? NaN : map[corners[at]!]!);
        }
        values[point] = sum;
      }
      return values;
    },
  };
}

const CORNERS = 4;
const OUTSIDE = -1;

/** Where the value of a node lies in a map whose nodes were rearranged. */
function nodeFinder(
  order: NodeOrder,
  rowCount: number,
  columnCount: number,
): (row: number, column: number) => number {
  switch (order.kind) {
    case 'as-is':
      return (row, column) => row * columnCount + column;
    case 'latitudes-reversed':
      return (row, column) => (rowCount - 1 - row) * columnCount + column;
    case 'longitudes-reversed':
      return (row, column) => row * columnCount + columnCount - 1 - column;
    case 'axes-swapped':
      return (row, column) => column * rowCount + row;
    case 'moved':
      return (row, column) => {
        const fromRow = row - order.rows;
        const from = column - order.columns;
        const isInside = fromRow >= 0 && fromRow < rowCount && from >= 0 && from < columnCount;
        return isInside ? fromRow * columnCount + from : OUTSIDE;
      };
    case 'rolled': {
      const by = ((order.columns % columnCount) + columnCount) % columnCount;
      return (row, column) => row * columnCount + ((column - by + columnCount) % columnCount);
    }
  }
}
