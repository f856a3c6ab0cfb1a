import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import type * as h5wasm from 'h5wasm/node';
import { loadH5wasm } from '../hdf5/h5wasm-module.js';

/** A file has this at the end of its name until it is complete. */
const PARTIAL_SUFFIX = '.partial';

type Hdf5Content = {
  /** Called with the open, empty file, which is closed afterwards. */
  build: (library: typeof h5wasm, file: h5wasm.File) => Promise<void> | void;
  /** Called with the name of the closed file, before it is moved into place. */
  complete?: (partialPath: string) => Promise<void>;
};

/** An HDF5 file on its way, under a temporary name. */
export type Hdf5Output = {
  readonly library: typeof h5wasm;
  readonly file: h5wasm.File;
  /** Closes the file and moves it into place; `complete` is called in between with its temporary name. */
  commit(complete?: (partialPath: string) => Promise<void>): Promise<void>;
  /** Closes and removes the unfinished file, and gives the error to throw. */
  discard(error: unknown): unknown;
};

/**
 * Starts an HDF5 file that appears under its name when it is committed.
 *
 * @throws Error that says in one line why a file cannot be written; the library's own trace is its cause.
 */
export async function openHdf5Output(path: string): Promise<Hdf5Output> {
  const library = await loadH5wasm();
  const partial = path + PARTIAL_SUFFIX;
  let isOpen = false;
  const remove = (error: unknown): unknown => {
    try {
      if (isOpen) file.close();
    } catch {
      // A file that cannot be closed after a failure says the same again; the first message is the one to give.
    }
    isOpen = false;
    rmSync(partial, { force: true });
    return readableError(error, path);
  };
  const create = (): h5wasm.File => {
    try {
      closeSync(openSync(partial, 'w')); // the system says better than the library why this is impossible
      return new library.File(partial, 'w', { track_order: true });
    } catch (error) {
      throw remove(error);
    }
  };
  const file = create();
  isOpen = true;
  return {
    library,
    file,
    async commit(complete) {
      try {
        isOpen = false;
        file.close();
        await complete?.(partial);
        renameSync(partial, path);
      } catch (error) {
        throw remove(error);
      }
    },
    discard: remove,
  };
}

/**
 * Writes an HDF5 file under a temporary name and moves it into place only when it is complete.
 *
 * @throws Error that says in one line why a file cannot be written; the library's own trace is its cause.
 */
export async function writeHdf5(path: string, { build, complete }: Hdf5Content): Promise<void> {
  const output = await openHdf5Output(path);
  try {
    await build(output.library, output.file);
  } catch (error) {
    throw output.discard(error);
  }
  await output.commit(complete);
}

/** The library answers with a trace of its C sources; the reason that the system gave stands in the middle of it. */
export function readableError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !error.message.startsWith('HDF5-DIAG')) return error;
  const reason = /error message = '([^']+)'/.exec(error.message)?.[1] ?? 'the HDF5 library failed';
  const readable = new Error(`${path} cannot be written: ${reason}`, { cause: error });
  // The code that the system's own errors carry: a full disk is somebody else's business than a broken file.
  return /no space left/i.test(reason) ? Object.assign(readable, { code: 'ENOSPC' }) : readable;
}
