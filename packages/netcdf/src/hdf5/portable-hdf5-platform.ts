import type * as h5wasm from 'h5wasm';
import type { ByteSource } from '../byte-source.js';
import { streamInflate } from './stream-inflate.js';
import type { Hdf5Platform } from './hdf5-file.js';

let loaded: Promise<typeof h5wasm> | undefined;
let fileCount = 0;

/**
 * Without a file system: what browsers have. The library reads through the ByteSource, in the pieces that it asks for, so that
 * a file of 2 GB never lies in memory; decompression is the browser's own.
 */
export const portableHdf5Platform: Hdf5Platform = {
  inflate: streamInflate,
  openLibrary: async (source) => {
    const library = await loadPortableLibrary();
    const path = `/file-${(fileCount += 1)}`;
    const { FS } = await library.ready;
    FS.writeFile(path, new Uint8Array(0));
    readThrough(FS.lookupPath(path, {}).node as unknown as MemoryFileNode, source);
    return { library, path, release: () => FS.unlink(path) };
  },
};

function loadPortableLibrary(): Promise<typeof h5wasm> {
  loaded ??= import('h5wasm').then(async (library) => {
    const module = await library.ready;
    module.activate_throwing_error_handler();
    return library;
  });
  return loaded;
}

/** The parts of a file of Emscripten's file system in memory that are replaced here. */
type MemoryFileNode = {
  usedBytes: number;
  stream_ops: Record<string, unknown>;
};

type MemoryFileStream = { node: MemoryFileNode };

function readThrough(node: MemoryFileNode, source: ByteSource): void {
  node.usedBytes = source.sizeBytes; // what fstat and seeking to the end answer
  node.stream_ops = {
    ...node.stream_ops,
    read: (_: MemoryFileStream, heap: Int8Array, offset: number, length: number, position: number) => {
      const count = Math.max(0, Math.min(length, source.sizeBytes - position));
      if (count > 0) source.readInto(new Uint8Array(heap.buffer, heap.byteOffset + offset, count), position);
      return count;
    },
    write: () => {
      throw new Error('the file is open for reading only');
    },
    mmap: undefined,
  };
}
