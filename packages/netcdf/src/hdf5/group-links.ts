import { damagedFile, type HeaderReader, UNDEFINED_ADDRESS, type HeaderSource } from './header-reader.js';
import { walkDenseStorage } from './dense-storage.js';
import { MESSAGE, singleMessage, type HeaderMessage } from './object-header.js';

/** A link of a group. Soft and external links are reported, never followed. */
export type GroupLink =
  | { name: string; kind: 'hard'; address: number }
  | { name: string; kind: 'soft' | 'external' | 'user-defined' };

const MAX_NAME_BYTES = 1024;
const LINK_NAMES_INDEX = 5; // type of a version-2 B-tree; its records are hash (4 bytes), heap id

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
    if (heapAddress !== UNDEFINED_ADDRESS) {
      walkDenseStorage(
        source,
        { heapAddress, indexAddress, indexType: LINK_NAMES_INDEX, idPosition: 4 },
        (reader) => add(parseLinkMessage(reader)),
      );
    }
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
