import type { ByteSource } from '../byte-source.js';
import { damagedFile, HeaderReader } from './header-reader.js';
import { readBytes } from '../byte-source.js';
import type { Hdf5Dataset } from './structure-scan.js';

/** A stored chunk: its place in the file and which filters were left out for it. */
export type StoredChunk = { offset: number; sizeBytes: number; skippedFilters: number };

/** Chunks by their position in the grid of chunks, counted in C order. */
export type ChunkIndex = { gridShape: number[]; chunks: ReadonlyMap<number, StoredChunk> };

const MAX_INDEXED_CHUNKS = 1_000_000; // 100 bytes each; beyond this the HDF5 library looks chunks up one by one

/**
 * Reads the version-1 B-tree of a chunked dataset (what the netCDF library and h5wasm write); null for the newer indexes.
 *
 * @throws NetcdfError 'unreadable-file' when the index is damaged.
 * Source: HDF5 File Format Specification 3.0, §III.A.1.
 */
export function readChunkIndex(
  source: ByteSource,
  dataset: Hdf5Dataset,
  baseOffset: number,
): ChunkIndex | null {
  const { layout, shape } = dataset;
  if (layout.kind !== 'chunked' || layout.chunkTree === null) return null;
  const { chunkShape } = layout;
  const gridShape = shape.map((size, d) => Math.ceil(size / chunkShape[d]!));
  const chunkCount = gridShape.reduce((total, size) => total * size, 1);
  if (chunkCount > MAX_INDEXED_CHUNKS) return null;
  const chunks = new Map<number, StoredChunk>();
  const visited = new Set<number>();
  const keyBytes = 8 + 8 * (shape.length + 1);

  const visit = (nodeOffset: number, level: number | null): void => {
    if (visited.has(nodeOffset) || nodeOffset < 0)
      throw damagedFile(`the index of '${dataset.path}' refers to itself`);
    visited.add(nodeOffset);
    const head = new HeaderReader(readBytes(source, nodeOffset, 24));
    head.signature('TREE');
    if (head.uint8() !== 1) throw damagedFile(`the index of '${dataset.path}' has the wrong type`);
    const nodeLevel = head.uint8();
    if (level !== null && nodeLevel !== level)
      throw damagedFile(`the index of '${dataset.path}' has inconsistent levels`);
    const count = head.uint16();
    const entries = new HeaderReader(readBytes(source, nodeOffset + 24, count * (keyBytes + 8)));
    for (let i = 0; i < count; i++) {
      const sizeBytes = entries.uint32();
      const skippedFilters = entries.uint32();
      const position = shape.map(() => entries.uint(8));
      entries.skip(8);
      const child = baseOffset + entries.address();
      if (nodeLevel > 0) {
        visit(child, nodeLevel - 1);
        continue;
      }
      const index = positionInGrid(position, chunkShape, gridShape);
      // Chunks beyond the shape stay behind when a dataset shrinks; two for one place leave open which one is meant.
      if (index === null) continue;
      if (chunks.has(index)) throw damagedFile(`the index of '${dataset.path}' names a chunk twice`);
      chunks.set(index, { offset: child, sizeBytes, skippedFilters });
    }
  };
  visit(layout.chunkTree, null);
  return { gridShape, chunks };
}

function positionInGrid(
  position: readonly number[],
  chunkShape: readonly number[],
  gridShape: readonly number[],
): number | null {
  let index = 0;
  for (let d = 0; d < position.length; d++) {
    const along = position[d]! / chunkShape[d]!;
    if (!Number.isInteger(along)) throw damagedFile('a chunk does not lie on the grid of chunks');
    if (along >= gridShape[d]!) return null;
    index = index * gridShape[d]! + along;
  }
  return index;
}
