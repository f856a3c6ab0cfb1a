import type * as h5wasm from 'h5wasm/node';
import type { Packing } from './gridded-file.js';
import { DTYPES, requireDataset, type StoredType } from './hdf5-builder.js';

export type StoredArray = Float32Array | Float64Array | Int16Array | Int32Array | Int8Array;

/** How the rows of a growing variable are stored. Integers with a packing hold (value − offset) / scale. */
export type GrowingVariable = {
  name: string;
  type: StoredType;
  /** Values in one row: 1 along a track, the cells of a line of a swath. */
  rowLength: number;
  /** Rows in one chunk, which are also held in memory. */
  chunkRows: number;
  /** 0 stores without compression. */
  deflateLevel: number;
  packing?: Packing;
  /** Stored for NaN; required for integers that may be missing. */
  fill?: number;
};

/** A variable whose number of rows is known only at the end. Rows are collected into whole chunks before they are written. */
export type GrowingDataset = {
  /** @throws RangeError for values that do not fit the packing or the rows. */
  append(values: ArrayLike<number>): void;
  /** Writes what is left, and gives the dataset for its attributes. */
  finish(): h5wasm.Dataset;
};

/** Creates a variable that rows can be appended to; in the file it appears with the first full chunk, or at the end. */
export function createGrowingDataset(
  library: typeof h5wasm,
  file: h5wasm.File,
  variable: GrowingVariable,
): GrowingDataset {
  const { name, type, rowLength, chunkRows } = variable;
  const buffer = storedArray(type, rowLength * chunkRows);
  const encode = encoderOf(variable);
  const shape = (rows: number): number[] => (rowLength === 1 ? [rows] : [rows, rowLength]);
  let buffered = 0;
  let written = 0;
  let dataset: h5wasm.Dataset | null = null;
  const flush = (): void => {
    const rows = buffered / rowLength;
    if (rows === 0) return;
    // A copy, because a view would be taken for its whole buffer.
    const data = buffered === buffer.length ? buffer : buffer.slice(0, buffered);
    if (dataset === null) {
      dataset = file.create_dataset({
        name,
        data,
        shape: shape(rows),
        maxshape: [null, ...shape(rows).slice(1)] as unknown as number[],
        chunks: shape(chunkRows),
        dtype: DTYPES[type],
        ...(variable.deflateLevel > 0
          ? { compression: 'gzip' as const, compression_opts: variable.deflateLevel }
          : {}),
      });
    } else {
      dataset.resize(shape(written + rows));
      dataset.write_slice(
        [
          [written, written + rows],
          ...shape(rows)
            .slice(1)
            .map((): [] => []),
        ],
        data,
      );
    }
    written += rows;
    buffered = 0;
  };
  return {
    append(values) {
      if (values.length % rowLength !== 0)
        throw new RangeError(`'${name}' takes rows of ${rowLength} values, found ${values.length}`);
      for (let index = 0; index < values.length; index++) {
        buffer[buffered++] = encode(values[index]!);
        if (buffered === buffer.length) flush();
      }
    },
    finish() {
      flush();
      if (dataset === null)
        file.create_dataset({ name, data: storedArray(type, 0), shape: shape(0), dtype: DTYPES[type] });
      return requireDataset(library, file, name);
    },
  };
}

export function storedArray(type: StoredType, length: number): StoredArray {
  switch (type) {
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int8':
      return new Int8Array(length);
  }
}

const LARGEST: Partial<Record<StoredType, number>> = { int8: 127, int16: 32_767, int32: 2_147_483_647 };

/** From physical values to stored ones. */
export function encoderOf({
  name,
  type,
  packing,
  fill,
}: Pick<GrowingVariable, 'name' | 'type' | 'packing' | 'fill'>): (value: number) => number {
  const largest = LARGEST[type];
  if (largest === undefined) return (value) => value;
  const scale = packing?.scaleFactor ?? 1;
  const offset = packing?.addOffset ?? 0;
  return (value) => {
    if (Number.isNaN(value)) {
      if (fill === undefined) throw new RangeError(`'${name}' cannot hold missing values`);
      return fill;
    }
    const packed = Math.round((value - offset) / scale);
    // The smallest integer of each type is kept for missing values.
    if (!(packed >= -largest && packed <= largest))
      throw new RangeError(
        `${value} does not fit ${type} with scale ${scale} and offset ${offset} ('${name}')`,
      );
    return packed;
  };
}
