import { type CheckpointBytes, textOf, uint64At, viewOf } from '../checkpoint-bytes.js';
import { CheckpointError, COPY_AGAIN, quoted } from '../checkpoint-error.js';
import type { CheckpointLimits } from '../checkpoint-limits.js';
import { crc32 } from '../crc32.js';

export type ZipEntry = {
  name: string;
  sizeBytes: number;
  crc: number;
  /** Position of the entry's local header. */
  headerOffset: number;
  /** 0: stored. */
  method: number;
  isEncrypted: boolean;
};

export type ZipArchive = {
  /** All entries, compressed ones too: see {@link refuseUnstored}. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The data of a stored entry, verified. @throws CheckpointError 'crc-mismatch', 'damaged-container' or 'truncated'. */
  read(entry: ZipEntry): Uint8Array;
};

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_RECORD = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const DIRECTORY_END_BYTES = 22;
const ZIP64_END_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;
const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_RECORD_BYTES = 46;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_EXTRA = 0x0001;
const MAX_NAME_BYTES = 1024;

/**
 * Reads the directory of a zip archive by the rules that torch's own archives follow: entries are stored, their local headers
 * hold no sizes, the directory at the end is the only authority, and the checksums count.
 *
 * @throws CheckpointError 'truncated' without a directory, 'too-large' or 'too-complex' past a limit, 'damaged-container'
 *   where the parts of the archive contradict each other.
 * Source: APPNOTE.TXT 6.3.10 (PKWARE), sections 4.3 and 4.5.3.
 */
export function openZipArchive(bytes: CheckpointBytes, limits: CheckpointLimits): ZipArchive {
  const directory = findDirectory(bytes);
  if (directory.entryCount > limits.maxEntries) {
    throw new CheckpointError({
      code: 'too-complex',
      where: 'the zip directory',
      found: `it lists ${directory.entryCount} entries`,
      expected: `at most ${limits.maxEntries}`,
      fix: 'Save the weights without the state of the optimizer.',
    });
  }
  if (directory.sizeBytes > limits.maxStructureBytes) {
    throw new CheckpointError({
      code: 'too-large',
      where: 'the zip directory',
      found: `it takes ${directory.sizeBytes} bytes`,
      expected: `at most ${limits.maxStructureBytes}`,
      fix: 'Save the weights without the state of the optimizer.',
    });
  }
  const entries = readDirectory(bytes, directory);
  return { entries, read: (entry) => readEntry(bytes, directory, entry) };
}

type Directory = { offset: number; sizeBytes: number; entryCount: number };

function findDirectory(bytes: CheckpointBytes): Directory {
  const tailBytes = Math.min(bytes.sizeBytes, DIRECTORY_END_BYTES + MAX_COMMENT_BYTES);
  const tailOffset = bytes.sizeBytes - tailBytes;
  const tail = viewOf(bytes.range(tailOffset, tailBytes, 'the end of the zip archive'));
  let strayEnd = -1;
  for (let at = tailBytes - DIRECTORY_END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== DIRECTORY_END) continue;
    const commentBytes = tail.getUint16(at + 20, true);
    if (at + DIRECTORY_END_BYTES + commentBytes === tailBytes)
      return readDirectoryEnd(bytes, tail, at, tailOffset);
    if (strayEnd < 0) strayEnd = tailBytes - at - DIRECTORY_END_BYTES - commentBytes;
  }
  if (strayEnd >= 0) {
    throw damaged(
      strayEnd > 0
        ? `${strayEnd} bytes follow the end of the archive`
        : 'the end record of the archive does not fit its comment',
    );
  }
  throw new CheckpointError({
    code: 'truncated',
    where: 'the zip archive',
    found: `it starts like one but has no directory at its end (${bytes.sizeBytes} bytes)`,
    expected: 'a complete file',
    fix: COPY_AGAIN,
  });
}

