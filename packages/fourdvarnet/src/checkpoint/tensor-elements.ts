import type { TensorData } from './checkpoint.js';
import { viewOf } from './checkpoint-bytes.js';
import { STORED_BYTES, type TensorDtype } from './tensor-dtype.js';

/** Where the elements of a tensor lie in its storage; all in elements, in bounds. */
export type ElementLayout = { offset: number; shape: readonly number[]; strides: readonly number[] };

/**
 * Copies the elements of a tensor into C order, whatever their offset and strides.
 *
 * @param bytes - The storage, little-endian.
 */
export function readElements(bytes: Uint8Array, dtype: TensorDtype, layout: ElementLayout): TensorData {
  const count = elementCount(layout.shape);
  const dense = isDense(layout)
    ? bytes.slice(layout.offset * STORED_BYTES[dtype], (layout.offset + count) * STORED_BYTES[dtype])
    : gather(bytes, STORED_BYTES[dtype], layout, count);
  return typed(dense, dtype);
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Strides of C order. */
export function denseStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

function isDense({ shape, strides }: ElementLayout): boolean {
  const dense = denseStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]) || shape.includes(0);
}

/** Row by row: the last axis in a loop of its own, the others counted like the digits of a number. */
function gather(
  bytes: Uint8Array,
  elementBytes: number,
  { offset, shape, strides }: ElementLayout,
  count: number,
): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(count * elementBytes);
  const last = shape.length - 1; // a tensor without axes is dense
  const rowLength = shape[last]!;
  const stepBytes = strides[last]! * elementBytes;
  const index = new Array<number>(last).fill(0);
  let from = offset;
  for (let to = 0, rowEnd = 0; to < target.length; to = rowEnd) {
    rowEnd = to + rowLength * elementBytes;
    for (let at = to, source = from * elementBytes; at < rowEnd; at += elementBytes, source += stepBytes)
      for (let i = 0; i < elementBytes; i++) target[at + i] = bytes[source + i]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return target;
}

/** Little-endian bytes as numbers. Typed arrays have the machine's byte order; every platform of ours is little-endian. */
function typed(bytes: Uint8Array<ArrayBuffer>, dtype: TensorDtype): TensorData {
  const buffer = bytes.buffer;
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return widened(bytes, float16ToNumber);
    case 'bfloat16':
      return bfloat16ToFloat32(bytes);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
      return bytes;
    case 'bool':
      return bytes.map((byte) => (byte === 0 ? 0 : 1));
  }
}

function widened(bytes: Uint8Array, toNumber: (bits: number) => number): Float32Array<ArrayBuffer> {
  const view = viewOf(bytes);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => toNumber(view.getUint16(2 * i, true)));
}

/** bfloat16 is the upper half of a float32. */
function bfloat16ToFloat32(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = viewOf(bytes);
  const bits = Uint32Array.from(
    { length: bytes.length / 2 },
    (_, i) => view.getUint16(2 * i, true) * 2 ** 16,
  );
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Index of the first element that is NaN or infinite; -1 when all are finite. */
export function firstNonFinite(data: TensorData): number {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return -1;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return i;
  return -1;
}
