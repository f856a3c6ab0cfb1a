import type { Shape } from '@sillage/fourdvarnet';

/**
 * Where the points of a tensor lie in a buffer: row after row, image after image, each image with a border of zeros, so
 * that a convolution reads its neighbours without asking whether they exist. A point is called a position; its channels
 * are neighbours, in vectors of four ("quads").
 */
export type Grid = {
  readonly batch: number;
  readonly lat: number;
  readonly lon: number;
  /** Points of zeros on every side. */
  readonly border: number;
  readonly rows: number;
  /** From one row to the next. */
  readonly pitch: number;
  readonly positions: number;
  /** Positions before the first one that a convolution may read, without using what it finds. */
  readonly guardBefore: number;
  readonly guardAfter: number;
};

/** No convolution tile covers more positions: what it reads beyond the last one stays inside the buffer. */
export const MAX_TILE_POSITIONS = 256;

export function gridOf([batch, , lat, lon]: Shape, border: number): Grid {
  const isPoint = lat === 1 && lon === 1;
  const ownBorder = isPoint ? 0 : border;
  const rows = lat + 2 * ownBorder;
  const pitch = lon + 2 * ownBorder;
  const guard = ownBorder * (pitch + 1);
  return {
    batch,
    lat,
    lon,
    border: ownBorder,
    rows,
    pitch,
    positions: batch * rows * pitch,
    guardBefore: guard,
    guardAfter: guard === 0 ? 0 : guard + MAX_TILE_POSITIONS,
  };
}

export function isSameGrid(a: Grid, b: Grid): boolean {
  return a.batch === b.batch && a.lat === b.lat && a.lon === b.lon && a.border === b.border;
}

export function quadCount(channels: number): number {
  return Math.ceil(channels / 4);
}

export function elementCount(shape: Shape): number {
  return shape[0] * shape[1] * shape[2] * shape[3];
}

export function isSameShape(a: Shape, b: Shape): boolean {
  return a.every((length, axis) => length === b[axis]);
}

/** Lays a tensor `[batch, channels, lat, lon]` out on its grid: one float32 quad per position and four channels. */
export function layOut(data: Float32Array, shape: Shape, grid: Grid): Float32Array<ArrayBuffer> {
  const [batch, channels, lat, lon] = shape;
  const stride = quadCount(channels) * 4;
  const laidOut = new Float32Array((grid.guardBefore + grid.positions + grid.guardAfter) * stride);
  let from = 0;
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < lat; y++) {
        const row = (b * grid.rows + y + grid.border) * grid.pitch + grid.border + grid.guardBefore;
        for (let x = 0; x < lon; x++) laidOut[(row + x) * stride + c] = data[from++]!;
      }
    }
  }
  return laidOut;
}
