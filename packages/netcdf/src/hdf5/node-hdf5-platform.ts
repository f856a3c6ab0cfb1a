import { zlibInflate } from '../zlib-inflate.js';
import { loadH5wasm } from './h5wasm-module.js';
import type { Hdf5Platform } from './hdf5-file.js';

/** On Node the library opens the file by its path, and zlib decompresses on Node's own threads. */
export function nodeHdf5Platform(path: string): Hdf5Platform {
  return {
    inflate: zlibInflate,
    openLibrary: async () => ({ library: await loadH5wasm(), path, release: () => undefined }),
  };
}
