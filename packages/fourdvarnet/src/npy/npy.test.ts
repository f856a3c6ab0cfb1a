import { describe, expect, it, test } from 'vitest';
import { NpyError, readNpy, writeNpy } from './npy.js';

/** As numpy.save writes it (NumPy 2.4), but for the header, which is given. */
function npy(header: string, payload: Uint8Array, version = 1): Uint8Array {
  const length =
    version === 1
      ? [header.length & 0xff, header.length >> 8]
      : [header.length & 0xff, header.length >> 8, 0, 0];
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0],
    ...length,
    ...new TextEncoder().encode(header),
    ...payload,
  ]);
}

const header = (descriptor: string, shape: string, order = 'False') =>
  `{'descr': '${descriptor}', 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117) + '\n';
const bytes = (values: Float32Array | Float64Array) => new Uint8Array(values.buffer);

describe('readNpy', () => {
  test.each([
    {
      name: 'float32',
      file: npy(header('<f4', '(1, 3)'), bytes(Float32Array.of(1, NaN, -2))),
      shape: [1, 3],
      values: [1, NaN, -2],
    },
    {
      name: 'float64',
      file: npy(header('<f8', '(2,)'), bytes(Float64Array.of(Math.PI, 1e300))),
      shape: [2],
      values: [Math.PI, 1e300],
    },
    {
      name: 'booleans',
      file: npy(header('|b1', '(2, 2)'), Uint8Array.of(1, 0, 0, 1)),
      shape: [2, 2],
      values: [1, 0, 0, 1],
    },
    { name: 'a number', file: npy(header('<f4', '()'), bytes(Float32Array.of(7))), shape: [], values: [7] },
    {
      name: 'nothing',
      file: npy(header('<f4', '(0, 5)'), bytes(Float32Array.of())),
      shape: [0, 5],
      values: [],
    },
    {
      name: 'format 2',
      file: npy(header('<f4', '(1,)'), bytes(Float32Array.of(4)), 2),
      shape: [1],
      values: [4],
    },
  ])('reads $name', ({ file, shape, values }) => {
    const array = readNpy(file);
    expect(array.shape).toEqual(shape);
    expect([...array.data]).toEqual(values);
  });

  it('reads from the middle of a buffer, at any alignment', () => {
    const file = npy(header('<f8', '(1,)'), bytes(Float64Array.of(2.5)));
    const buffer = new Uint8Array(file.length + 3);
    buffer.set(file, 3);
    expect([...readNpy(buffer.subarray(3)).data]).toEqual([2.5]);
  });

  test.each([
    {
      name: 'Fortran order',
      file: npy(header('<f4', '(1, 1)', 'True'), new Uint8Array(4)),
      message: /Fortran order.*ascontiguousarray/,
    },
    {
      name: 'big-endian values',
      file: npy(header('>f4', '(1,)'), new Uint8Array(4)),
      message: /dtype '>f4'.*astype/,
    },
    { name: 'integers', file: npy(header('<i8', '(1,)'), new Uint8Array(8)), message: /dtype '<i8'/ },
    { name: 'float16', file: npy(header('<f2', '(1,)'), new Uint8Array(2)), message: /dtype '<f2'/ },
    {
      name: 'a name of Object.prototype as dtype',
      file: npy(header('toString', '(1,)'), new Uint8Array(2)),
      message: /dtype 'toString'/,
    },
    {
      name: 'a record',
      file: npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n", new Uint8Array(4)),
      message: /no plain dtype/,
    },
    {
      name: 'data cut short',
      file: npy(header('<f4', '(3,)'), new Uint8Array(8)),
      message: /8 bytes of data, needs 12/,
    },
    { name: 'data too long', file: npy(header('<f4', '(1,)'), new Uint8Array(8)), message: /needs 4 bytes/ },
    {
      name: 'a negative length',
      file: npy(header('<f4', '(-1,)'), new Uint8Array(4)),
      message: /shape \(-1,\)/,
    },
    {
      name: 'a header cut short',
      file: npy('x'.repeat(500), new Uint8Array(0)).subarray(0, 200),
      message: /whole header/,
    },
    { name: 'another file', file: new TextEncoder().encode('PK\x03\x04 something'), message: /signature/ },
    { name: 'no file', file: new Uint8Array(0), message: /signature/ },
    { name: 'a future format', file: npy(header('<f4', '(1,)'), new Uint8Array(4), 9), message: /version 9/ },
  ])('refuses $name', ({ file, message }) => {
    expect(() => readNpy(file)).toThrow(NpyError);
    expect(() => readNpy(file)).toThrow(message);
  });
});

describe('writeNpy', () => {
  test.each([
    { shape: [2, 1, 2], data: Float32Array.of(1, 2, NaN, -0) },
    { shape: [3], data: Float64Array.of(0.1, -1e-300, Infinity) },
    { shape: [], data: Float32Array.of(5) },
    { shape: [4], data: Uint8Array.of(1, 0, 1, 255) },
  ])('writes what readNpy reads: $shape', (array) => {
    const file = writeNpy(array);
    expect(readNpy(file)).toEqual(array);
    expect((file.length - array.data.byteLength) % 64).toBe(0);
  });

  it('begins with the bytes of numpy.save', () => {
    const file = writeNpy({ shape: [2, 3], data: new Float32Array(6) });
    // numpy.save(file, numpy.zeros((2, 3), '<f4')), NumPy 2.4
    expect(Buffer.from(file.subarray(0, 128)).toString('latin1')).toBe(
      "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(127) + '\n',
    );
  });

  it('refuses values that do not fill the shape', () => {
    expect(() => writeNpy({ shape: [2, 2], data: new Float32Array(3) })).toThrow(/3 values, needs 4/);
  });
});
