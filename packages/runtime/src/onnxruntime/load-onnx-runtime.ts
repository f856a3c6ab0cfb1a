import { RuntimeError } from '../network-runtime.js';

export type OnnxRuntimeLibrary = typeof import('onnxruntime-node');

/**
 * The native library, loaded when it is first needed.
 *
 * @throws {@link RuntimeError} `unavailable` where onnxruntime-node has no binary for the platform.
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntimeLibrary> {
  try {
    const library = await import('onnxruntime-node');
    // What goes wrong comes back as an error; the library would also print it.
    library.env.logLevel = 'fatal';
    return library;
  } catch (error) {
    throw new RuntimeError(
      'unavailable',
      `onnxruntime-node does not load on ${process.platform}-${process.arch}: ` +
        (error instanceof Error ? error.message : String(error)),
      { cause: error },
    );
  }
}
