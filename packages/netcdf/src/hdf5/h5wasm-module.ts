import * as h5wasm from 'h5wasm/node';

let loaded: Promise<typeof h5wasm> | undefined;

/**
 * The HDF5 library, loaded once. Without its throwing error handler a damaged chunk is not reported: the read returns whatever
 * the previous read left in memory.
 */
export function loadH5wasm(): Promise<typeof h5wasm> {
  loaded ??= h5wasm.ready.then((module) => {
    module.activate_throwing_error_handler();
    return h5wasm;
  });
  return loaded;
}
