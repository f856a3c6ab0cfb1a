import { CheckpointError, COPY_AGAIN } from './checkpoint-error.js';

/**
 * Random access to the bytes of one file: on Node a file descriptor, in a web worker a Blob read by FileReaderSync. The reader
 * never sees a path.
 */
export type CheckpointSource = {
  readonly sizeBytes: number;
  /** Fills `target` from `offset`. Only asked for ranges inside `sizeBytes`. */
  readInto(target: Uint8Array, offset: number): void;
};

/** What the readers see: ranges of a file, checked against its size. */
export type CheckpointBytes = {
  readonly sizeBytes: number;
  /** A range as one array, not to be written to. @throws CheckpointError 'truncated' when the file ends before. */
  range(offset: number, lengthBytes: number, where: string): Uint8Array;
};

export function checkpointBytes(source: Uint8Array | CheckpointSource): CheckpointBytes {
  const sizeBytes = source instanceof Uint8Array ? source.length : source.sizeBytes;
  return {
    sizeBytes,
    range(offset, lengthBytes, where) {
      const end = offset + lengthBytes;
      if (!Number.isSafeInteger(end) || offset < 0 || lengthBytes < 0 || end > sizeBytes) {
        throw new CheckpointError({
          code: 'truncated',
          where,
          found: `it reaches from byte ${offset} to ${end}, but the file has ${sizeBytes} bytes`,
          expected: 'a complete file',
          fix: COPY_AGAIN,
        });
      }
      // Not source.subarray: that of Node's Buffer has a slice() that does not copy.
      if (source instanceof Uint8Array)
        return new Uint8Array(source.buffer, source.byteOffset + offset, lengthBytes);
      const target = new Uint8Array(lengthBytes);
      source.readInto(target, offset);
      return target;
    },
  };
}

/** A view for reading numbers of any byte order. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An unsigned 64-bit little-endian number; inexact above 2^53, where every bound refuses it anyway. */
export function uint64At(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8, with U+FFFD where it is not. */
export function textOf(bytes: Uint8Array): string {
  return TEXT.decode(bytes);
}
