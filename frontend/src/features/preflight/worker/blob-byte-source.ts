import { NetcdfError, type ByteSource } from '@sillage/netcdf/portable';

/** Reads of at least this size bypass the window, smaller ones are answered from it. */
const WINDOW_BYTES = 1 << 20;

/** The part of FileReaderSync that is used; it exists in workers only. */
type SyncReader = { readAsArrayBuffer: (blob: Blob) => ArrayBuffer };

/**
 * A chosen file as bytes: read in pieces from the disk, never as a whole. Headers are walked in steps of a few bytes, so the
 * surroundings of a short read are kept for the next one.
 */
export function blobByteSource(blob: Blob, name: string, reader: SyncReader): ByteSource {
  let windowStart = 0;
  let windowBytes = new Uint8Array(0);
  const read = (start: number, end: number): Uint8Array<ArrayBuffer> => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(blob.slice(start, end)));
    } catch (cause) {
      throw unreadable(
        name,
        'the browser cannot read it any more: it has changed or moved since it was chosen',
        cause,
      );
    }
  };
  return {
    sizeBytes: blob.size,
    readInto(target, offset) {
      const end = offset + target.length;
      if (end > blob.size) {
        const found = `it ends at byte ${blob.size}, before the values that its header declares`;
        throw unreadable(name, found, undefined);
      }
      if (target.length >= WINDOW_BYTES) {
        target.set(read(offset, end));
        return;
      }
      if (offset < windowStart || end > windowStart + windowBytes.length) {
        windowBytes = read(offset, Math.min(blob.size, offset + WINDOW_BYTES));
        windowStart = offset;
      }
      target.set(windowBytes.subarray(offset - windowStart, end - windowStart));
    },
    close() {
      windowBytes = new Uint8Array(0);
    },
  };
}

/** In the words in which the server says it of an incomplete file. */
function unreadable(name: string, found: string, cause: unknown): NetcdfError {
  return new NetcdfError(
    {
      code: 'unreadable-file',
      where: `the file ${name}`,
      found,
      expected: 'a complete NetCDF file',
      fix: 'Check the name and that the file opens with ncdump -h.',
    },
    { cause },
  );
}
