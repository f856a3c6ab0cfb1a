import type { ByteSource } from '../byte-source.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfAttributeValue, NetcdfDimension, NetcdfFormat, NetcdfType } from '../netcdf-file.js';
import { elementBytesOf, product } from '../decoding/slab.js';
import { DEFAULT_STRUCTURE_LIMITS, type StructureLimits } from '../structure-limits.js';

export type ClassicVariable = {
  name: string;
  type: NetcdfType;
  dimensionIndexes: number[];
  shape: number[];
  attributes: Record<string, NetcdfAttributeValue>;
  isRecord: boolean;
  /** Position of the first value in the file. */
  begin: number;
};

export type ClassicHeader = {
  format: NetcdfFormat;
  dimensions: NetcdfDimension[];
  attributes: Record<string, NetcdfAttributeValue>;
  variables: ClassicVariable[];
  recordCount: number;
  /** Bytes from one record to the next. */
  recordBytes: number;
};

const MAX_HEADER_BYTES = 16 * 2 ** 20; // no real header comes near; attributes are text for people
const MAX_NAME_BYTES = 1024;
const MAX_RANK = 32;
const TYPES: readonly (NetcdfType | undefined)[] = [
  undefined,
  'int8',
  'char',
  'int16',
  'int32',
  'float32',
  'float64',
  'uint8',
  'uint16',
  'uint32',
  'int64',
  'uint64',
];

/**
 * Reads and checks the header of a classic file (CDF-1, CDF-2, CDF-5). Counts are compared with the bytes that are there before
 * anything is reserved for them.
 *
 * @throws NetcdfError 'unreadable-file' when truncated or damaged; size and count codes when a limit is exceeded.
 * Source: NetCDF Classic Format Specification (Unidata), with CDF-5.
 */
export function readClassicHeader(
  source: ByteSource,
  partialLimits: Partial<StructureLimits> = {},
): ClassicHeader {
  const limits = { ...DEFAULT_STRUCTURE_LIMITS, ...partialLimits };
  const cursor = new ClassicCursor(source);
  const version = cursor.version();
  const recordField = cursor.recordCount();
  const dimensions = cursor.list(10, limits.maxObjects, () => ({ name: cursor.name(), size: cursor.size() }));
  const recordDimensions = dimensions.filter((dimension) => dimension.size === 0);
  if (recordDimensions.length > 1) throw damaged('it has two unlimited dimensions');
  const recordDimension = dimensions.findIndex((dimension) => dimension.size === 0);
  const attributes = readAttributes(cursor, limits);
  const rawVariables = cursor.list(11, limits.maxObjects, () =>
    readVariable(cursor, dimensions, recordDimension, limits),
  );

  const recordVariables = rawVariables.filter((variable) => variable.isRecord);
  const innerBytes = (variable: ClassicVariable): number =>
    product(variable.shape.slice(variable.isRecord ? 1 : 0)) * elementBytesOf(variable.type)!;
  const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;
  // A single record variable is not padded to 4 bytes (Unidata's note on padding).
  const recordBytes =
    recordVariables.length === 1
      ? innerBytes(recordVariables[0]!)
      : recordVariables.reduce((sum, variable) => sum + padded(innerBytes(variable)), 0);
  const recordBegin = Math.min(...recordVariables.map((variable) => variable.begin));
  const recordCount =
    recordVariables.length === 0
      ? 0
      : (recordField ??
        (recordBytes === 0 ? 0 : Math.max(0, Math.floor((source.sizeBytes - recordBegin) / recordBytes))));

  let declaredBytes = 0;
  for (const variable of rawVariables) {
    if (variable.isRecord) variable.shape[0] = recordCount;
    const inner = innerBytes(variable);
    const bytes = variable.isRecord ? recordCount * inner : inner;
    declaredBytes += bytes;
    const end =
      bytes === 0
        ? 0
        : variable.begin + (variable.isRecord ? (recordCount - 1) * recordBytes + inner : inner);
    if (!Number.isSafeInteger(end) || end > source.sizeBytes) {
      throw damaged(
        `it is cut off: variable '${variable.name}' should end at byte ${end}, the file has ${source.sizeBytes}`,
      );
    }
  }
  if (declaredBytes > limits.maxDeclaredBytes) {
    // Variables may overlap on purpose, so the file's own size does not bound this.
    throw new NetcdfError({
      code: 'declared-size-too-large',
      where: 'the variables of the file',
      found: `together they declare ${declaredBytes} bytes`,
      expected: `at most ${limits.maxDeclaredBytes} bytes`,
      fix: 'Keep only the sea surface height, the area and the days that are asked for.',
    });
  }
  if (recordDimension >= 0) dimensions[recordDimension]!.size = recordCount;
  return { format: version, dimensions, attributes, variables: rawVariables, recordCount, recordBytes };
}

function readVariable(
  cursor: ClassicCursor,
  dimensions: readonly NetcdfDimension[],
  recordDimension: number,
  limits: StructureLimits,
): ClassicVariable {
  const name = cursor.name();
  const rank = cursor.size();
  if (rank > MAX_RANK) throw damaged(`variable '${name}' has ${rank} dimensions`);
  const dimensionIndexes = Array.from({ length: rank }, () => cursor.size());
  if (dimensionIndexes.some((index) => index >= dimensions.length))
    throw damaged(`variable '${name}' has an unknown dimension`);
  if (dimensionIndexes.slice(1).includes(recordDimension))
    throw damaged(`variable '${name}' has its unlimited dimension inside`);
  const attributes = readAttributes(cursor, limits);
  const type = cursor.type();
  cursor.size(); // vsize: redundant, and wrong by design for large variables
  const begin = cursor.begin();
  const shape = dimensionIndexes.map((index) => dimensions[index]!.size);
  return {
    name,
    type,
    dimensionIndexes,
    shape,
    attributes,
    isRecord: rank > 0 && dimensionIndexes[0] === recordDimension,
    begin,
  };
}

