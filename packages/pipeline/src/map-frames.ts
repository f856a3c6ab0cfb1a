import type { MapLayer } from '@sillage/contracts';

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

/** Means of blocks of a [lat, lon] frame over the values that are there; NaN where a block has none. */
export function blockMeanFrame(
  values: ArrayLike<number>,
  shape: { latCount: number; lonCount: number },
  block: number,
): Float32Array {
  const { latCount, lonCount } = shape;
  const rows = Math.ceil(latCount / block);
  const columns = Math.ceil(lonCount / block);
  const sums = new Float64Array(rows * columns);
  const counts = new Uint32Array(rows * columns);
  for (let lat = 0; lat < latCount; lat++) {
    const target = Math.floor(lat / block) * columns;
    for (let lon = 0; lon < lonCount; lon++) {
      const value = values[lat * lonCount + lon] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const index = target + Math.floor(lon / block);
      sums[index] = (sums[index] ?? 0) + value;
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  return Float32Array.from(sums, (sum, index) => (counts[index] ? sum / counts[index] : Number.NaN));
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
  const bytes = Buffer.alloc(frames.length * pointCount * 2);
  frames.forEach((frame, frameIndex) => {
    frame.forEach((value, index) => {
      const raw = Number.isNaN(value) ? MISSING_INT16 : Math.round((value - offset) / scale);
      bytes.writeInt16LE(raw, (frameIndex * pointCount + index) * 2);
    });
  });
  return { layer: { name, unit: 'm', frameCount: frames.length, scale, offset, min, max }, bytes };
}
