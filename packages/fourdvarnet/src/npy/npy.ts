/** A numpy array: values in C order. */
export type NpyArray = { readonly shape: readonly number[]; readonly data: NpyValues };

/** Of `<f4`, `<f8`, and `|b1` or `|u1` (masks). */
export type NpyValues = Float32Array | Float64Array | Uint8Array;

/** An `.npy` file that cannot be read, with what is there and what is needed. */
export class NpyError extends Error {
  readonly tag = 'npy';
  readonly found: string;
  readonly needed: string;

  constructor(found: string, needed: string) {
    super(`the .npy file has ${found}, needs ${needed}`);
    this.name = 'NpyError';
    this.found = found;
    this.needed = needed;
  }
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const BYTES_PER_VALUE = { '<f4': 4, '<f8': 8, '|b1': 1, '|u1': 1 } as const;
type Descriptor = keyof typeof BYTES_PER_VALUE;

/**
 * Reads the bytes of an `.npy` file, format 1, 2 or 3.
 *
 * @throws {@link NpyError} for anything but little-endian float32 or float64, or one-byte masks, in C order.
 * Source: numpy.lib.format.
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new NpyError('no numpy signature', 'the bytes \\x93NUMPY at its start');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new NpyError(`format version ${version}`, 'version 1, 2 or 3');
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw new NpyError('no header', 'a header');
  const headerLength = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + headerLength > bytes.length) {
    throw new NpyError(`a header of ${headerLength} bytes in ${bytes.length}`, 'a whole header');
  }
  const { descriptor, shape } = parseHeader(
    new TextDecoder().decode(bytes.subarray(start, start + headerLength)),
  );
  const count = shape.reduce((product, length) => product * length, 1);
  const payload = bytes.subarray(start + headerLength);
  const needed = count * BYTES_PER_VALUE[descriptor];
  if (payload.length !== needed) {
    throw new NpyError(
      `${payload.length} bytes of data`,
      `${needed} bytes for shape [${shape.join(', ')}] of ${descriptor}`,
    );
  }
  return { shape, data: values(descriptor, payload) };
}

/** Writes format 1: little-endian, C order. */
export function writeNpy({ shape, data }: NpyArray): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (data.length !== count)
    throw new NpyError(`${data.length} values`, `${count} for [${shape.join(', ')}]`);
  const descriptor: Descriptor =
    data instanceof Float32Array ? '<f4' : data instanceof Float64Array ? '<f8' : '|u1';
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n'; // data begins at a multiple of 64
  const result = new Uint8Array(10 + padded.length + data.byteLength);
  result.set([...MAGIC, 1, 0, padded.length & 0xff, padded.length >> 8]);
  result.set(new TextEncoder().encode(padded), 10);
  result.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded.length);
  return result;
}

function parseHeader(header: string): { descriptor: Descriptor; shape: readonly number[] } {
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const lengths = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (order === undefined || lengths === undefined) {
    throw new NpyError(`the header ${header.trim()}`, 'descr, fortran_order and shape');
  }
  if (descriptor === undefined || !isDescriptor(descriptor)) {
    const found = descriptor === undefined ? 'no plain dtype' : `dtype '${descriptor}'`;
    throw new NpyError(found, "'<f4' or '<f8' (a mask: '|b1' or '|u1'): array.astype('<f4')");
  }
  if (order === 'True') throw new NpyError('Fortran order', 'C order: numpy.ascontiguousarray(array)');
  const shape = lengths
    .split(',')
    .map((length) => length.trim())
    .filter((length) => length !== '')
    .map(Number);
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) {
    throw new NpyError(`shape (${lengths})`, 'whole numbers');
  }
  return { descriptor, shape };
}

function isDescriptor(text: string): text is Descriptor {
  return Object.hasOwn(BYTES_PER_VALUE, text);
}

/** Copies, so that the values are aligned and outlive the file's bytes. */
function values(descriptor: Descriptor, payload: Uint8Array): NpyValues {
  const { buffer } = Uint8Array.from(payload);
  switch (descriptor) {
    case '<f4':
      return new Float32Array(buffer);
    case '<f8':
      return new Float64Array(buffer);
    case '|b1':
    case '|u1':
      return new Uint8Array(buffer);
  }
}
