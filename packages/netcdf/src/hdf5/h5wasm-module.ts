import type * as h5wasm from 'h5wasm/node';

let loaded: Promise<typeof h5wasm> | undefined;

/**
 * The HDF5 library, loaded once. Without its throwing error handler a damaged chunk is not reported: the read returns whatever
 * the previous read left in memory. Importing it compiles 4 MB of WebAssembly, which classic files have no use for.
 */
export function loadH5wasm(): Promise<typeof h5wasm> {
  loaded ??= import('h5wasm/node').then(async (library) => {
    const module = await library.ready;
    module.activate_throwing_error_handler();
    return library;
  });
  return loaded;
}