function readDirectoryEnd(bytes: CheckpointBytes, tail: DataView, at: number, tailOffset: number): Directory {
  const endOffset = tailOffset + at;
  const short = {
    offset: tail.getUint32(at + 16, true),
    sizeBytes: tail.getUint32(at + 12, true),
    entryCount: tail.getUint16(at + 10, true),
  };
  if (tail.getUint16(at + 4, true) !== 0 && tail.getUint16(at + 4, true) !== 0xffff)
    throw damaged('it is one part of an archive of several');
  const hasLocator =
    at >= ZIP64_LOCATOR_BYTES && tail.getUint32(at - ZIP64_LOCATOR_BYTES, true) === ZIP64_LOCATOR;
  if (!hasLocator) {
    if (short.offset === 0xffffffff || short.sizeBytes === 0xffffffff || short.entryCount === 0xffff)
      throw damaged('its end record refers to a zip64 record that is not there');
    return checkedDirectory(short, endOffset);
  }
  const locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
  const statedOffset = uint64At(tail, at - ZIP64_LOCATOR_BYTES + 8);
  const recordOffset = locatorOffset - ZIP64_END_BYTES;
  if (statedOffset !== recordOffset) throw shifted(recordOffset - statedOffset);
  const record = viewOf(bytes.range(recordOffset, ZIP64_END_BYTES, 'the zip64 end record'));
  if (record.getUint32(0, true) !== ZIP64_END)
    throw damaged('its zip64 end record is not where it should be');
  const long = {
    offset: uint64At(record, 48),
    sizeBytes: uint64At(record, 40),
    entryCount: uint64At(record, 32),
  };
  const agree = (field: keyof Directory, none: number): boolean =>
    short[field] === none || short[field] === long[field];
  if (!agree('offset', 0xffffffff) || !agree('sizeBytes', 0xffffffff) || !agree('entryCount', 0xffff))
    throw damaged('its two end records contradict each other');
  return checkedDirectory(long, recordOffset);
}

function checkedDirectory(directory: Directory, end: number): Directory {
  const shiftBytes = end - (directory.offset + directory.sizeBytes);
  if (shiftBytes !== 0) throw shifted(shiftBytes);
  return directory;
}

function readDirectory(bytes: CheckpointBytes, directory: Directory): Map<string, ZipEntry> {
  const block = bytes.range(directory.offset, directory.sizeBytes, 'the zip directory');
  const view = viewOf(block);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  let storedBytes = 0;
  for (let i = 0; i < directory.entryCount; i++) {
    if (at + DIRECTORY_RECORD_BYTES > block.length || view.getUint32(at, true) !== DIRECTORY_RECORD)
      throw damaged(`its directory breaks off after ${i} of ${directory.entryCount} entries`);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const nextAt = at + DIRECTORY_RECORD_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (nextAt > block.length) throw damaged(`entry ${i} of its directory runs past the directory`);
    if (nameBytes > MAX_NAME_BYTES) throw damaged(`the name of entry ${i} has ${nameBytes} bytes`);
    const nameAt = at + DIRECTORY_RECORD_BYTES;
    const name = textOf(block.subarray(nameAt, nameAt + nameBytes));
    const method = view.getUint16(at + 10, true);
    const sizes = entrySizes(view, at, nameAt + nameBytes, extraBytes, name);
    if (method === 0 && sizes.storedBytes !== sizes.sizeBytes)
      throw damaged(`entry ${quoted(name)} is stored but has two different sizes`);
    if (entries.has(name)) throw damaged(`two entries are called ${quoted(name)}`);
    storedBytes += sizes.storedBytes;
    if (storedBytes > bytes.sizeBytes) throw damaged('its entries overlap: together they exceed the file');
    entries.set(name, {
      name,
      sizeBytes: sizes.sizeBytes,
      crc: view.getUint32(at + 16, true),
      headerOffset: sizes.headerOffset,
      method,
      isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
    });
    at = nextAt;
  }
  if (at !== block.length) throw damaged('its directory is longer than its entries');
  return entries;
}

