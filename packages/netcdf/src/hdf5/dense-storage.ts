import { damagedFile, HeaderReader, UNDEFINED_ADDRESS, type HeaderSource } from './header-reader.js';

/** Something valid that this package leaves to the HDF5 library. */
export class UnusualStorageError extends Error {
  readonly tag = 'UnusualStorageError';
}

const log2 = (value: number): number => Math.floor(Math.log2(value));
/** Bytes that hold any number up to `limit` (H5VM_limit_enc_size). */
const encodedSize = (limit: number): number => Math.floor(log2(limit) / 8) + 1;

type FractalHeap = {
  offsetSize: number;
  lengthSize: number;
  tableWidth: number;
  startBlockSize: number;
  maxDirectSize: number;
  rootAddress: number;
  rootRows: number;
};

function readFractalHeap(source: HeaderSource, address: number): FractalHeap {
  const reader = source.read(address, 146);
  reader.signature('FRHP');
  reader.skip(1 + 2);
  if (reader.uint16() !== 0) throw damagedFile('a list of names is compressed');
  reader.skip(1);
  const maxManagedSize = reader.uint32();
  reader.skip(12 * 8);
  const tableWidth = reader.uint16();
  const startBlockSize = reader.uint(8);
  const maxDirectSize = reader.uint(8);
  const maxHeapBits = reader.uint16();
  reader.skip(2);
  const rootAddress = reader.address();
  const rootRows = reader.uint16();
  const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));
  if (
    ![tableWidth, startBlockSize, maxDirectSize].every(isPowerOfTwo) ||
    maxDirectSize < startBlockSize ||
    maxHeapBits > 64
  ) {
    throw damagedFile('a heap has impossible sizes');
  }
  if (maxManagedSize < 1) throw damagedFile('a heap has impossible sizes');
  return {
    offsetSize: Math.ceil(maxHeapBits / 8),
    lengthSize: Math.min(Math.floor((log2(maxDirectSize) + 7) / 8), encodedSize(maxManagedSize)),
    tableWidth,
    startBlockSize,
    maxDirectSize,
    rootAddress,
    rootRows,
  };
}

/** Address of the byte `heapOffset` of a fractal heap, by its doubling table. */
function addressInHeap(source: HeaderSource, heap: FractalHeap, heapOffset: number): number {
  if (heap.rootRows === 0) return heap.rootAddress + heapOffset;
  const rowSize = (row: number): number => heap.startBlockSize * (row < 2 ? 1 : 2 ** (row - 1));
  const rowStart = (row: number): number =>
    row === 0 ? 0 : heap.tableWidth * heap.startBlockSize * 2 ** (row - 1);
  const directRows = log2(heap.maxDirectSize) - log2(heap.startBlockSize) + 2;
  let blockAddress = heap.rootAddress;
  let rows = heap.rootRows;
  let offset = heapOffset;
  for (let depth = 0; depth < 16; depth++) {
    let row = 0;
    while (row + 1 < rows && rowStart(row + 1) <= offset) row++;
    const column = Math.floor((offset - rowStart(row)) / rowSize(row));
    if (column >= heap.tableWidth) throw damagedFile('a link lies outside its heap');
    const entry = row * heap.tableWidth + column;
    const block = source.read(blockAddress, 13 + heap.offsetSize + (entry + 1) * 8);
    block.signature('FHIB');
    block.skip(9 + heap.offsetSize + entry * 8);
    const child = block.address();
    if (child === UNDEFINED_ADDRESS) throw damagedFile('a link lies in a missing block');
    offset -= rowStart(row) + column * rowSize(row);
    if (row < directRows) return child + offset;
    blockAddress = child;
    rows = log2(rowSize(row)) - log2(heap.startBlockSize * heap.tableWidth) + 1;
  }
  throw damagedFile('a heap is nested too deeply');
}

export type DenseStorage = {
  heapAddress: number;
  indexAddress: number;
  /** Type of the version-2 B-tree, and where its records keep the heap id. */
  indexType: number;
  idPosition: number;
};

/**
 * Visits every object of a dense storage (links or attributes of one object): a fractal heap indexed by a version-2 B-tree.
 *
 * @throws NetcdfError 'unreadable-file' when damaged, UnusualStorageError for objects outside the heap's blocks.
 * Source: HDF5 File Format Specification 3.0, §III.A.2, §III.G.
 */
export function walkDenseStorage(
  source: HeaderSource,
  storage: DenseStorage,
  visitObject: (reader: HeaderReader) => void,
): void {
  const { heapAddress, indexAddress, indexType, idPosition } = storage;
  const heap = readFractalHeap(source, heapAddress);
  const header = source.read(indexAddress, 38);
  header.signature('BTHD');
  header.skip(1);
  if (header.uint8() !== indexType) throw damagedFile('the index of names has the wrong type');
  const nodeSize = header.uint32();
  const recordSize = header.uint16();
  const depth = header.uint16();
  header.skip(2);
  const rootAddress = header.address();
  const rootRecords = header.uint16();
  const nodeOverhead = 10;
  if (
    recordSize < idPosition + 1 + heap.offsetSize + heap.lengthSize ||
    nodeSize < nodeOverhead + recordSize ||
    depth > 16
  ) {
    throw damagedFile('the index of names has impossible sizes');
  }
  const leafMax = Math.floor((nodeSize - nodeOverhead) / recordSize);
  const countSize = encodedSize(leafMax);
  // per level: most records below a node of that level, which fixes the width of the child pointers one level up
  const cumulative = [{ max: leafMax, size: 0 }];
  for (let level = 1; level <= depth; level++) {
    const below = cumulative[level - 1]!;
    const pointerSize = 8 + countSize + below.size;
    const max = Math.floor((nodeSize - nodeOverhead - pointerSize) / (recordSize + pointerSize));
    const total = (max + 1) * below.max + max;
    cumulative.push({ max: total, size: encodedSize(total) });
  }
  const visited = new Set<number>();
  const visit = (address: number, level: number, recordCount: number): void => {
    if (address === UNDEFINED_ADDRESS) return;
    if (visited.has(address)) throw damagedFile('the index of names refers to itself');
    visited.add(address);
    const node = source.read(address, nodeSize);
    node.signature(level > 0 ? 'BTIN' : 'BTLF');
    node.skip(2);
    for (let i = 0; i < recordCount; i++) {
      const record = new HeaderReader(node.slice(recordSize));
      record.skip(idPosition);
      if (record.uint8() >> 4 !== 0) throw new UnusualStorageError();
      const offset = record.uint(heap.offsetSize);
      const length = record.uint(heap.lengthSize);
      visitObject(source.read(addressInHeap(source, heap, offset), length));
    }
    if (level === 0) return;
    for (let i = 0; i <= recordCount; i++) {
      const child = node.address();
      const childRecords = node.uint(countSize);
      node.skip(cumulative[level - 1]!.size);
      visit(child, level - 1, childRecords);
    }
  };
  visit(rootAddress, depth, rootRecords);
}
