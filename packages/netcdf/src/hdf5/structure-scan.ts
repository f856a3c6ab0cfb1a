import type { ByteSource } from '../byte-source.js';
import { NetcdfError, type NetcdfErrorCode } from '../netcdf-error.js';
import type { NetcdfType } from '../netcdf-file.js';
import { readableBytes } from '../readable-bytes.js';
import { product } from '../decoding/slab.js';
import { DEFAULT_STRUCTURE_LIMITS, type StructureLimits } from '../structure-limits.js';
import { UnusualStorageError } from './dense-storage.js';
import { damagedFile, type HeaderReader, HeaderSource, UNDEFINED_ADDRESS } from './header-reader.js';
import { readGroupLinks, TooManyLinksError, type GroupLink } from './group-links.js';
import {
  MESSAGE,
  readObjectHeader,
  resolveShared,
  singleMessage,
  type HeaderMessage,
} from './object-header.js';

/** Where the values of a dataset lie. `offset` is a position in the file; null: never written. */
export type Hdf5Layout =
  | { kind: 'contiguous'; offset: number | null; sizeBytes: number }
  | { kind: 'compact' }
  | { kind: 'chunked'; chunkShape: number[]; chunkTree: number | null };

export type Hdf5Dataset = {
  /** Path without the leading slash. */
  path: string;
  /** Address of the object header, which is how references name an object. */
  address: number;
  shape: number[];
  type: NetcdfType;
  isLittleEndian: boolean;
  elementBytes: number;
  layout: Hdf5Layout;
  /** Filter ids in the order in which they were applied: 1 deflate, 2 shuffle, 3 fletcher32. */
  filters: number[];
};

export type Hdf5Structure = {
  baseOffset: number;
  rootAddress: number;
  datasets: Hdf5Dataset[];
  groups: string[];
};

export const MAX_HEADER_BYTES = 64 * 2 ** 20; // bytes of headers that one scan reads at most
const MAX_RANK = 32;
const ACCEPTED_FILTERS = new Set([1, 2, 3]);
const FILTER_NAMES: Record<number, string> = {
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  307: 'bzip2',
  32001: 'blosc',
  32004: 'lz4',
  32013: 'zfp',
  32015: 'zstd',
  32017: 'sz',
  32026: 'blosc2',
};
const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * The structure gate for HDF5: walks the object headers of a file, without the HDF5 library and without reading a value, and
 * refuses whatever could reach another file, run foreign code or expand without bound.
 *
 * @throws NetcdfError with the code of the first thing that is refused.
 * Source: HDF5 File Format Specification 3.0 (superblock 0–3, object headers 1–2, layout messages 1–4).
 */
