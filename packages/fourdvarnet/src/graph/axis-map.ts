import type { AxisMap } from './graph.js';

/** The sparse rows of a linear map along one axis, all of them in one pair of arrays. */
export type AxisMapRows = {
  /** Row r holds the entries `offsets[r]` up to, not including, `offsets[r + 1]`; length `to` + 1. */
  readonly offsets: Uint32Array;
  /** Input indices, ascending in a row. */
  readonly indices: Uint32Array;
  readonly weights: Float64Array;
};

/** Means of blocks of `factor` points; a remainder at the end is left out, as torch's `avg_pool2d` does. */
export function averageMap(from: number, factor: number): AxisMap {
  return { method: 'average', factor, adjoint: false, from, to: Math.floor(from / factor) };
}

/** Linear interpolation to `factor` times as many points, the first and the last kept (`align_corners`). */
export function bilinearMap(from: number, factor: number): AxisMap {
  return { method: 'bilinear', factor, adjoint: false, from, to: from * factor };
}

/** Leaves an axis as it is. */
export function identityMap(length: number): AxisMap {
  return averageMap(length, 1);
}

export function adjointMap(map: AxisMap): AxisMap {
  return { ...map, adjoint: !map.adjoint, from: map.to, to: map.from };
}

/**
 * The rows of a map: out[r] = Σ weights[k] · in[indices[k]] over its entries.
 *
 * Source: the up-sampling of torch with `align_corners=True`: output i reads position i·(n − 1)/(n·factor − 1).
 */
export function axisMapRows(map: AxisMap): AxisMapRows {
  return map.adjoint ? transpose(forwardRows(map.to, map), map.to) : forwardRows(map.from, map);
}

function forwardRows(from: number, { method, factor }: AxisMap): AxisMapRows {
  const to = method === 'average' ? Math.floor(from / factor) : from * factor;
  const rows: [index: number, weight: number][][] = [];
  for (let row = 0; row < to; row++) {
    if (method === 'average') {
      rows.push(Array.from({ length: factor }, (_, k) => [row * factor + k, 1 / factor]));
    } else {
      const position = from === 1 ? 0 : (row * (from - 1)) / (to - 1);
      const below = Math.min(Math.floor(position), from - 1);
      const fraction = position - below;
      rows.push(
        fraction === 0
          ? [[below, 1]]
          : [
              [below, 1 - fraction],
              [below + 1, fraction],
            ],
      );
    }
  }
  return packRows(rows);
}

function transpose({ offsets, indices, weights }: AxisMapRows, rowCount: number): AxisMapRows {
  const rows = Array.from({ length: rowCount }, (): [index: number, weight: number][] => []);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) rows[indices[k]!]!.push([row, weights[k]!]);
  }
  return packRows(rows);
}

function packRows(rows: readonly (readonly (readonly [index: number, weight: number])[])[]): AxisMapRows {
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  const offsets = new Uint32Array(rows.length + 1);
  const indices = new Uint32Array(count);
  const weights = new Float64Array(count);
  let entry = 0;
  for (const [row, entries] of rows.entries()) {
    for (const [index, weight] of entries) {
      indices[entry] = index;
      weights[entry] = weight;
      entry++;
    }
    offsets[row + 1] = entry;
  }
  return { offsets, indices, weights };
}
