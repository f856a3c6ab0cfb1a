import { elementBytesOf } from '../decoding/slab.js';
import type { NetcdfType } from '../netcdf-file.js';

export type ClassicContent = {
  version: 1 | 2 | 5;
  /** Size null: the unlimited dimension. */
  dimensions: { name: string; size: number | null }[];
  variables: {
    name: string;
    type: NetcdfType;
    dimensions: number[];
    attributes?: Record<string, string>;
    values: number[];
  }[];
  recordCount?: number;
  /** Writes the record count as "streaming". */
  isStreaming?: boolean;
};

const TYPE_CODES: Partial<Record<NetcdfType, number>> = {
  int8: 1,
  char: 2,
  int16: 3,
  int32: 4,
  float32: 5,
  float64: 6,
  uint8: 7,
  int64: 10,
};

/** Writes a small classic file, from the format specification, as an independent check of the reader. */
export function classicFileBytes(content: ClassicContent): Uint8Array {
  const { version, dimensions, variables } = content;
  const recordCount = content.recordCount ?? 0;
  const isRecord = (variable: { dimensions: number[] }): boolean =>
    variable.dimensions.length > 0 && dimensions[variable.dimensions[0]!]!.size === null;
  const sizeOf = (variable: (typeof variables)[number]): number =>
    variable.dimensions.reduce((total, index) => total * (dimensions[index]!.size ?? 1), 1) *
    elementBytesOf(variable.type)!;
  const padded = (size: number): number => Math.ceil(size / 4) * 4;
  const header = (begins: number[]): number[] => {
    const out: number[] = [0x43, 0x44, 0x46, version];
    const u32 = (value: number): void =>
      void out.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
    const u64 = (value: number): void => {
      u32(Math.floor(value / 2 ** 32));
      u32(value % 2 ** 32);
    };
    const count = version === 5 ? u64 : u32;
    const name = (text: string): void => {
      const bytes = [...new TextEncoder().encode(text)];
      count(bytes.length);
      out.push(...bytes, ...new Array<number>(padded(bytes.length) - bytes.length).fill(0));
    };
    if (content.isStreaming) {
      u32(0xffffffff);
      if (version === 5) u32(0xffffffff);
    } else count(recordCount);
    u32(10);
    count(dimensions.length);
    for (const dimension of dimensions) {
      name(dimension.name);
      count(dimension.size ?? 0);
    }
    u32(0);
    count(0);
    u32(11);
    count(variables.length);
    variables.forEach((variable, i) => {
      name(variable.name);
      count(variable.dimensions.length);
      variable.dimensions.forEach(count);
      const attributes = Object.entries(variable.attributes ?? {});
      u32(attributes.length > 0 ? 12 : 0);
      count(attributes.length);
      for (const [key, value] of attributes) {
        name(key);
        u32(2);
        name(value);
      }
      u32(TYPE_CODES[variable.type]!);
      count(padded(sizeOf(variable)));
      (version === 1 ? u32 : u64)(begins[i]!);
    });
    return out;
  };
  let position = header(variables.map(() => 0)).length;
  const begins = new Array<number>(variables.length).fill(0);
  const records = variables.filter(isRecord);
  for (const [i, variable] of variables.entries()) {
    if (isRecord(variable)) continue;
    begins[i] = position;
    position += padded(sizeOf(variable));
  }
  for (const [i, variable] of variables.entries()) {
    if (!isRecord(variable)) continue;
    begins[i] = position;
    position += records.length === 1 ? sizeOf(variable) : padded(sizeOf(variable));
  }
  const recordBytes = records.reduce(
    (sum, variable) => sum + (records.length === 1 ? sizeOf(variable) : padded(sizeOf(variable))),
    0,
  );
  const bytes = new Uint8Array(position + Math.max(0, recordCount - 1) * recordBytes);
  bytes.set(header(begins));
  const view = new DataView(bytes.buffer);
  for (const [i, variable] of variables.entries()) {
    const perRecord = isRecord(variable)
      ? sizeOf(variable) / elementBytesOf(variable.type)!
      : variable.values.length;
    variable.values.forEach((value, k) => {
      const record = Math.floor(k / perRecord);
      const at = begins[i]! + record * recordBytes + (k % perRecord) * elementBytesOf(variable.type)!;
      writeNumber(view, variable.type, at, value);
    });
  }
  return bytes;
}

function writeNumber(view: DataView, type: NetcdfType, at: number, value: number): void {
  if (type === 'float64') view.setFloat64(at, value);
  else if (type === 'float32') view.setFloat32(at, value);
  else if (type === 'int32') view.setInt32(at, value);
  else if (type === 'int16') view.setInt16(at, value);
  else if (type === 'int64') view.setBigInt64(at, BigInt(value));
  else view.setUint8(at, value & 255);
}
