/**
 * Random access to the bytes of one file. The only way the readers of this package reach a file: on Node it is a file descriptor,
 * in a web worker it can be a Blob read by FileReaderSync. Synchronous because HDF5's own reads are.
 */
export type ByteSource = {
  readonly sizeBytes: number;
  /** Fills `target` from `offset`; throws NetcdfError 'unreadable-file' when the file ends before. */
  readInto(target: Uint8Array, offset: number): void;
  close(): void;
};

export function readBytes(source: ByteSource, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  source.readInto(bytes, offset);
  return bytes;
}
