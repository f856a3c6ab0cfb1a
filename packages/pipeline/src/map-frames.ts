import { endianness } from 'node:os';
import type { MapLayer } from '@sillage/contracts';
import type { RegularGrid } from '@sillage/science';

/** Frames for a screen: more points than this along an axis are averaged in blocks. */
export const MAX_FRAME_POINTS = 240;
/** Marks a missing value in a frame. */
export const MISSING_INT16 = -32768;
/** Raw values use ±this, which leaves the missing value apart. */
const RAW_LIMIT = 32_000;

/** How many grid points along each axis become one point of a frame; the same for both, to keep the aspect. */
export function blockSize(latCount: number, lonCount: number): number {
  return Math.max(1, Math.ceil(Math.max(latCount, lonCount) / MAX_FRAME_POINTS));
}

/** Means of blocks of neighbouring coordinates; a last, smaller block is averaged over what it has. */
export function blockMeanAxis(axis: Float64Array, block: number): Float64Array {
  const means = new Float64Array(Math.ceil(axis.length / block));
  for (let index = 0; index < means.length; index++) {
    const part = axis.subarray(index * block, Math.min(axis.length, (index + 1) * block));
    means[index] = part.reduce((sum, value) => sum + value, 0) / part.length;
  }
  return means;
}

/** The grid of the frames that blocks make of a grid. */
export function frameGrid(grid: RegularGrid, block: number): RegularGrid {
  const { timeDays, latDeg, lonDeg } = grid;
  return { timeDays, latDeg: blockMeanAxis(latDeg, block), lonDeg: blockMeanAxis(lonDeg, block) };
}

/** Means of blocks of a [lat, lon] frame over the values that are there; NaN where a block has none. */
export function blockMeanFrame(
  values: Float32Array | Float64Array,
  shape: { latCount: number; lonCount: number },
  block: number,
): Float32Array {
  if (block === 1) return Float32Array.from(values);
  const { latCount, lonCount } = shape;
  const columns = Math.ceil(lonCount / block);
  const means = new Float32Array(Math.ceil(latCount / block) * columns);
  for (let target = 0; target < means.length; target++) {
    const firstRow = Math.floor(target / columns) * block;
    const firstColumn = (target % columns) * block;
    let sum = 0;
    let count = 0;
    for (let lat = firstRow; lat < Math.min(firstRow + block, latCount); lat++) {
      for (let lon = firstColumn; lon < Math.min(firstColumn + block, lonCount); lon++) {
        const value = values[lat * lonCount + lon]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
      }
    }
    means[target] = sum / count; // 0/0 is NaN: the block has no value
  }
  return means;
}

/** Frames of one layer as int16 with one scale for all of them, and the manifest entry that decodes them. */
export function packLayer(
  name: MapLayer['name'],
  frames: readonly Float32Array[],
): { layer: MapLayer; bytes: Buffer } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const frame of frames) {
    for (const value of frame) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) throw new Error(`the layer '${name}' holds no value`);
  const offset = (min + max) / 2;
  const scale = max > min ? (max - min) / 2 / RAW_LIMIT : 1;
  const pointCount = frames[0]?.length ?? 0;
  const raw = new Int16Array(frames.length * pointCount);
  frames.forEach((frame, frameIndex) => {
    const start = frameIndex * pointCount;
    for (let index = 0; index < frame.length; index++) {
      const value = frame[index]!;
      raw[start + index] = Number.isNaN(value) ? MISSING_INT16 : Math.round((value - offset) / scale);
    }
  });
  const bytes = Buffer.from(raw.buffer);
  if (endianness() === 'BE') bytes.swap16(); // the manifest promises little-endian
  return { layer: { name, unit: 'm', frameCount: frames.length, scale, offset, min, max }, bytes };
}
