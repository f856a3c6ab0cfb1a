import { readBytes, type ByteSource } from '../byte-source.js';
import type { SlabValues } from '../netcdf-file.js';
import { allocateValues, bytesOf, forEachRun, product, swapBytes } from '../decoding/slab.js';
import type { ChunkIndex, StoredChunk } from './chunk-index.js';
import { damagedFile } from './header-reader.js';
import type { Hdf5Dataset } from './structure-scan.js';

/** Decompresses one zlib stream; fails when the result would be longer than `maxBytes`. */
export type Inflate = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

const DEFLATE = 1;
const SHUFFLE = 2;
const BYTES_IN_FLIGHT = 32 * 2 ** 20;
const MAX_IN_FLIGHT = 4; // as many as Node has threads for decompression

/** True when readChunkedSlab can read the dataset; the rest is left to the HDF5 library. */
export function canReadChunks(dataset: Hdf5Dataset): boolean {
  const { filters } = dataset;
  const isKnown = filters.every((id) => id === DEFLATE || id === SHUFFLE); // checksums are left to the library
  return dataset.shape.length > 0 && isKnown && new Set(filters).size === filters.length;
}

/**
 * Reads a slab chunk by chunk, each decompressed once, several at a time.
 *
 * @returns the values as stored, or null when a chunk was never written (the HDF5 library knows the fill value).
 * @throws NetcdfError 'unreadable-file' for a chunk that does not expand to its size.
 */
export async function readChunkedSlab(
  source: ByteSource,
  dataset: Hdf5Dataset,
  index: ChunkIndex,
  start: readonly number[],
  count: readonly number[],
  inflate: Inflate,
): Promise<SlabValues | null> {
  const { layout } = dataset;
  if (layout.kind !== 'chunked') return null;
  const { chunkShape } = layout;
  const wanted = chunksOfSlab(index, chunkShape, start, count);
  if (wanted === null) return null;
  const values = allocateValues(dataset.type, product(count));
  const chunkBytes = product(chunkShape) * dataset.elementBytes;
  const inFlight = Math.max(1, Math.min(MAX_IN_FLIGHT, Math.floor(BYTES_IN_FLIGHT / chunkBytes)));
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < wanted.length) {
      const { chunk, first } = wanted[next++]!;
      const bytes = await decodeChunk(source, dataset, chunk, chunkBytes, inflate);
      copyChunk(values, bytes, dataset, chunkShape, first, start, count);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, wanted.length) }, work));
  if (!dataset.isLittleEndian) swapBytes(values);
  return values;
}

type WantedChunk = { chunk: StoredChunk; first: number[] };

function chunksOfSlab(
  index: ChunkIndex,
  chunkShape: readonly number[],
  start: readonly number[],
  count: readonly number[],
): WantedChunk[] | null {
  const wanted: WantedChunk[] = [];
  const from = start.map((first, d) => Math.floor(first / chunkShape[d]!));
  const lengths = from.map(
    (first, d) => Math.floor((start[d]! + count[d]! - 1) / chunkShape[d]!) - first + 1,
  );
  let isComplete = true;
  forEachRun(index.gridShape, from, lengths, (gridIndex, length) => {
    for (let i = 0; i < length; i++) {
      const chunk = index.chunks.get(gridIndex + i);
      if (chunk) wanted.push({ chunk, first: firstElement(gridIndex + i, index.gridShape, chunkShape) });
      else isComplete = false;
    }
  });
  return isComplete ? wanted : null;
}

function firstElement(
  gridIndex: number,
  gridShape: readonly number[],
  chunkShape: readonly number[],
): number[] {
  const first = new Array<number>(gridShape.length);
  let rest = gridIndex;
  for (let d = gridShape.length - 1; d >= 0; d--) {
    first[d] = (rest % gridShape[d]!) * chunkShape[d]!;
    rest = Math.floor(rest / gridShape[d]!);
  }
  return first;
}

async function decodeChunk(
  source: ByteSource,
  dataset: Hdf5Dataset,
  chunk: StoredChunk,
  chunkBytes: number,
  inflate: Inflate,
): Promise<Uint8Array> {
  // A stored chunk is never much longer than its values, or its size is wrong: check before reserving memory.
  if (chunk.sizeBytes > chunkBytes * 2 + 1024)
    throw damagedFile(`a chunk of '${dataset.path}' is longer than its values`);
  let bytes: Uint8Array = readBytes(source, chunk.offset, chunk.sizeBytes);
  for (let i = dataset.filters.length - 1; i >= 0; i--) {
    if ((chunk.skippedFilters & (1 << i)) !== 0) continue;
    if (dataset.filters[i] === DEFLATE) {
      try {
        bytes = await inflate(bytes, chunkBytes);
      } catch (error) {
        throw damagedFile(`a chunk of '${dataset.path}' does not decompress`, error);
      }
    } else {
      bytes = unshuffle(bytes, dataset.elementBytes);
    }
  }
  if (bytes.length !== chunkBytes) {
    throw damagedFile(
      `a chunk of '${dataset.path}' expands to ${bytes.length} bytes instead of ${chunkBytes}`,
    );
  }
  return bytes;
}

/** Undoes the shuffle filter: first bytes of all elements, then second bytes, … */
function unshuffle(bytes: Uint8Array, elementBytes: number): Uint8Array {
  if (elementBytes === 1) return bytes;
  const count = Math.floor(bytes.length / elementBytes);
  const plain = new Uint8Array(bytes.length);
  if (elementBytes === 4) {
    for (let i = 0, at = 0; i < count; i++, at += 4) {
      plain[at] = bytes[i]!;
      plain[at + 1] = bytes[count + i]!;
      plain[at + 2] = bytes[2 * count + i]!;
      plain[at + 3] = bytes[3 * count + i]!;
    }
  } else {
    for (let byte = 0; byte < elementBytes; byte++) {
      for (let i = 0, from = byte * count, at = byte; i < count; i++, at += elementBytes)
        plain[at] = bytes[from + i]!;
    }
  }
  plain.set(bytes.subarray(count * elementBytes), count * elementBytes);
  return plain;
}

/** Copies the part of a chunk that lies in the slab. */
function copyChunk(
  values: SlabValues,
  bytes: Uint8Array,
  dataset: Hdf5Dataset,
  chunkShape: readonly number[],
  first: readonly number[],
  start: readonly number[],
  count: readonly number[],
): void {
  const { elementBytes } = dataset;
  const target = bytesOf(values);
  const low = first.map((position, d) => Math.max(position, start[d]!));
  const high = first.map((position, d) => Math.min(position + chunkShape[d]!, start[d]! + count[d]!));
  const size = low.map((position, d) => high[d]! - position);
  const inChunk = low.map((position, d) => position - first[d]!);
  const inSlab = low.map((position, d) => position - start[d]!);
  // Runs of the part inside the chunk and inside the slab differ in length; both number the same elements in C order.
  const strides = count.map((_, d) => product(count.slice(d + 1)));
  const rowLength = size[size.length - 1]!;
  forEachRun(chunkShape, inChunk, size, (chunkIndex, length, partIndex) => {
    for (let done = 0; done < length; done += rowLength) {
      let rest = Math.floor((partIndex + done) / rowLength);
      let at = inSlab[size.length - 1]!;
      for (let d = size.length - 2; d >= 0; d--) {
        at += (inSlab[d]! + (rest % size[d]!)) * strides[d]!;
        rest = Math.floor(rest / size[d]!);
      }
      const from = (chunkIndex + done) * elementBytes;
      target.set(bytes.subarray(from, from + rowLength * elementBytes), at * elementBytes);
    }
  });
}