export function scanHdf5Structure(
  source: ByteSource,
  partialLimits: Partial<StructureLimits> = {},
): Hdf5Structure {
  const limits = { ...DEFAULT_STRUCTURE_LIMITS, ...partialLimits };
  const { headers, rootAddress } = readSuperblock(source);
  const datasets: Hdf5Dataset[] = [];
  const groups: string[] = [];
  const visited = new Set<number>();
  let declaredBytes = 0;
  let objectCount = 0;

  const visit = (address: number, path: string, depth: number): void => {
    if (visited.has(address)) {
      // A second hard link to an object: the netCDF model has none, and a link to a parent would be a cycle.
      throw refuse(
        'too-many-objects',
        `'${path}'`,
        'it is a second name for another object',
        'one name per variable',
      );
    }
    visited.add(address);
    objectCount += 1;
    if (objectCount > limits.maxObjects) throw tooManyObjects(limits);
    const messages = readObjectHeader(headers, address);
    const name = path === '' ? 'the file' : `variable '${path}'`;
    if (messages.some((message) => message.type === MESSAGE.externalFiles)) {
      throw refuse(
        'external-storage',
        name,
        'its values are kept in another file (HDF5 external storage)',
        'values inside the uploaded file',
        'Copy the file with h5repack or nccopy where the other file is present, then upload the copy.',
      );
    }
    const isGroup = [MESSAGE.symbolTable, MESSAGE.linkInfo, MESSAGE.groupInfo, MESSAGE.link].some((type) =>
      messages.some((message) => message.type === type),
    );
    if (singleMessage(messages, MESSAGE.layout)) {
      if (isGroup) throw damagedFile(`'${path}' is a variable and a group at once`);
      const dataset = parseDataset(headers, messages, path, address);
      checkDataset(dataset, name, limits);
      declaredBytes += product(dataset.shape) * dataset.elementBytes;
      datasets.push(dataset);
      return;
    }
    if (!isGroup) return; // a named type: harmless, and only read if a dataset refers to it
    if (path !== '') groups.push(path);
    if (depth > limits.maxGroupDepth) {
      throw refuse(
        'too-many-objects',
        `group '${path}'`,
        `groups are nested deeper than ${limits.maxGroupDepth}`,
        'few groups',
      );
    }
    for (const link of linksOf(headers, messages, limits)) {
      const childPath = path === '' ? link.name : `${path}/${link.name}`;
      if (link.kind !== 'hard') throw refuseLink(link, childPath);
      if (link.name === '' || link.name.includes('/') || link.name === '.' || link.name.includes('\0')) {
        throw damagedFile('an object has an impossible name');
      }
      visit(link.address, childPath, depth + 1);
    }
  };
  visit(rootAddress, '', 0);
  checkDeclaredBytes(declaredBytes, source.sizeBytes, limits);
  return { baseOffset: headers.baseAddress, rootAddress, datasets, groups };
}

/** Checks the sum of what a file declares against its own size and the bounds. */
export function checkDeclaredBytes(declaredBytes: number, fileBytes: number, limits: StructureLimits): void {
  if (declaredBytes > limits.maxDeclaredBytes) {
    throw refuse(
      'declared-size-too-large',
      'the variables of the file',
      `together they declare ${readableBytes(declaredBytes)}`,
      `at most ${readableBytes(limits.maxDeclaredBytes)}`,
      'Keep only the sea surface height, the area and the days that are asked for.',
    );
  }
  const ratio = declaredBytes / Math.max(1, fileBytes);
  if (declaredBytes > limits.ratioFreeBytes && ratio > limits.maxExpansionRatio) {
    throw refuse(
      'compression-ratio-too-large',
      'the variables of the file',
      `${readableBytes(fileBytes)} expand to ${readableBytes(declaredBytes)}, ${Math.round(ratio)} times as much`,
      `at most ${limits.maxExpansionRatio} times as much`,
      'Leave out variables that were never written, or write the file with less compression.',
    );
  }
}

function readSuperblock(source: ByteSource): { headers: HeaderSource; rootAddress: number } {
  const base = findSignature(source);
  const headers = new HeaderSource(source, base, MAX_HEADER_BYTES);
  const reader = headers.readUpTo(0, 128);
  reader.skip(8);
  const version = reader.uint8();
  if (version > 3) throw damagedFile(`its superblock has the unknown version ${version}`);
  let rootAddress: number;
  let endOfFile: number;
  if (version <= 1) {
    reader.skip(4);
    requireEightByteFields(reader);
    reader.skip(1 + 4 + 4 + (version === 1 ? 4 : 0));
    requireBase(reader.address(), base);
    reader.skip(8);
    endOfFile = reader.address();
    if (reader.address() !== UNDEFINED_ADDRESS) throw splitFile();
    reader.skip(8);
    rootAddress = reader.address();
  } else {
    requireEightByteFields(reader);
    reader.skip(1);
    requireBase(reader.address(), base);
    const extension = reader.address();
    endOfFile = reader.address();
    rootAddress = reader.address();
    if (extension !== UNDEFINED_ADDRESS) checkExtension(headers, extension);
  }
  if (endOfFile === UNDEFINED_ADDRESS || endOfFile > source.sizeBytes) {
    throw damagedFile(
      `it is cut off: ${readableBytes(source.sizeBytes)} are there, its header says ${readableBytes(endOfFile)}`,
    );
  }
  return { headers, rootAddress };
}

