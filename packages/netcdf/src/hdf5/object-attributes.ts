import { UnusualStorageError, walkDenseStorage } from './dense-storage.js';
import { damagedFile, HeaderReader, UNDEFINED_ADDRESS, type HeaderSource } from './header-reader.js';
import type { RawAttributes } from './hdf5-attributes.js';
import { MESSAGE, readObjectHeader, singleMessage } from './object-header.js';

/** Attributes of one object that are numbers or text, and the scales of its dimensions as object addresses. */
export type ObjectAttributes = { attributes: RawAttributes; dimensionScales: (number | null)[] };

const ATTRIBUTE_NAMES_INDEX = 8; // type of a version-2 B-tree; its records start with the heap id
const MAX_ELEMENTS = 1_000_000;

/**
 * Reads the attributes of a dataset or group from its object header, without the HDF5 library.
 *
 * @throws UnusualStorageError when the library is needed, NetcdfError 'unreadable-file' when damaged.
 * Source: HDF5 File Format Specification 3.0, §IV.A.2.m (attributes), §III.E (global heap).
 */
export function readObjectAttributes(source: HeaderSource, address: number): ObjectAttributes {
  const messages = readObjectHeader(source, address);
  const found: ObjectAttributes = { attributes: {}, dimensionScales: [] };
  for (const message of messages) {
    if (message.type !== MESSAGE.attribute) continue;
    if (message.isShared) throw new UnusualStorageError();
    parseAttribute(source, message.reader, found);
  }
  const info = singleMessage(messages, MESSAGE.attributeInfo);
  if (info) {
    info.reader.skip(1);
    if (info.reader.uint8() & 1) info.reader.skip(2);
    const heapAddress = info.reader.address();
    const indexAddress = info.reader.address();
    if (heapAddress !== UNDEFINED_ADDRESS) {
      const storage = { heapAddress, indexAddress, indexType: ATTRIBUTE_NAMES_INDEX, idPosition: 0 };
      walkDenseStorage(source, storage, (reader) => parseAttribute(source, reader, found));
    }
  }
  return found;
}

function parseAttribute(source: HeaderSource, reader: HeaderReader, found: ObjectAttributes): void {
  const version = reader.uint8();
  const flags = reader.uint8();
  if (version < 1 || version > 3) throw damagedFile('an attribute has an unknown version');
  const [nameSize, typeSize, spaceSize] = [reader.uint16(), reader.uint16(), reader.uint16()];
  if (version === 3) reader.skip(1);
  const block = (size: number): HeaderReader => {
    const content = new HeaderReader(reader.slice(size));
    if (version === 1) reader.skip((8 - (size % 8)) % 8);
    return content;
  };
  const name = block(nameSize).text(nameSize).replace(/\0.*$/s, '');
  const type = block(typeSize);
  const space = block(spaceSize);
  if (version > 1 && (flags & 3) !== 0) throw new UnusualStorageError(); // a committed type
  const count = elementCount(space);
  if (count === null) return;
  if (name === 'DIMENSION_LIST') found.dimensionScales = parseDimensionList(source, type, reader, count);
  else {
    const value = parseValue(source, type, reader, count);
    if (value !== undefined) found.attributes[name] = value;
  }
}

/** Number of elements; null for a dataspace without any. */
function elementCount(space: HeaderReader): number | null {
  const version = space.uint8();
  const rank = space.uint8();
  space.skip(1);
  const isNull = version === 2 && space.uint8() === 2;
  if (version === 1) space.skip(5);
  if (isNull) return null;
  let count = 1;
  for (let d = 0; d < rank; d++) count *= space.uint(8);
  if (count > MAX_ELEMENTS) throw damagedFile('an attribute has too many values');
  return count === 0 ? null : count;
}

function parseValue(
  source: HeaderSource,
  type: HeaderReader,
  data: HeaderReader,
  count: number,
): RawAttributes[string] | undefined {
  const typeClass = type.uint8() & 0x0f;
  const bits = type.uint8();
  type.skip(2);
  const size = type.uint32();
  const list = <T extends number | string>(next: () => T): T | T[] => {
    const items = Array.from({ length: count }, next);
    return items.length === 1 ? items[0]! : items;
  };
  switch (typeClass) {
    case 0:
      if (![1, 2, 4, 8].includes(size)) return undefined;
      return list(() => integer(data.slice(size), (bits & 1) === 0, (bits & 8) !== 0));
    case 1:
      if (size !== 4 && size !== 8) return undefined;
      return list(() => float(data.slice(size), (bits & 1) === 0));
    case 3:
      return list(() => text(data.slice(size)));
    case 8:
      return parseValue(source, type, data, count);
    case 9:
      if ((bits & 0x0f) !== 1) return undefined;
      return list(() => text(readHeapObject(source, data)));
    default:
      return undefined;
  }
}

/**
 * A vlen list of object references per dimension; the first scale of each counts. Only the 8-byte references of the dimension-scale
 * convention are accepted: the newer ones can name other files.
 */
function parseDimensionList(
  source: HeaderSource,
  type: HeaderReader,
  data: HeaderReader,
  count: number,
): (number | null)[] {
  if ((type.uint8() & 0x0f) !== 9) return [];
  type.skip(7);
  const isReference = (type.uint8() & 0x0f) === 7;
  type.skip(3);
  if (!isReference || type.uint32() !== 8) return [];
  return Array.from({ length: count }, () => {
    const references = new HeaderReader(readHeapObject(source, data));
    return references.remaining >= 8 ? references.address() : null;
  });
}

/** The bytes a vlen element points to in the global heap. */
function readHeapObject(source: HeaderSource, element: HeaderReader): Uint8Array {
  element.skip(4);
  const collection = element.address();
  const wantedIndex = element.uint32();
  if (wantedIndex === 0 || collection <= 0) return new Uint8Array(0);
  const head = source.read(collection, 16);
  head.signature('GCOL');
  head.skip(4);
  const heap = source.read(collection, head.uint(8));
  heap.skip(16);
  while (heap.remaining >= 16) {
    const index = heap.uint16();
    heap.skip(6);
    const size = heap.uint(8);
    if (index === 0) break;
    if (index === wantedIndex) return heap.slice(size);
    heap.skip(Math.ceil(size / 8) * 8);
  }
  throw damagedFile('an attribute points to a missing text');
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function integer(bytes: Uint8Array, isLittleEndian: boolean, isSigned: boolean): number {
  const ordered = isLittleEndian ? bytes : bytes.toReversed();
  let value = 0n;
  for (let i = ordered.length - 1; i >= 0; i--) value = value * 256n + BigInt(ordered[i]!);
  return Number(isSigned ? BigInt.asIntN(ordered.length * 8, value) : value);
}

function float(bytes: Uint8Array, isLittleEndian: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 4 ? view.getFloat32(0, isLittleEndian) : view.getFloat64(0, isLittleEndian);
}
