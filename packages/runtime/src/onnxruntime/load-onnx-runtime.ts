import { RuntimeError } from '../network-runtime.js';

export type OnnxRuntimeLibrary = typeof import('onnxruntime-node');

/**
 * The native library, loaded when it is first needed.
 *
 * @throws {@link RuntimeError} `unavailable` where onnxruntime-node has no binary for the platform.
 */
export async function loadOnnxRuntime(): Promise<OnnxRuntimeLibrary> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new RuntimeError(
      'unavailable',
      `onnxruntime-node does not load on ${process.platform}-${process.arch}: ` +
        (error instanceof Error ? error.message : String(error)),
      { cause: error },
    );
  }
}
