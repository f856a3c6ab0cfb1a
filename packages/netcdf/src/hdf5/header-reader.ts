import { NetcdfError } from '../netcdf-error.js';
import { readBytes, type ByteSource } from '../byte-source.js';

export const UNDEFINED_ADDRESS = -1;

export function damagedFile(found: string, cause?: unknown): NetcdfError {
  return new NetcdfError(
    {
      code: 'unreadable-file',
      where: 'the structure of the file',
      found,
      expected: 'a complete, undamaged HDF5 file',
      fix: 'Check that the file opens on your side (ncdump -h) and upload it again.',
    },
    { cause },
  );
}

/** Reads little-endian header fields out of a small buffer; reading past its end throws NetcdfError, not garbage. */
export class HeaderReader {
  private readonly view: DataView;
  position = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  private advance(length: number): number {
    const at = this.position;
    if (length > this.bytes.length - at) throw damagedFile('a header field runs past the end of its block');
    this.position = at + length;
    return at;
  }

  skip(length: number): void {
    this.advance(length);
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** An unsigned integer of 1 to 8 bytes; beyond 2^53 it is rounded, which no valid offset or size reaches. */
  uint(byteCount: number): number {
    const at = this.advance(byteCount);
    let value = 0;
    for (let i = byteCount - 1; i >= 0; i--) value = value * 256 + this.view.getUint8(at + i);
    return value;
  }

  /** A file address, or UNDEFINED_ADDRESS (stored as all ones). */
  address(): number {
    const at = this.advance(8);
    const low = this.view.getUint32(at, true);
    const high = this.view.getUint32(at + 4, true);
    if (low === 0xffffffff && high === 0xffffffff) return UNDEFINED_ADDRESS;
    return high * 2 ** 32 + low;
  }

  slice(length: number): Uint8Array {
    const at = this.advance(length);
    return this.bytes.subarray(at, at + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.slice(length));
  }

  signature(expected: string): void {
    const at = this.advance(expected.length);
    for (let i = 0; i < expected.length; i++) {
      if (this.bytes[at + i] !== expected.charCodeAt(i))
        throw damagedFile(`a block that should start with ${expected} does not`);
    }
  }
}

/** Reads blocks of an HDF5 file by address, counting what it reads so that a crafted file cannot make the scan endless. */
export class HeaderSource {
  private bytesRead = 0;

  constructor(
    private readonly source: ByteSource,
    readonly baseAddress: number,
    private readonly maxHeaderBytes: number,
  ) {}

  /** Position in the file of an address. */
  offsetOf(address: number): number {
    return this.baseAddress + address;
  }

  get sizeBytes(): number {
    return this.source.sizeBytes;
  }

  read(address: number, length: number): HeaderReader {
    const offset = this.offsetOf(address);
    if (
      address < 0 ||
      length < 0 ||
      !Number.isSafeInteger(offset + length) ||
      offset + length > this.source.sizeBytes
    ) {
      throw damagedFile('a header points outside the file (the file is truncated or damaged)');
    }
    this.bytesRead += length;
    if (this.bytesRead > this.maxHeaderBytes) {
      throw new NetcdfError({
        code: 'too-many-objects',
        where: 'the structure of the file',
        found: `its headers take more than ${Math.round(this.maxHeaderBytes / 2 ** 20)} MiB`,
        expected: 'a file with few variables and short attributes',
        fix: 'Write only the sea surface height and its coordinates to the file.',
      });
    }
    return new HeaderReader(readBytes(this.source, offset, length));
  }

  /** As `read`, but stops at the end of the file; for blocks whose length is known only after their first bytes. */
  readUpTo(address: number, length: number): HeaderReader {
    const left = this.source.sizeBytes - this.offsetOf(address);
    return this.read(address, Math.max(0, Math.min(length, left)));
  }
}
