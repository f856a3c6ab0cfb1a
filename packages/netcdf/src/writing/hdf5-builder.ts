import type * as h5wasm from 'h5wasm/node';
import type { NetcdfAttributeValue, NetcdfAttributes } from '../netcdf-file.js';

export type StoredType = 'float32' | 'float64' | 'int16' | 'int32' | 'int8';

export const DTYPES: Readonly<Record<StoredType, string>> = {
  float32: '<f',
  float64: '<d',
  int16: '<h',
  int32: '<i',
  int8: '<b',
};

/** Writes text as a plain char attribute (as the netCDF library does), numbers with the type of the variable where that matters. */
export function writeAttributes(
  owner: { create_attribute: h5wasm.Dataset['create_attribute'] },
  attributes: NetcdfAttributes,
): void {
  for (const [name, value] of Object.entries(attributes)) writeAttribute(owner, name, value);
}

export function writeAttribute(
  owner: { create_attribute: h5wasm.Dataset['create_attribute'] },
  name: string,
  value: NetcdfAttributeValue,
  type?: StoredType,
): void {
  if (typeof value === 'string') {
    const byteLength = Math.max(1, new TextEncoder().encode(value).length); // HDF5 has no strings of length 0
    owner.create_attribute(name, value, [], `S${byteLength}`);
    return;
  }
  const items = [value].flat();
  if (items.every((item) => typeof item === 'string')) {
    owner.create_attribute(name, items);
    return;
  }
  const numbers = items.map(Number);
  const dtype = type
    ? DTYPES[type]
    : numbers.every((item) => Number.isInteger(item) && Math.abs(item) < 2 ** 31)
      ? '<i'
      : '<d';
  owner.create_attribute(name, numbers, [numbers.length], dtype);
}

/** A coordinate variable: a dimension scale, so that netCDF readers see a dimension of the same name. */
export function writeCoordinate(
  file: h5wasm.File,
  name: string,
  values: Float64Array,
  attributes: NetcdfAttributes,
): void {
  const dataset = file.create_dataset({ name, data: values, shape: [values.length], dtype: '<d' });
  dataset.make_scale(name);
  writeAttributes(dataset, attributes);
}

/** A compressed variable along the dimension `time`, which is there already. */
export function createTimeSeries(
  library: typeof h5wasm,
  file: h5wasm.File,
  name: string,
  data: Float32Array | Float64Array | Int16Array | Int32Array | Int8Array,
): h5wasm.Dataset {
  const isCompressed = data.length > 0; // HDF5 has no chunks of length 0
  file.create_dataset({
    name,
    data,
    shape: [data.length],
    ...(isCompressed
      ? { chunks: [Math.min(data.length, 65_536)], compression: 'gzip' as const, compression_opts: 4 }
      : {}),
  });
  const dataset = requireDataset(library, file, name);
  dataset.attach_scale(0, 'time');
  return dataset;
}

/**
 * Creates a contiguous dataset without values and reserves its place in the file.
 *
 * h5wasm's create_dataset always writes all values at once, out of its own memory, which a large field does not fit into. Given
 * no values, the library creates the dataset, then fails to write and says so on stderr; the dataset is complete. The failed
 * write must not throw (that would skip the library's own clean-up), so for this one call the message is swallowed instead.
 */
export function createContiguousDataset(
  library: typeof h5wasm,
  file: h5wasm.File,
  name: string,
  shape: readonly number[],
  type: 'float32' | 'float64' | 'int16',
): h5wasm.Dataset {
  const { Module: module } = library;
  const sizes = shape.map(BigInt);
  const isInteger = type === 'int16';
  const metadata = {
    type: isInteger ? module.H5T_class_t.H5T_INTEGER.value : module.H5T_class_t.H5T_FLOAT.value,
    size: type === 'float64' ? 8 : type === 'float32' ? 4 : 2,
    signed: isInteger,
    vlen: false,
    littleEndian: true,
    shape: sizes,
    maxshape: sizes,
    chunks: null,
    compression: 0,
    compression_opts: [],
    track_order: false,
    total_size: shape.reduce((total, size) => total * size, 1),
  };
  withSilentStderr(module, () => {
    module.deactivate_throwing_error_handler();
    try {
      module.create_dataset(file.file_id, `/${name}`, 0n, metadata);
    } finally {
      module.activate_throwing_error_handler();
    }
  });
  const dataset = requireDataset(library, file, name);
  const first = isInteger
    ? new Int16Array(1)
    : type === 'float64'
      ? new Float64Array(1)
      : new Float32Array(1);
  dataset.write_slice(
    shape.map((): [number, number] => [0, 1]),
    first,
  ); // allocates the whole extent
  return dataset;
}

/** The standard error stream inside the library's own file system; nobody else's output is touched. */
function withSilentStderr(module: (typeof h5wasm)['Module'], action: () => void): void {
  const { streams } = module.FS as unknown as { streams: object[] };
  const stderr = streams[2]!;
  const write = (_stream: object, _buffer: object, _offset: number, length: number): number => length;
  streams[2] = { fd: 2, flags: 577, seekable: false, node: { mode: 0 }, stream_ops: { write } };
  try {
    action();
  } finally {
    streams[2] = stderr;
  }
}

/** A dimension that has no variable of its name. */
export function writeBareDimension(file: h5wasm.File, name: string, size: number): void {
  const dataset = file.create_dataset({ name, data: new Float32Array(size), shape: [size], dtype: '<f' });
  // The netCDF library finds the length in the last ten characters.
  dataset.make_scale(`This is a netCDF dimension but not a netCDF variable.${String(size).padStart(10)}`);
}

export function requireDataset(library: typeof h5wasm, file: h5wasm.File, name: string): h5wasm.Dataset {
  const dataset = file.get(name);
  if (!(dataset instanceof library.Dataset)) throw new Error(`the dataset '${name}' was not created`);
  return dataset;
}
