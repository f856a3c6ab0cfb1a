import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

type Type = 'char' | 'int32' | 'float32' | 'float64';
const CODES: Record<Type, number> = { char: 2, int32: 4, float32: 5, float64: 6 };
const BYTES: Record<Type, number> = { char: 1, int32: 4, float32: 4, float64: 8 };

export type ClassicVariable = {
  name: string;
  type: Type;
  dimensions: string[];
  attributes?: Record<string, string>;
  /**
   * All values; or, along the unlimited dimension, those of one record, or some runs of them. What is not given is a hole in
   * the file, which reads as zeros and takes no room on the disk.
   */
  values: ArrayLike<number> | ((record: number) => ArrayLike<number> | ValueRun[]);
};

/** Values from an index of the record on. */
export type ValueRun = { at: number; values: ArrayLike<number> };

export type ClassicFile = {
  /** Size null: the unlimited dimension. */
  dimensions: Record<string, number | null>;
  recordCount?: number;
  variables: ClassicVariable[];
  attributes?: Record<string, string>;
};

/**
 * Writes a NetCDF CDF-5 file from the format's specification, values where they are given and holes elsewhere: files of 15 GB
 * take as much room as was written into them.
 */
export function writeClassicFile(path: string, file: ClassicFile): string {
  const names = Object.keys(file.dimensions);
  const sizes = Object.values(file.dimensions);
  const isRecord = (variable: ClassicVariable): boolean =>
    file.dimensions[variable.dimensions[0] ?? ''] === null;
  const lengthOf = (variable: ClassicVariable): number =>
    variable.dimensions.reduce((total, name) => total * (file.dimensions[name] ?? 1), 1);
  const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;
  const sizeOf = (variable: ClassicVariable): number => padded(lengthOf(variable) * BYTES[variable.type]);
  const header = (begins: number[]): Buffer => {
    const parts: Buffer[] = [Buffer.from([0x43, 0x44, 0x46, 5])];
    const u32 = (value: number): void => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      parts.push(bytes);
    };
    const u64 = (value: number): void => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(BigInt(value));
      parts.push(bytes);
    };
    const text = (value: string): void => {
      const bytes = Buffer.from(value);
      u64(bytes.length);
      parts.push(bytes, Buffer.alloc(padded(bytes.length) - bytes.length));
    };
    const attributes = (entries: Record<string, string> = {}): void => {
      const list = Object.entries(entries);
      u32(list.length > 0 ? 12 : 0);
      u64(list.length);
      for (const [key, value] of list) {
        text(key);
        u32(CODES.char);
        text(value);
      }
    };
    u64(file.recordCount ?? 0);
    u32(10);
    u64(names.length);
    names.forEach((name, index) => {
      text(name);
      u64(sizes[index] ?? 0);
    });
    attributes(file.attributes);
    u32(11);
    u64(file.variables.length);
    file.variables.forEach((variable, index) => {
      text(variable.name);
      u64(variable.dimensions.length);
      for (const name of variable.dimensions) u64(names.indexOf(name));
      attributes(variable.attributes);
      u32(CODES[variable.type]);
      u64(sizeOf(variable));
      u64(begins[index]!);
    });
    return Buffer.concat(parts);
  };
  let position = header(file.variables.map(() => 0)).length;
  const begins = file.variables.map(() => 0);
  for (const wantsRecords of [false, true]) {
    file.variables.forEach((variable, index) => {
      if (isRecord(variable) !== wantsRecords) return;
      begins[index] = position;
      position += sizeOf(variable);
    });
  }
  const recordBytes = file.variables.filter(isRecord).reduce((sum, variable) => sum + sizeOf(variable), 0);
  const descriptor = openSync(path, 'w');
  const put = (bytes: Buffer, at: number): void => {
    for (let done = 0; done < bytes.length;)
      done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  };
  ftruncateSync(descriptor, position + Math.max(0, (file.recordCount ?? 0) - 1) * recordBytes);
  put(header(begins), 0);
  file.variables.forEach((variable, index) => {
    if (typeof variable.values !== 'function')
      return put(bigEndian(variable.type, variable.values), begins[index]!);
    for (let record = 0; record < (file.recordCount ?? 0); record++) {
      const begin = begins[index]! + record * recordBytes;
      const values = variable.values(record);
      if (isRuns(values)) {
        for (const run of values)
          put(bigEndian(variable.type, run.values), begin + run.at * BYTES[variable.type]);
      } else put(bigEndian(variable.type, values), begin);
    }
  });
  closeSync(descriptor);
  return path;
}

function isRuns(values: ArrayLike<number> | ValueRun[]): values is ValueRun[] {
  return Array.isArray(values) && (values.length === 0 || typeof values[0] === 'object');
}

function bigEndian(type: Type, values: ArrayLike<number>): Buffer {
  const array =
    type === 'float64'
      ? Float64Array.from(values)
      : type === 'float32'
        ? Float32Array.from(values)
        : type === 'int32'
          ? Int32Array.from(values)
          : Uint8Array.from(values);
  const bytes = Buffer.from(array.buffer);
  if (BYTES[type] === 8) bytes.swap64();
  if (BYTES[type] === 4) bytes.swap32();
  return bytes;
}
