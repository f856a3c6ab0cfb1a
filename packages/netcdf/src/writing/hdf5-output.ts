import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import type * as h5wasm from 'h5wasm/node';
import { loadH5wasm } from '../hdf5/h5wasm-module.js';

/** A file has this at the end of its name until it is complete. */
const PARTIAL_SUFFIX = '.partial';

type Hdf5Output = {
  /** Called with the open, empty file, which is closed afterwards. */
  build: (library: typeof h5wasm, file: h5wasm.File) => Promise<void> | void;
  /** Called with the name of the closed file, before it is moved into place. */
  complete?: (partialPath: string) => Promise<void>;
};

/**
 * Writes an HDF5 file under a temporary name and moves it into place only when it is complete.
 *
 * @throws Error that says in one line why a file cannot be written; the library's own trace is its cause.
 */
export async function writeHdf5(path: string, { build, complete }: Hdf5Output): Promise<void> {
  const library = await loadH5wasm();
  const partial = path + PARTIAL_SUFFIX;
  try {
    closeSync(openSync(partial, 'w')); // the system says better than the library why this is impossible
    const file = new library.File(partial, 'w', { track_order: true });
    try {
      await build(library, file);
    } finally {
      file.close();
    }
    await complete?.(partial);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw readableError(error, path);
  }
}

/** The library answers with a trace of its C sources; the reason that the system gave stands in the middle of it. */
export function readableError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !error.message.startsWith('HDF5-DIAG')) return error;
  const reason = /error message = '([^']+)'/.exec(error.message)?.[1] ?? 'the HDF5 library failed';
  return new Error(`${path} cannot be written: ${reason}`, { cause: error });
}
