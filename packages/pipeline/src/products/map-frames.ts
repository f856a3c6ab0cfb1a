import type { MapLayer } from '@sillage/contracts';
import { MISSING_RAW } from '@sillage/contracts/packed-values';
import type { RegularGrid } from '@sillage/science';

/** Frames for a screen: more points than this along an axis are averaged in blocks. A basin at 1/4° has 345. */
export const MAX_FRAME_POINTS = 480;
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
  if (block === 1) return new Float32Array(values);
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

/** Smallest and largest value of a frame, the sum of its squares and how many values it has. */
export function frameRange(frame: Float32Array): {
  min: number;
  max: number;
  squareSum: number;
  valueCount: number;
} {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let squareSum = 0;
  let valueCount = 0;
  for (let index = 0; index < frame.length; index++) {
    const value = frame[index]!;
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    squareSum += value * value;
    valueCount++;
  }
  return { min, max, squareSum, valueCount };
}

/** The scale with which values between two bounds fill the int16 range: value = raw · scale + offset. */
export function frameScale(min: number, max: number): Pick<MapLayer, 'scale' | 'offset'> {
  return { scale: max > min ? (max - min) / 2 / RAW_LIMIT : 1, offset: (min + max) / 2 };
}

/** A frame as raw int16, in the byte order of the machine. */
export function packFrame(
  frame: Float32Array,
  { scale, offset }: Pick<MapLayer, 'scale' | 'offset'>,
): Int16Array<ArrayBuffer> {
  const raw = new Int16Array(frame.length);
  for (let index = 0; index < frame.length; index++) {
    const value = frame[index]!;
    // Math.round takes four times as long as Math.floor, and this is done for each value of nine layers.
    raw[index] = Number.isNaN(value) ? MISSING_RAW : Math.floor((value - offset) / scale + 0.5);
  }
  return raw;
}