/** @throws CheckpointError 'compressed-entry'. */
export function refuseUnstored({ name, method, isEncrypted }: ZipEntry): void {
  if (!isEncrypted && method === 0) return;
  throw new CheckpointError({
    code: 'compressed-entry',
    where: `entry ${quoted(name)} of the zip archive`,
    found: isEncrypted ? 'it is encrypted' : `it is compressed (method ${method})`,
    expected: 'stored entries, as torch.save writes them',
    fix: 'Upload the file as torch.save wrote it, not zipped again.',
  });
}

/** Sizes and position of an entry: 32 bits, or 64 bits in an extra field where those are all ones. */
function entrySizes(
  view: DataView,
  at: number,
  extraAt: number,
  extraBytes: number,
  name: string,
): { sizeBytes: number; storedBytes: number; headerOffset: number } {
  const sizes = {
    sizeBytes: view.getUint32(at + 24, true),
    storedBytes: view.getUint32(at + 20, true),
    headerOffset: view.getUint32(at + 42, true),
  };
  const missing = (['sizeBytes', 'storedBytes', 'headerOffset'] as const).filter(
    (field) => sizes[field] === 0xffffffff,
  );
  if (missing.length === 0) return sizes;
  const extraEnd = extraAt + extraBytes;
  for (let fieldAt = extraAt; fieldAt + 4 <= extraEnd;) {
    const fieldBytes = view.getUint16(fieldAt + 2, true);
    const dataAt = fieldAt + 4;
    if (view.getUint16(fieldAt, true) === ZIP64_EXTRA) {
      if (fieldBytes < 8 * missing.length || dataAt + fieldBytes > extraEnd) break;
      missing.forEach((field, i) => (sizes[field] = uint64At(view, dataAt + 8 * i)));
      return sizes;
    }
    fieldAt = dataAt + fieldBytes;
  }
  throw damaged(`entry ${quoted(name)} lacks its 64-bit sizes`);
}

function readEntry(bytes: CheckpointBytes, directory: Directory, entry: ZipEntry): Uint8Array {
  const where = `entry ${quoted(entry.name)} of the zip archive`;
  const header = viewOf(bytes.range(entry.headerOffset, LOCAL_HEADER_BYTES, where));
  if (header.getUint32(0, true) !== LOCAL_HEADER)
    throw damaged(
      `there is no header at byte ${entry.headerOffset}, where entry ${quoted(entry.name)} should start`,
    );
  const nameBytes = header.getUint16(26, true);
  const localName = textOf(bytes.range(entry.headerOffset + LOCAL_HEADER_BYTES, nameBytes, where));
  if (localName !== entry.name)
    throw damaged(`entry ${quoted(entry.name)} is called ${quoted(localName)} in its own header`);
  const dataOffset = entry.headerOffset + LOCAL_HEADER_BYTES + nameBytes + header.getUint16(28, true);
  if (dataOffset + entry.sizeBytes > directory.offset)
    throw damaged(`entry ${quoted(entry.name)} runs into the directory`);
  const data = bytes.range(dataOffset, entry.sizeBytes, where);
  const crc = crc32(data);
  if (crc !== entry.crc) {
    throw new CheckpointError({
      code: 'crc-mismatch',
      where,
      found: `its bytes have the checksum ${hex(crc)}`,
      expected: `${hex(entry.crc)}, which was noted when it was written`,
      fix: COPY_AGAIN,
    });
  }
  return data;
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}

function shifted(shiftBytes: number): CheckpointError {
  return damaged(
    shiftBytes > 0
      ? `its directory lies ${shiftBytes} bytes later than noted: bytes were inserted into the file`
      : `its directory lies ${-shiftBytes} bytes earlier than noted: bytes were removed from the file`,
  );
}

function damaged(found: string): CheckpointError {
  return new CheckpointError({
    code: 'damaged-container',
    where: 'the zip archive',
    found,
    expected: 'a zip archive as torch.save writes it',
    fix: COPY_AGAIN,
  });
}