function readAttributes(
  cursor: ClassicCursor,
  limits: StructureLimits,
): Record<string, NetcdfAttributeValue> {
  const entries = cursor.list(12, limits.maxObjects, () => {
    const name = cursor.name();
    const type = cursor.type();
    return [name, cursor.attributeValue(type, cursor.size())] as const;
  });
  return Object.fromEntries(entries);
}

function damaged(found: string): NetcdfError {
  return new NetcdfError({
    code: 'unreadable-file',
    where: 'the header of the file',
    found,
    expected: 'a complete classic NetCDF file',
    fix: 'Check that the file opens on your side (ncdump -h) and upload it again.',
  });
}

/** Walks through the header, reading the file in growing steps. */
class ClassicCursor {
  private bytes = new Uint8Array(0);
  private view = new DataView(new ArrayBuffer(0));
  private position = 0;
  private sizeBytesPerCount: 4 | 8 = 4;
  private sizeBytesPerOffset: 4 | 8 = 4;

  constructor(private readonly source: ByteSource) {}

  private take(length: number): number {
    const end = this.position + length;
    if (end > this.bytes.length) this.grow(end);
    const at = this.position;
    this.position = end;
    return at;
  }

  private grow(end: number): void {
    if (end > this.source.sizeBytes) throw damaged('it ends inside its header');
    if (end > MAX_HEADER_BYTES) throw damaged('its header is longer than 16 MiB');
    const length = Math.min(
      this.source.sizeBytes,
      MAX_HEADER_BYTES,
      Math.max(end, this.bytes.length * 2, 65_536),
    );
    const bytes = new Uint8Array(length);
    this.source.readInto(bytes, 0);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  version(): NetcdfFormat {
    const at = this.take(4);
    const version = this.bytes[at + 3];
    this.sizeBytesPerCount = version === 5 ? 8 : 4;
    this.sizeBytesPerOffset = version === 1 ? 4 : 8;
    if (version === 1) return 'cdf1';
    if (version === 2) return 'cdf2';
    if (version === 5) return 'cdf5';
    throw damaged(`its version byte is ${version}, not 1, 2 or 5`);
  }

  private unsigned(byteCount: 4 | 8): number {
    const at = this.take(byteCount);
    if (byteCount === 4) return this.view.getUint32(at);
    return this.view.getUint32(at) * 2 ** 32 + this.view.getUint32(at + 4);
  }

  size(): number {
    return this.unsigned(this.sizeBytesPerCount);
  }

  begin(): number {
    return this.unsigned(this.sizeBytesPerOffset);
  }

  /** Number of records; null while the file was written as a stream (all ones). */
  recordCount(): number | null {
    const count = this.size();
    return count >= (this.sizeBytesPerCount === 4 ? 0xffffffff : 2 ** 64) ? null : count;
  }

  type(): NetcdfType {
    const type = TYPES[this.unsigned(4)];
    if (type === undefined) throw damaged('it uses an unknown type');
    return type;
  }

  name(): string {
    const length = this.size();
    if (length > MAX_NAME_BYTES) throw damaged('it has a name longer than 1024 bytes');
    return this.text(length);
  }

  private text(length: number): string {
    const at = this.take(Math.ceil(length / 4) * 4);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  list<T>(tag: number, maxCount: number, readItem: () => T): T[] {
    const found = this.unsigned(4);
    const count = this.size();
    if (found === 0 && count === 0) return [];
    if (found !== tag) throw damaged('its lists are out of order');
    if (count > maxCount) {
      throw new NetcdfError({
        code: 'too-many-objects',
        where: 'the header of the file',
        found: `one of its lists has ${count} entries`,
        expected: `at most ${maxCount}`,
        fix: 'Write only the sea surface height and its coordinates to the file.',
      });
    }
    return Array.from({ length: count }, readItem);
  }

  attributeValue(type: NetcdfType, count: number): NetcdfAttributeValue {
    const elementBytes = elementBytesOf(type)!;
    if (count * elementBytes > MAX_HEADER_BYTES) throw damaged('an attribute is longer than 16 MiB');
    if (type === 'char') return this.text(count).replace(/\0+$/, '');
    const at = this.take(Math.ceil((count * elementBytes) / 4) * 4);
    const numbers = Array.from({ length: count }, (_, i) => this.number(type, at + i * elementBytes));
    return numbers.length === 1 ? numbers[0]! : numbers;
  }

  private number(type: NetcdfType, at: number): number {
    switch (type) {
      case 'int8':
        return this.view.getInt8(at);
      case 'uint8':
        return this.view.getUint8(at);
      case 'int16':
        return this.view.getInt16(at);
      case 'uint16':
        return this.view.getUint16(at);
      case 'int32':
        return this.view.getInt32(at);
      case 'uint32':
        return this.view.getUint32(at);
      case 'float32':
        return this.view.getFloat32(at);
      case 'float64':
        return this.view.getFloat64(at);
      case 'int64':
        return Number(this.view.getBigInt64(at));
      default:
        return Number(this.view.getBigUint64(at));
    }
  }
}
