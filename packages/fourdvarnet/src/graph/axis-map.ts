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

/** Adds `margin` points at both ends: beyond the last comes the first again, and the other way round. */
export function wrapMap(from: number, margin: number): AxisMap {
  return { method: 'wrap', factor: margin, adjoint: false, from, to: from + 2 * margin };
}

/** Adds `margin` zeros at both ends. */
export function frameMap(from: number, margin: number): AxisMap {
  return { method: 'frame', factor: margin, adjoint: false, from, to: from + 2 * margin };
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

type Entry = readonly [index: number, weight: number];

function forwardRows(from: number, { method, factor }: AxisMap): AxisMapRows {
  switch (method) {
    case 'average':
      return packRows(
        Array.from({ length: Math.floor(from / factor) }, (_, row) =>
          Array.from({ length: factor }, (__, k): Entry => [row * factor + k, 1 / factor]),
        ),
      );
    case 'bilinear':
      return packRows(Array.from({ length: from * factor }, (_, row) => bilinearRow(row, from, factor)));
    case 'wrap':
    case 'frame':
      return packRows(
        Array.from({ length: from + 2 * factor }, (_, row) => {
          const index = row - factor;
          if (method === 'wrap') return [[((index % from) + from) % from, 1]];
          return index >= 0 && index < from ? [[index, 1]] : [];
        }),
      );
  }
}

function bilinearRow(row: number, from: number, factor: number): Entry[] {
  const position = from === 1 ? 0 : (row * (from - 1)) / (from * factor - 1);
  const below = Math.min(Math.floor(position), from - 1);
  const fraction = position - below;
  if (fraction === 0) return [[below, 1]];
  return [
    [below, 1 - fraction],
    [below + 1, fraction],
  ];
}

function transpose({ offsets, indices, weights }: AxisMapRows, rowCount: number): AxisMapRows {
  const rows = Array.from({ length: rowCount }, (): Entry[] => []);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) rows[indices[k]!]!.push([row, weights[k]!]);
  }
  return packRows(rows);
}

function packRows(rows: readonly (readonly Entry[])[]): AxisMapRows {
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