/** The superblock may follow a user block of 512, 1024, 2048 … bytes. */
function findSignature(source: ByteSource): number {
  for (let offset = 0; offset + 8 <= source.sizeBytes; offset = offset === 0 ? 512 : offset * 2) {
    const bytes = new Uint8Array(8);
    source.readInto(bytes, offset);
    if (HDF5_SIGNATURE.every((byte, i) => bytes[i] === byte)) return offset;
    if (offset > 2 ** 20) break; // netCDF writes no user block; 1 MiB is generous
  }
  throw damagedFile('it has no HDF5 signature');
}

function requireEightByteFields(reader: HeaderReader): void {
  const offsetBytes = reader.uint8();
  const lengthBytes = reader.uint8();
  if (offsetBytes !== 8 || lengthBytes !== 8) throw damagedFile('its addresses are not 8 bytes wide');
}

function requireBase(declared: number, found: number): void {
  if (declared !== found) throw damagedFile('its superblock is not where it says');
}

function checkExtension(headers: HeaderSource, address: number): void {
  for (const message of readObjectHeader(headers, address)) {
    if (message.type === MESSAGE.driverInfo) throw splitFile();
    if (message.type === MESSAGE.sharedMessageTable || message.type === MESSAGE.cacheImage) {
      throw damagedFile('it uses shared message tables or a cache image, which are not accepted');
    }
  }
}

function splitFile(): NetcdfError {
  return refuse(
    'external-storage',
    'the file',
    'it is one part of a file split over several',
    'one complete file',
  );
}

function linksOf(
  headers: HeaderSource,
  messages: readonly HeaderMessage[],
  limits: StructureLimits,
): GroupLink[] {
  try {
    return readGroupLinks(headers, messages, limits.maxObjects);
  } catch (error) {
    if (error instanceof TooManyLinksError) throw tooManyObjects(limits);
    if (error instanceof UnusualStorageError) throw damagedFile('a name is stored in an unusual way', error);
    throw error;
  }
}

function parseDataset(
  headers: HeaderSource,
  messages: readonly HeaderMessage[],
  path: string,
  address: number,
): Hdf5Dataset {
  const dataspace = singleMessage(messages, MESSAGE.dataspace);
  const datatype = singleMessage(messages, MESSAGE.datatype);
  const layout = singleMessage(messages, MESSAGE.layout);
  const filters = singleMessage(messages, MESSAGE.filters);
  if (!dataspace || !datatype || !layout) throw damagedFile(`variable '${path}' has no shape or no type`);
  const shape = parseDataspace(resolveShared(headers, dataspace));
  const type = parseDatatype(resolveShared(headers, datatype), path);
  return {
    path,
    address,
    shape,
    ...type,
    layout: parseLayout(headers, layout.reader, path, shape.length),
    filters: filters ? parseFilters(resolveShared(headers, filters)) : [],
  };
}

function parseDataspace(reader: HeaderReader): number[] {
  const version = reader.uint8();
  const rank = reader.uint8();
  reader.skip(version === 1 ? 6 : 2);
  if (version > 2 || rank > MAX_RANK) throw damagedFile('a shape has an unknown form');
  return Array.from({ length: rank }, () => reader.uint(8));
}

function parseDatatype(
  reader: HeaderReader,
  path: string,
): Pick<Hdf5Dataset, 'type' | 'isLittleEndian' | 'elementBytes'> {
  const classAndVersion = reader.uint8();
  const bits = reader.uint8();
  const highBits = reader.uint16();
  const elementBytes = reader.uint32();
  if (elementBytes === 0) throw damagedFile(`variable '${path}' has elements of size 0`);
  const isLittleEndian = (bits & 1) === 0;
  const of = (type: NetcdfType): Pick<Hdf5Dataset, 'type' | 'isLittleEndian' | 'elementBytes'> => ({
    type,
    isLittleEndian,
    elementBytes,
  });
  switch (classAndVersion & 0x0f) {
    case 0: {
      const isWhole = reader.uint16() === 0 && reader.uint16() === elementBytes * 8;
      const name = `${(bits & 8) !== 0 ? '' : 'u'}int${elementBytes * 8}`;
      return of(isWhole && isIntegerType(name) ? name : 'unsupported');
    }
    case 1:
      return of(
        isIeeeFloat(reader, bits, highBits, elementBytes)
          ? elementBytes === 4
            ? 'float32'
            : 'float64'
          : 'unsupported',
      );
    case 3:
      return of(elementBytes === 1 ? 'char' : 'unsupported');
    case 8:
      return parseDatatype(reader, path); // an enumeration is stored as its base type, which follows
    case 9:
      if ((bits & 0x0f) === 1) return of('string');
      throw refuseType(path, 'a variable-length type');
    case 6:
      throw refuseType(path, 'a compound type');
    case 7:
      throw refuseType(path, 'a reference type');
    case 10:
      throw refuseType(path, 'an array type');
    default:
      return of('unsupported');
  }
}

