import type * as h5wasm from 'h5wasm/node';
import type { ByteSource } from '../byte-source.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfDimension, NetcdfFile, NetcdfVariable, SlabValues } from '../netcdf-file.js';
import {
  allocateValues,
  bytesOf,
  checkSlab,
  elementBytesOf,
  forEachRun,
  product,
  swapBytes,
} from '../decoding/slab.js';
import { readChunkIndex, type ChunkIndex } from './chunk-index.js';
import { canReadChunks, readChunkedSlab, type Inflate } from './chunked-slab.js';
import { UnusualStorageError } from './dense-storage.js';
import { damagedFile, HeaderSource } from './header-reader.js';
import { readHdf5Attributes, withoutInternal, type RawAttributes } from './hdf5-attributes.js';
import { openInLibrary, type LibraryAccess, type OpenLibrary } from './open-library.js';
import { readObjectAttributes } from './object-attributes.js';
import { MAX_HEADER_BYTES, type Hdf5Dataset, type Hdf5Structure } from './structure-scan.js';

const BLOCK_BYTES = 16 * 2 ** 20; // most that one call to the HDF5 library brings into its own memory, which never shrinks
const DIMENSION_WITHOUT_VARIABLE = 'This is a netCDF dimension but not a netCDF variable';

/** True for the 8-byte references of the dimension-scale convention; the newer ones can name other files and are not followed. */
function hasPlainScales(dataset: h5wasm.Dataset): boolean {
  return dataset.attrs['DIMENSION_LIST']?.metadata.vlen_type?.size === 8;
}

/** What the machine gives to the reader: its own decompression, and the HDF5 library with a way to the file. */
export type Hdf5Platform = {
  inflate: Inflate;
  /** Called when a file needs the library, and then once. */
  openLibrary: (source: ByteSource) => Promise<LibraryAccess>;
};

/**
 * Opens a NetCDF-4 file whose structure has passed the gate. Attributes, values that lie in one piece and chunks with the usual
 * index are read directly from the file; the rarer layouts, checksums and fill values come from the HDF5 library, which is
 * loaded only then.
 */
