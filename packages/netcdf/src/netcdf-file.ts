/** How the elements of a variable are stored. `string` is a variable-length string; `unsupported` cannot be read as numbers. */
export type NetcdfType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'char'
  | 'string'
  | 'unsupported';

/** Attribute values: text, or one or more numbers. 64-bit integers come as numbers (rounded beyond 2^53). */
export type NetcdfAttributeValue = string | number | readonly number[] | readonly string[];
export type NetcdfAttributes = Readonly<Record<string, NetcdfAttributeValue>>;

export type NetcdfDimension = { name: string; size: number };

export type NetcdfVariable = {
  /** Path inside the file: `ssh`, or `group/ssh`. */
  name: string;
  type: NetcdfType;
  dimensions: readonly string[];
  shape: readonly number[];
  attributes: NetcdfAttributes;
  /** Shape of the compressed or chunked blocks; null when the values lie in one piece. */
  chunkShape: readonly number[] | null;
  isCompressed: boolean;
};

/** Values as stored: packed integers are not unpacked, fill values not replaced. C order. */
export type SlabValues =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

export type NetcdfFormat = 'cdf1' | 'cdf2' | 'cdf5' | 'netcdf4';

/** An open NetCDF file of any format. Values are read in slabs, never the whole file. */
export type NetcdfFile = {
  readonly format: NetcdfFormat;
  readonly dimensions: readonly NetcdfDimension[];
  readonly variables: readonly NetcdfVariable[];
  readonly attributes: NetcdfAttributes;
  /**
   * Reads a hyperslab as stored, C order.
   *
   * @param variable - name as in `variables`.
   * @param start - first index per dimension.
   * @param count - number of indices per dimension, all ≥ 1.
   * @throws NetcdfError 'unreadable-file' for a truncated or damaged file, 'unsupported-type' for values that are not numbers.
   * @throws RangeError when the slab lies outside the variable.
   */
  readSlab(variable: string, start: readonly number[], count: readonly number[]): Promise<SlabValues>;
  /** The texts of a one-dimensional `string` variable; no such method where the format has no strings. */
  readTexts?(variable: string): Promise<string[]>;
  /**
   * Byte at which the values of a variable start if they lie in the file in one piece, C order, uncompressed and
   * little-endian: whoever has checked the attributes may read them there. Null, or no such method, where they do not.
   */
  contiguousOffset?(variable: string): number | null;
  close(): void;
};

/** The variable of that name, letter case included. */
export function findVariable(file: NetcdfFile, name: string): NetcdfVariable | undefined {
  return file.variables.find((variable) => variable.name === name);
}
