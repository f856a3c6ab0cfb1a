import { damagedFile, HeaderReader, UNDEFINED_ADDRESS, type HeaderSource } from './header-reader.js';
import { MESSAGE, singleMessage, type HeaderMessage } from './object-header.js';

/** A link of a group. Soft and external links are reported, never followed. */
export type GroupLink =
  | { name: string; kind: 'hard'; address: number }
  | { name: string; kind: 'soft' | 'external' | 'user-defined' };

const MAX_NAME_BYTES = 1024;

/**
 * Lists the links of a group from its object header: symbol tables (HDF5 1.6 style), compact link messages and dense storage
 * (fractal heap indexed by a version-2 B-tree, used beyond 8 links when creation order is tracked, as netCDF-4 does).
 *
 * @param maxLinks - the walk stops with an error beyond this number.
 */
export function readGroupLinks(
  source: HeaderSource,
  messages: readonly HeaderMessage[],
  maxLinks: number,
): GroupLink[] {
  const links: GroupLink[] = [];
  const add = (link: GroupLink): void => {
    links.push(link);
    if (links.length > maxLinks) throw new TooManyLinksError();
  };
  const symbolTable = singleMessage(messages, MESSAGE.symbolTable);
  if (symbolTable) {
    walkSymbolTree(
      source,
      symbolTable.reader.address(),
      readLocalHeap(source, symbolTable.reader.address()),
      add,
    );
  }
  for (const message of messages) if (message.type === MESSAGE.link) add(parseLinkMessage(message.reader));
  const linkInfo = singleMessage(messages, MESSAGE.linkInfo);
  if (linkInfo) {
    const reader = linkInfo.reader;
    reader.skip(1);
    const flags = reader.uint8();
    if (flags & 1) reader.skip(8);
    const heapAddress = reader.address();
    const indexAddress = reader.address();
    if (heapAddress !== UNDEFINED_ADDRESS) walkDenseLinks(source, heapAddress, indexAddress, add);
  }
  return links;
}

/** Thrown by readGroupLinks; the caller turns it into a rejection that names the limit. */
export class TooManyLinksError extends Error {
  readonly tag = 'TooManyLinksError';
}

function parseLinkMessage(reader: HeaderReader): GroupLink {
  if (reader.uint8() !== 1) throw damagedFile('a link has an unknown version');
  const flags = reader.uint8();
  const type = flags & 0x08 ? reader.uint8() : 0;
  if (flags & 0x04) reader.skip(8);
  if (flags & 0x10) reader.skip(1);
  const nameLength = reader.uint(1 << (flags & 3));
  if (nameLength > MAX_NAME_BYTES) throw damagedFile('a name is longer than 1024 bytes');
  const name = reader.text(nameLength);
  if (type === 0) return { name, kind: 'hard', address: reader.address() };
  if (type === 1) return { name, kind: 'soft' };
  return { name, kind: type === 64 ? 'external' : 'user-defined' };
}

// ---- symbol tables -------------------------------------------------------------------------------------------------

function readLocalHeap(source: HeaderSource, address: number): HeaderReader {
  const header = source.read(address, 32);
  header.signature('HEAP');
  header.skip(4);
  const dataLength = header.uint(8);
  header.skip(8);
  return source.read(header.address(), dataLength);
}

function nameInHeap(heap: HeaderReader, offset: number): string {
  const end = heap.bytes.indexOf(0, offset);
  if (offset >= heap.bytes.length || end < 0 || end - offset > MAX_NAME_BYTES)
    throw damagedFile('a name lies outside its heap');
  return new TextDecoder().decode(heap.bytes.subarray(offset, end));
}

function walkSymbolTree(
  source: HeaderSource,
  root: number,
  heap: HeaderReader,
  add: (link: GroupLink) => void,
): void {
  const visited = new Set<number>();
  const visit = (address: number, level: number | null): void => {
    if (visited.has(address)) throw damagedFile('an index of a group refers to itself');
    visited.add(address);
    const head = source.read(address, 24);
    head.signature('TREE');
    if (head.uint8() !== 0) throw damagedFile('an index of a group has the wrong type');
    const nodeLevel = head.uint8();
    if (level !== null && nodeLevel !== level)
      throw damagedFile('an index of a group has inconsistent levels');
    const count = head.uint16();
    const entries = source.read(address + 24, count * 16 + 8);
    for (let i = 0; i < count; i++) {
      entries.skip(8);
      const child = entries.address();
      if (nodeLevel > 0) visit(child, nodeLevel - 1);
      else readSymbolNode(source, child, heap, add);
    }
  };
  visit(root, null);
}

function readSymbolNode(
  source: HeaderSource,
  address: number,
  heap: HeaderReader,
  add: (link: GroupLink) => void,
): void {
  const head = source.read(address, 8);
  head.signature('SNOD');
  head.skip(2);
  const count = head.uint16();
  const entries = source.read(address + 8, count * 40);
  for (let i = 0; i < count; i++) {
    const name = nameInHeap(heap, entries.uint(8));
    const target = entries.address();
    const cacheType = entries.uint32();
    entries.skip(20);
    if (cacheType === 2 || target === UNDEFINED_ADDRESS) add({ name, kind: 'soft' });
    else add({ name, kind: 'hard', address: target });
  }
}

// ---- dense links ---------------------------------------------------------------------------------------------------

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
  if (reader.uint16() !== 0) throw damagedFile('the list of variables is compressed');
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

function walkDenseLinks(
  source: HeaderSource,
  heapAddress: number,
  indexAddress: number,
  add: (link: GroupLink) => void,
): void {
  const heap = readFractalHeap(source, heapAddress);
  const header = source.read(indexAddress, 38);
  header.signature('BTHD');
  header.skip(1);
  if (header.uint8() !== 5) throw damagedFile('the index of names has the wrong type');
  const nodeSize = header.uint32();
  const recordSize = header.uint16();
  const depth = header.uint16();
  header.skip(2);
  const rootAddress = header.address();
  const rootRecords = header.uint16();
  const nodeOverhead = 10;
  if (
    recordSize < 5 + heap.offsetSize + heap.lengthSize ||
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
      record.skip(4);
      if (record.uint8() >> 4 !== 0) throw damagedFile('a name is stored in an unusual way');
      const offset = record.uint(heap.offsetSize);
      const length = record.uint(heap.lengthSize);
      add(parseLinkMessage(source.read(addressInHeap(source, heap, offset), length)));
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