export async function openHdf5File(
  source: ByteSource,
  structure: Hdf5Structure,
  platform: Hdf5Platform,
): Promise<NetcdfFile> {
  let opened: OpenLibrary | undefined;
  const openLibrary = async (): Promise<OpenLibrary> => {
    if (opened) return opened;
    const access = await platform.openLibrary(source);
    opened ??= asUnreadable(() => openInLibrary(access));
    return opened;
  };
  const close = (): void => {
    opened?.close();
    opened = undefined;
  };
  try {
    const metadata = await readMetadata(source, structure, openLibrary);
    const datasets = new Map(structure.datasets.map((dataset) => [dataset.path, dataset]));
    const chunkIndexes = new Map<string, ChunkIndex | null>();
    const { dimensionNames, dimensions } = readDimensions(structure.datasets, metadata);
    const variables = structure.datasets
      .filter((dataset) => !isBareDimension(metadata.attributes.get(dataset.path)!))
      .map((dataset): NetcdfVariable => ({
        name: dataset.path,
        type: dataset.type,
        dimensions: dimensionNames.get(dataset.path)!,
        shape: dataset.shape,
        attributes: withoutInternal(metadata.attributes.get(dataset.path)!),
        chunkShape: dataset.layout.kind === 'chunked' ? dataset.layout.chunkShape : null,
        isCompressed: dataset.filters.includes(1),
      }));
    return {
      format: 'netcdf4',
      dimensions,
      variables,
      attributes: withoutInternal(metadata.fileAttributes),
      async readSlab(name, start, count) {
        const dataset = datasets.get(name);
        if (!dataset) throw new RangeError(`no variable '${name}'`);
        checkSlab(dataset.path, dataset.shape, start, count);
        requireNumeric(dataset);
        if (dataset.layout.kind === 'contiguous' && dataset.layout.offset !== null) {
          return readContiguousSlab(source, dataset, dataset.layout.offset, start, count);
        }
        if (canReadChunks(dataset)) {
          if (!chunkIndexes.has(name)) {
            chunkIndexes.set(name, readChunkIndex(source, dataset, structure.baseOffset));
          }
          const index = chunkIndexes.get(name) ?? null;
          const values =
            index && (await readChunkedSlab(source, dataset, index, start, count, platform.inflate));
          if (values) return values;
        }
        return readSlabWithLibrary(await openLibrary(), dataset, start, count);
      },
      async readTexts(name) {
        const dataset = datasets.get(name);
        if (dataset?.type !== 'string' || dataset.shape.length !== 1)
          throw new RangeError(`no one-dimensional variable '${name}' with texts`);
        const { library, file } = await openLibrary();
        const texts: unknown = asUnreadable(() => datasetOf(library, file, name).value);
        if (!Array.isArray(texts) || texts.length !== dataset.shape[0])
          throw damagedFile(`variable '${name}' does not have the texts it declares`);
        return texts.map((text) => (typeof text === 'string' ? text.trim() : ''));
      },
      contiguousOffset(name) {
        const dataset = datasets.get(name);
        return dataset?.layout.kind === 'contiguous' && dataset.isLittleEndian ? dataset.layout.offset : null;
      },
      close() {
        close();
        source.close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Attributes and dimension scales by path; scales are paths of datasets. */
export type Hdf5Metadata = {
  fileAttributes: RawAttributes;
  attributes: ReadonlyMap<string, RawAttributes>;
  scales: ReadonlyMap<string, readonly (string | undefined)[]>;
};

async function readMetadata(
  source: ByteSource,
  structure: Hdf5Structure,
  openLibrary: () => Promise<OpenLibrary>,
): Promise<Hdf5Metadata> {
  try {
    return readMetadataDirectly(source, structure);
  } catch (error) {
    // What looks damaged here may only be unknown here: the library decides.
    if (!(error instanceof UnusualStorageError || error instanceof NetcdfError)) throw error;
    return asUnreadableAsync(async () => readMetadataWithLibrary(await openLibrary(), structure));
  }
}

/** @throws UnusualStorageError or NetcdfError when only the HDF5 library can read them, if at all. */
export function readMetadataDirectly(source: ByteSource, structure: Hdf5Structure): Hdf5Metadata {
  const headers = new HeaderSource(source, structure.baseOffset, MAX_HEADER_BYTES);
  const pathByAddress = new Map(structure.datasets.map((dataset) => [dataset.address, dataset.path]));
  const attributes = new Map<string, RawAttributes>();
  const scales = new Map<string, (string | undefined)[]>();
  for (const dataset of structure.datasets) {
    const found = readObjectAttributes(headers, dataset.address);
    attributes.set(dataset.path, found.attributes);
    scales.set(
      dataset.path,
      found.dimensionScales.map((address) => (address === null ? undefined : pathByAddress.get(address))),
    );
  }
  const fileAttributes = readObjectAttributes(headers, structure.rootAddress).attributes;
  return { fileAttributes, attributes, scales };
}

export function readMetadataWithLibrary(
  { library, file }: Pick<OpenLibrary, 'library' | 'file'>,
  structure: Hdf5Structure,
): Hdf5Metadata {
  const attributes = new Map<string, RawAttributes>();
  const scales = new Map<string, (string | undefined)[]>();
  for (const { path, shape } of structure.datasets) {
    const dataset = datasetOf(library, file, path);
    attributes.set(path, readHdf5Attributes(dataset));
    scales.set(
      path,
      shape.map((_, axis) =>
        hasPlainScales(dataset) ? dataset.get_attached_scales(axis)[0]?.replace(/^\//, '') : undefined,
      ),
    );
  }
  return { fileAttributes: readHdf5Attributes(file), attributes, scales };
}

/** Errors of the HDF5 library carry its own stack of messages; for the author of the file they all mean: damaged. */
function asUnreadable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NetcdfError) throw error;
    throw damagedFile('the HDF5 library cannot read it', error);
  }
}

async function asUnreadableAsync<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NetcdfError) throw error;
    throw damagedFile('the HDF5 library cannot read it', error);
  }
}

function datasetOf(library: typeof h5wasm, file: h5wasm.File, path: string): h5wasm.Dataset {
  const dataset = file.get(`/${path}`);
  if (!(dataset instanceof library.Dataset))
    throw damagedFile(`variable '${path}' is not there for the HDF5 library`);
  return dataset;
}

function isBareDimension(attributes: RawAttributes): boolean {
  return (
    attributes['CLASS'] === 'DIMENSION_SCALE' &&
    String(attributes['NAME']).startsWith(DIMENSION_WITHOUT_VARIABLE)
  );
}

/** Names of the dimensions of every dataset, from the dimension scales (netCDF-4's own convention). */
function readDimensions(
  datasets: readonly Hdf5Dataset[],
  { attributes, scales }: Hdf5Metadata,
): { dimensionNames: Map<string, string[]>; dimensions: NetcdfDimension[] } {
  const byDimensionId = new Map<number, string>();
  const sizes = new Map<string, number>();
  for (const dataset of datasets) {
    const raw = attributes.get(dataset.path)!;
    if (raw['CLASS'] !== 'DIMENSION_SCALE') continue;
    sizes.set(dataset.path, dataset.shape[0] ?? 1);
    if (typeof raw['_Netcdf4Dimid'] === 'number') byDimensionId.set(raw['_Netcdf4Dimid'], dataset.path);
  }
  const dimensionNames = new Map<string, string[]>();
  for (const dataset of datasets) {
    const raw = attributes.get(dataset.path)!;
    const isScale = raw['CLASS'] === 'DIMENSION_SCALE';
    const ids = [raw['_Netcdf4Coordinates']].flat().filter((id) => typeof id === 'number');
    const names = dataset.shape.map((size, axis): string => {
      const scale = isScale
        ? scaleOfScale(dataset, axis, ids, byDimensionId)
        : scales.get(dataset.path)?.[axis];
      const name = scale ?? `unnamed_${size}`;
      if (!sizes.has(name)) sizes.set(name, size);
      return name;
    });
    dimensionNames.set(dataset.path, names);
  }
  return { dimensionNames, dimensions: Array.from(sizes, ([name, size]) => ({ name, size })) };
}