function isIntegerType(
  name: string,
): name is 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' {
  return /^u?int(8|16|32|64)$/.test(name);
}

/** True for IEEE 754 binary32 and binary64; anything else would need a conversion that this package does not do. */
function isIeeeFloat(reader: HeaderReader, bits: number, highBits: number, elementBytes: number): boolean {
  if ((bits & 0x40) !== 0) return false; // VAX order
  const signLocation = highBits & 0xff;
  const fields = [
    reader.uint16(),
    reader.uint16(),
    reader.uint8(),
    reader.uint8(),
    reader.uint8(),
    reader.uint8(),
    reader.uint32(),
  ];
  const expected = elementBytes === 4 ? [0, 32, 23, 8, 0, 23, 127] : [0, 64, 52, 11, 0, 52, 1023];
  return (
    (elementBytes === 4 || elementBytes === 8) &&
    signLocation === elementBytes * 8 - 1 &&
    fields.every((field, i) => field === expected[i])
  );
}

function parseLayout(headers: HeaderSource, reader: HeaderReader, path: string, rank: number): Hdf5Layout {
  const version = reader.uint8();
  if (version < 1 || version > 5) throw damagedFile(`variable '${path}' has an unknown storage layout`);
  if (version <= 2) {
    const dimensionality = reader.uint8();
    const kind = reader.uint8();
    reader.skip(5);
    if (kind === 0) return { kind: 'compact' };
    const address = reader.address();
    if (kind === 1) return contiguous(headers, address, null);
    return chunked(headers, path, rank, dimensionality, () => reader.uint32(), address);
  }
  const kind = reader.uint8();
  if (kind === 0) return { kind: 'compact' };
  if (kind === 1) {
    const address = reader.address();
    return contiguous(headers, address, reader.uint(8));
  }
  if (kind === 3) {
    throw refuse(
      'virtual-dataset',
      `variable '${path}'`,
      'it is a view of other files (HDF5 virtual dataset)',
      'values inside the uploaded file',
      'Copy the file with h5repack or nccopy where the other files are present, then upload the copy.',
    );
  }
  if (kind !== 2) throw damagedFile(`variable '${path}' has an unknown storage layout`);
  if (version === 3) {
    const dimensionality = reader.uint8();
    const address = reader.address();
    return chunked(headers, path, rank, dimensionality, () => reader.uint32(), address);
  }
  reader.skip(1);
  const dimensionality = reader.uint8();
  const fieldBytes = reader.uint8();
  if (fieldBytes < 1 || fieldBytes > 8) throw damagedFile(`variable '${path}' has an unknown storage layout`);
  return chunked(headers, path, rank, dimensionality, () => reader.uint(fieldBytes), UNDEFINED_ADDRESS);
}

function contiguous(headers: HeaderSource, address: number, sizeBytes: number | null): Hdf5Layout {
  if (address === UNDEFINED_ADDRESS) return { kind: 'contiguous', offset: null, sizeBytes: sizeBytes ?? 0 };
  const offset = headers.offsetOf(address);
  if (offset + (sizeBytes ?? 0) > headers.sizeBytes)
    throw damagedFile('it is cut off: values lie beyond its end');
  return { kind: 'contiguous', offset, sizeBytes: sizeBytes ?? headers.sizeBytes - offset };
}

