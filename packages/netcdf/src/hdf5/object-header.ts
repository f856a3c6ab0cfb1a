import { NetcdfError } from '../netcdf-error.js';
import { damagedFile, HeaderReader, type HeaderSource } from './header-reader.js';

/** Message types of the HDF5 file format, §IV.A.2, that the scan looks at. */
export const MESSAGE = {
  dataspace: 0x0001,
  linkInfo: 0x0002,
  datatype: 0x0003,
  link: 0x0006,
  externalFiles: 0x0007,
  layout: 0x0008,
  groupInfo: 0x000a,
  filters: 0x000b,
  attribute: 0x000c,
  sharedMessageTable: 0x000f,
  continuation: 0x0010,
  symbolTable: 0x0011,
  driverInfo: 0x0014,
  attributeInfo: 0x0015,
  cacheImage: 0x0018,
} as const;

export type HeaderMessage = { type: number; isShared: boolean; reader: HeaderReader };

const MAX_MESSAGES = 20_000; // per object; netCDF objects have tens
const MAX_CHUNKS = 1_000; // continuation blocks per object

/** All messages of the object header (version 1 or 2) at `address`, continuation blocks included, each with its own reader. */
export function readObjectHeader(source: HeaderSource, address: number): HeaderMessage[] {
  const prefix = source.readUpTo(address, 16);
  return prefix.bytes[0] === 1 ? readVersion1(source, address) : readVersion2(source, address);
}

type Block = { address: number; length: number };

function readVersion1(source: HeaderSource, address: number): HeaderMessage[] {
  const prefix = source.read(address, 16);
  prefix.skip(8); // the number of messages is not trusted: whatever lies in the blocks counts
  const blocks: Block[] = [{ address: address + 16, length: prefix.uint32() }];
  const messages: HeaderMessage[] = [];
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]!;
    const reader = source.read(block.address, block.length);
    while (reader.remaining >= 8) {
      const type = reader.uint16();
      const size = reader.uint16();
      const flags = reader.uint8();
      reader.skip(3);
      pushMessage(messages, blocks, type, flags, sub(reader, size));
    }
  }
  return messages;
}

function readVersion2(source: HeaderSource, address: number): HeaderMessage[] {
  const prefix = source.readUpTo(address, 40);
  prefix.signature('OHDR');
  if (prefix.uint8() !== 2) throw damagedFile('an object header has an unknown version');
  const flags = prefix.uint8();
  if (flags & 0x20) prefix.skip(16);
  if (flags & 0x10) prefix.skip(4);
  const firstLength = prefix.uint(1 << (flags & 3));
  const hasCreationOrder = (flags & 0x04) !== 0;
  const messageHeaderLength = hasCreationOrder ? 6 : 4;
  const blocks: Block[] = [{ address: address + prefix.position, length: firstLength }];
  const messages: HeaderMessage[] = [];
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]!;
    const reader = source.read(block.address, block.length);
    if (index > 0) reader.signature('OCHK');
    const checksumLength = index > 0 ? 4 : 0; // the first block's checksum lies after its declared length
    while (reader.remaining - checksumLength >= messageHeaderLength) {
      const type = reader.uint8();
      const size = reader.uint16();
      const messageFlags = reader.uint8();
      if (hasCreationOrder) reader.skip(2);
      pushMessage(messages, blocks, type, messageFlags, sub(reader, size));
    }
  }
  return messages;
}

function sub(reader: HeaderReader, size: number): HeaderReader {
  return new HeaderReader(reader.slice(size));
}

/** Types whose content may lie elsewhere (§IV.A.2): dataspace, datatype, fill values, filters, attributes. */
const SHAREABLE = new Set([0x0001, 0x0003, 0x0004, 0x0005, 0x000b, 0x000c]);

function pushMessage(
  messages: HeaderMessage[],
  blocks: Block[],
  type: number,
  flags: number,
  reader: HeaderReader,
): void {
  const isShared = (flags & 0x02) !== 0;
  if (isShared && !SHAREABLE.has(type))
    throw damagedFile('an object header shares a message that cannot be shared');
  messages.push({ type, isShared, reader });
  if (messages.length > MAX_MESSAGES || blocks.length > MAX_CHUNKS)
    throw damagedFile('an object header has too many messages');
  if (type === MESSAGE.continuation) blocks.push({ address: reader.address(), length: reader.uint(8) });
}

/** The only message of a type; undefined if there is none. Two would leave open which one a reader believes: refused. */
export function singleMessage(messages: readonly HeaderMessage[], type: number): HeaderMessage | undefined {
  const found = messages.filter((message) => message.type === type);
  if (found.length > 1) throw damagedFile('an object header repeats a message that must be unique');
  return found[0];
}

/** Follows a message that is stored in another object header (a committed type) to the message itself. */
export function resolveShared(source: HeaderSource, message: HeaderMessage): HeaderReader {
  if (!message.isShared) return message.reader;
  const version = message.reader.uint8();
  const kind = message.reader.uint8();
  if (version === 1) message.reader.skip(6);
  if (version > 3 || (version === 3 && kind !== 2)) {
    throw new NetcdfError({
      code: 'unsupported-type',
      where: 'the structure of the file',
      found: 'it keeps parts of its headers in a shared message table',
      expected: 'plain object headers, as the netCDF library writes them',
      fix: 'Rewrite the file with nccopy or xarray (ds.to_netcdf).',
    });
  }
  const target = singleMessage(readObjectHeader(source, message.reader.address()), message.type);
  if (target === undefined || target.isShared)
    throw damagedFile('a shared type points to an object without one');
  return target.reader;
}
