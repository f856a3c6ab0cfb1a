import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseStrides, elementCount, firstNonFinite, readElements } from './tensor-elements.js';
import { TENSOR_DTYPES, type TensorDtype } from './tensor-dtype.js';

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const row = (length: number) => ({ offset: 0, shape: [length], strides: [1] });

/** The slow way: each index on its own. */
function gatherNaively(storage: Float32Array, offset: number, shape: number[], strides: number[]): number[] {
  const values: number[] = [];
  const visit = (axis: number, at: number): void => {
    if (axis === shape.length) values.push(storage[at]!);
    else for (let i = 0; i < shape[axis]!; i++) visit(axis + 1, at + i * strides[axis]!);
  };
  visit(0, offset);
  return values;
}

describe('readElements', () => {
  it('follows offset and strides as a loop over indices does', () => {
    const storage = Float32Array.from({ length: 500 }, (_, i) => i);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 20 })), { maxLength: 4 }),
        fc.integer({ min: 0, max: 100 }),
        (axes, offset) => {
          const shape = axes.map(([size]) => size);
          const strides = axes.map(([, stride]) => stride);
          const read = readElements(bytesOf(storage), 'float32', { offset, shape, strides });
          expect([...(read as Float32Array)]).toEqual(gatherNaively(storage, offset, shape, strides));
        },
      ),
    );
  });

  it.each([
    ['float64', Float64Array.of(1.5, -2, 1e300)],
    ['float32', Float32Array.of(1.5, -2, 3e38)],
    ['int64', BigInt64Array.of(1n, -(2n ** 62n), 5n)],
    ['int32', Int32Array.of(1, -2, 2 ** 31 - 1)],
    ['int16', Int16Array.of(1, -2, 32767)],
    ['int8', Int8Array.of(1, -2, 127)],
    ['uint8', Uint8Array.of(1, 2, 255)],
  ] as const)('reads %s as it is, into memory of its own', (dtype, values) => {
    const bytes = bytesOf(values);
    const read = readElements(bytes, dtype, row(3));
    expect(read).toEqual(values);
    bytes.fill(0);
    expect(read).not.toEqual(values);
  });

  it('copies also what Node calls a Buffer, of which slice() is a view', () => {
    const buffer = Buffer.from(Float32Array.of(1, 2, 3).buffer);
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    expect(readElements(bytes, 'float32', row(3))).toEqual(Float32Array.of(1, 2, 3));
  });

  it('reads truth values as 0 and 1', () => {
    expect(readElements(Uint8Array.of(0, 1, 255), 'bool', row(3))).toEqual(Uint8Array.of(0, 1, 1));
  });

  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x0001, 2 ** -24],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])('widens float16 %i to %f', (bits, value) => {
    expect(readElements(bytesOf(Uint16Array.of(bits)), 'float16', row(1))).toEqual(Float32Array.of(value));
  });

  it.each([
    [0x3f80, 1],
    [0xc040, -3],
    [0x7f7f, 3.3895313892515355e38],
    [0x0001, 2 ** -133],
    [0x7f80, Infinity],
  ])('widens bfloat16 %i to %f', (bits, value) => {
    expect(readElements(bytesOf(Uint16Array.of(bits)), 'bfloat16', row(1))).toEqual(Float32Array.of(value));
  });

  it.each(TENSOR_DTYPES)('reads nothing of an empty tensor of %s', (dtype: TensorDtype) => {
    expect(
      readElements(new Uint8Array(0), dtype, { offset: 0, shape: [0, 3], strides: [3, 1] }),
    ).toHaveLength(0);
  });
});

describe('denseStrides', () => {
  it('are those of C order', () => {
    expect(denseStrides([2, 3, 4])).toEqual([12, 4, 1]);
    expect(denseStrides([])).toEqual([]);
    expect(elementCount([])).toBe(1);
  });
});

describe('firstNonFinite', () => {
  it('finds NaN and infinities, and nothing in integers', () => {
    expect(firstNonFinite(Float32Array.of(1, NaN, Infinity))).toBe(1);
    expect(firstNonFinite(Float64Array.of(1, 2, -Infinity))).toBe(2);
    expect(firstNonFinite(Float32Array.of(1, 2))).toBe(-1);
    expect(firstNonFinite(BigInt64Array.of(1n))).toBe(-1);
  });
});
