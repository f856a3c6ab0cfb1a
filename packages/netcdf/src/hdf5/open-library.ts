import type * as h5wasm from 'h5wasm';
import { damagedFile } from './header-reader.js';

/** The HDF5 library, and the name under which it finds the file. */
export type LibraryAccess = {
  library: typeof h5wasm;
  path: string;
  /** Forgets what was made to give the library its way to the file. */
  release: () => void;
};

/** The HDF5 library with the file open in it. */
export type OpenLibrary = { library: typeof h5wasm; file: h5wasm.File; close: () => void };

/** @throws NetcdfError 'unreadable-file' when the library cannot open the file. */
export function openInLibrary({ library, path, release }: LibraryAccess): OpenLibrary {
  const file = new library.File(path, 'r');
  if (file.file_id < 0n) {
    release();
    throw damagedFile('the HDF5 library cannot open it');
  }
  return {
    library,
    file,
    close: () => {
      file.close();
      release();
    },
  };
}