function chunked(
  headers: HeaderSource,
  path: string,
  rank: number,
  dimensionality: number,
  nextSize: () => number,
  treeAddress: number,
): Hdf5Layout {
  if (dimensionality !== rank + 1)
    throw damagedFile(`variable '${path}' has chunks of another rank than itself`);
  const sizes = Array.from({ length: dimensionality }, nextSize);
  if (sizes.some((size) => size === 0)) throw damagedFile(`variable '${path}' has chunks of size 0`);
  const chunkTree = treeAddress === UNDEFINED_ADDRESS ? null : headers.offsetOf(treeAddress);
  return { kind: 'chunked', chunkShape: sizes.slice(0, rank), chunkTree };
}

function parseFilters(reader: HeaderReader): number[] {
  const version = reader.uint8();
  const count = reader.uint8();
  if (version < 1 || version > 2) throw damagedFile('a filter list has an unknown version');
  if (version === 1) reader.skip(6);
  return Array.from({ length: count }, () => {
    const id = reader.uint16();
    const nameLength = version === 1 || id >= 256 ? reader.uint16() : 0;
    reader.skip(2);
    const valueCount = reader.uint16();
    reader.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    reader.skip(valueCount * 4 + (version === 1 && valueCount % 2 === 1 ? 4 : 0));
    return id;
  });
}

function checkDataset(dataset: Hdf5Dataset, name: string, limits: StructureLimits): void {
  const refused = dataset.filters.find((id) => !ACCEPTED_FILTERS.has(id));
  if (refused !== undefined) {
    throw refuse(
      'unsupported-filter',
      name,
      `it is compressed with ${FILTER_NAMES[refused] ?? 'a filter'} (HDF5 filter ${refused})`,
      'no compression, or deflate (zlib) with or without shuffle',
      'Rewrite the file, e.g. with: nccopy -d 4 -s in.nc out.nc',
    );
  }
  const declared = product(dataset.shape) * dataset.elementBytes;
  const { layout } = dataset;
  if (layout.kind === 'chunked') {
    const chunkBytes = product(layout.chunkShape) * dataset.elementBytes;
    if (chunkBytes > limits.maxChunkBytes) {
      throw refuse(
        'declared-size-too-large',
        name,
        `its chunks are ${readableBytes(chunkBytes)} each`,
        `chunks of at most ${readableBytes(limits.maxChunkBytes)}`,
        'Write the file with one chunk per day, e.g. nccopy -c time/1 in.nc out.nc',
      );
    }
  }
  if (layout.kind === 'contiguous' && layout.offset !== null && declared > layout.sizeBytes) {
    throw damagedFile(
      `${name} declares ${readableBytes(declared)} but stores ${readableBytes(layout.sizeBytes)}`,
    );
  }
}

function refuseLink(link: GroupLink, path: string): NetcdfError {
  if (link.kind === 'soft') {
    return refuse(
      'soft-link',
      `'${path}'`,
      'it is a symbolic link',
      'variables and groups only',
      'Remove the link from the file.',
    );
  }
  return refuse(
    'external-link',
    `'${path}'`,
    'it is a link to another file',
    'variables and groups inside the uploaded file',
    'Copy the linked variable into the file, then upload it.',
  );
}

function refuseType(path: string, found: string): NetcdfError {
  return refuse(
    'unsupported-type',
    `variable '${path}'`,
    `it has ${found}`,
    'numbers (integers or floats of 1 to 8 bytes)',
    'Leave this variable out, or write it as plain numbers.',
  );
}

function tooManyObjects(limits: StructureLimits): NetcdfError {
  return refuse(
    'too-many-objects',
    'the file',
    `it holds more than ${limits.maxObjects} variables and groups`,
    'fewer',
  );
}

function refuse(
  code: NetcdfErrorCode,
  where: string,
  found: string,
  expected: string,
  fix = 'Write the file again with xarray (ds.to_netcdf) or the netCDF library, with the sea surface height and its coordinates only.',
): NetcdfError {
  return new NetcdfError({ code, where, found, expected, fix });
}