function scaleOfScale(
  dataset: Hdf5Dataset,
  axis: number,
  ids: readonly number[],
  byDimensionId: ReadonlyMap<number, string>,
): string | undefined {
  if (dataset.shape.length === 1 || ids.length !== dataset.shape.length)
    return axis === 0 ? dataset.path : undefined;
  return byDimensionId.get(ids[axis]!);
}

function requireNumeric(dataset: Hdf5Dataset): void {
  if (elementBytesOf(dataset.type) !== undefined) return;
  throw new NetcdfError({
    code: 'unsupported-type',
    where: `variable '${dataset.path}'`,
    found: dataset.type === 'string' ? 'it holds texts' : 'it has a type that is not a plain number',
    expected: 'numbers (integers or floats of 1 to 8 bytes)',
    fix: 'Write the variable as float32 or float64.',
  });
}

function readContiguousSlab(
  source: ByteSource,
  dataset: Hdf5Dataset,
  begin: number,
  start: readonly number[],
  count: readonly number[],
): SlabValues {
  const values = allocateValues(dataset.type, product(count));
  const bytes = bytesOf(values);
  const { elementBytes } = dataset;
  forEachRun(dataset.shape, start, count, (sourceIndex, length, slabIndex) => {
    const target = bytes.subarray(slabIndex * elementBytes, (slabIndex + length) * elementBytes);
    source.readInto(target, begin + sourceIndex * elementBytes);
  });
  if (!dataset.isLittleEndian) swapBytes(values);
  return values;
}

function readSlabWithLibrary(
  { library, file }: OpenLibrary,
  dataset: Hdf5Dataset,
  start: readonly number[],
  count: readonly number[],
): SlabValues {
  const values = allocateValues(dataset.type, product(count));
  const stored = asUnreadable(() => datasetOf(library, file, dataset.path));
  if (dataset.shape.length === 0) {
    values.set(asUnreadable(() => [stored.value].flat()) as never);
    return values;
  }
  const chunkShape = dataset.layout.kind === 'chunked' ? dataset.layout.chunkShape : dataset.shape;
  forEachBlock(chunkShape, start, count, dataset.elementBytes, (blockStart, blockCount) => {
    const ranges = blockStart.map((first, i): [number, number] => [first, first + blockCount[i]!]);
    const block = asUnreadable(() => stored.slice(ranges));
    if (!isValuesLike(block, values)) {
      throw damagedFile(`variable '${dataset.path}' does not have the type it declares`);
    }
    const offset = blockStart.map((first, i) => first - start[i]!);
    forEachRun(count, offset, blockCount, (targetIndex, length, blockIndex) => {
      (values as Float64Array).set(
        (block as Float64Array).subarray(blockIndex, blockIndex + length),
        targetIndex,
      );
    });
  });
  return values;
}

function isValuesLike(block: unknown, values: SlabValues): boolean {
  return ArrayBuffer.isView(block) && block.constructor === values.constructor;
}

/** Cuts a slab into blocks of at most BLOCK_BYTES whose borders are chunk borders, so that no chunk is decompressed twice. */
function forEachBlock(
  chunkShape: readonly number[],
  start: readonly number[],
  count: readonly number[],
  elementBytes: number,
  visit: (start: number[], count: number[]) => void,
): void {
  const blockShape = chunkShape.map((size) => size);
  let bytes = product(blockShape) * elementBytes;
  for (let d = chunkShape.length - 1; d >= 0; d--) {
    const wanted = Math.ceil((count[d]! + (start[d]! % chunkShape[d]!)) / chunkShape[d]!);
    const factor = Math.max(1, Math.min(wanted, Math.floor(BLOCK_BYTES / bytes)));
    blockShape[d] = chunkShape[d]! * factor;
    bytes *= factor;
    if (factor < wanted) break;
  }
  const visitDimension = (d: number, blockStart: number[], blockCount: number[]): void => {
    if (d === chunkShape.length) return visit(blockStart, blockCount);
    const end = start[d]! + count[d]!;
    for (let first = start[d]!; first < end;) {
      const next = Math.min(end, (Math.floor(first / blockShape[d]!) + 1) * blockShape[d]!);
      visitDimension(d + 1, [...blockStart, first], [...blockCount, next - first]);
      first = next;
    }
  };
  visitDimension(0, [], []);
}
