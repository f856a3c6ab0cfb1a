import type { NetcdfType, SlabValues } from '../netcdf-file.js';

const ELEMENT_BYTES: Partial<Record<NetcdfType, number>> = {
  int8: 1,
  uint8: 1,
  char: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** Bytes per element; undefined for types that are not numbers. */
export function elementBytesOf(type: NetcdfType): number | undefined {
  return ELEMENT_BYTES[type];
}

/** An array for `length` elements of a numeric type. */
export function allocateValues(type: NetcdfType, length: number): SlabValues {
  switch (type) {
    case 'int8':
      return new Int8Array(length);
    case 'uint8':
    case 'char':
      return new Uint8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    default:
      throw new TypeError(`values of type ${type} are not numbers`);
  }
}

export function bytesOf(values: SlabValues): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Reverses the bytes of every element in place. */
export function swapBytes(values: SlabValues): void {
  const { buffer, byteOffset, byteLength } = values;
  if (values.BYTES_PER_ELEMENT === 2) {
    const words = new Uint16Array(buffer, byteOffset, byteLength / 2);
    for (let i = 0; i < words.length; i++) words[i] = (words[i]! << 8) | (words[i]! >> 8);
  } else if (values.BYTES_PER_ELEMENT >= 4) {
    const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      words[i] = (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
    }
    if (values.BYTES_PER_ELEMENT === 8) {
      for (let i = 0; i < words.length; i += 2) {
        const low = words[i]!;
        words[i] = words[i + 1]!;
        words[i + 1] = low;
      }
    }
  }
}

/** Throws RangeError unless start and count select at least one element and stay inside the shape. */
export function checkSlab(
  name: string,
  shape: readonly number[],
  start: readonly number[],
  count: readonly number[],
): void {
  const isInside =
    start.length === shape.length &&
    count.length === shape.length &&
    shape.every((size, i) => {
      const first = start[i]!;
      const length = count[i]!;
      return (
        Number.isInteger(first) &&
        Number.isInteger(length) &&
        first >= 0 &&
        length >= 1 &&
        first + length <= size
      );
    });
  if (!isInside) {
    throw new RangeError(
      `slab [${start.join(',')}] + [${count.join(',')}] lies outside variable '${name}' of shape [${shape.join(',')}]`,
    );
  }
}

/**
 * Splits a slab of a C-order array into the longest runs that are contiguous in it.
 *
 * @param visit - called with the element index of the run in the array, its length, and its element index in the slab.
 */
export function forEachRun(
  shape: readonly number[],
  start: readonly number[],
  count: readonly number[],
  visit: (sourceIndex: number, length: number, slabIndex: number) => void,
): void {
  const rank = shape.length;
  let outer = rank - 1; // dimensions after `outer` are taken whole, so a run spans them
  while (outer > 0 && count[outer] === shape[outer]) outer--;
  let runLength = 1;
  for (let d = Math.max(0, outer); d < rank; d++) runLength *= count[d]!;
  const strides = new Array<number>(rank).fill(1);
  for (let d = rank - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  let base = 0;
  for (let d = 0; d < rank; d++) base += start[d]! * strides[d]!;
  const index = new Array<number>(Math.max(0, outer)).fill(0);
  for (let slabIndex = 0; ; slabIndex += runLength) {
    visit(base, runLength, slabIndex);
    let d = index.length - 1;
    for (; d >= 0; d--) {
      index[d]!++;
      base += strides[d]!;
      if (index[d]! < count[d]!) break;
      base -= index[d]! * strides[d]!;
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

/** How many elements a shape has. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
