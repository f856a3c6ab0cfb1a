/** Reads of at least this size bypass the window, smaller ones are answered from it. */
const WINDOW_BYTES = 1 << 20;

/** The part of FileReaderSync that is used; it exists in workers only. */
export type SyncReader = { readAsArrayBuffer: (blob: Blob) => ArrayBuffer };

/** Random access to bytes, as the readers of NetCDF files and of checkpoints take it. */
export type BlobByteSource = {
  readonly sizeBytes: number;
  readInto: (target: Uint8Array, offset: number) => void;
  close: () => void;
};

/**
 * A chosen file as bytes: read in pieces from the disk, never as a whole. Headers are walked in steps of a few bytes, so the
 * surroundings of a short read are kept for the next one.
 *
 * @param unreadable - the error for what was found, where bytes cannot be had.
 */
export function blobByteSource(
  blob: Blob,
  reader: SyncReader,
  unreadable: (found: string, cause: unknown) => Error,
): BlobByteSource {
  let windowStart = 0;
  let windowBytes = new Uint8Array(0);
  const read = (start: number, end: number): Uint8Array<ArrayBuffer> => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(blob.slice(start, end)));
    } catch (cause) {
      throw unreadable(
        'the browser cannot read it any more: it has changed or moved since it was chosen',
        cause,
      );
    }
  };
  return {
    sizeBytes: blob.size,
    readInto(target, offset) {
      const end = offset + target.length;
      if (end > blob.size)
        throw unreadable(
          `it ends at byte ${blob.size}, before the values that its header declares`,
          undefined,
        );
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
