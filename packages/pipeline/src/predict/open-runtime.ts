import type { NetworkRuntime, RuntimeName } from '@sillage/runtime';

/** A runtime for as long as it is needed: one that is handed in stays open, one that is opened here is closed. */
export type OpenRuntime = { runtime: NetworkRuntime; release(): Promise<void> };

/**
 * Opens a runtime by name. The native libraries are loaded here and not before.
 *
 * @throws RuntimeError `unavailable`.
 */
export async function openRuntime(wanted: NetworkRuntime | RuntimeName | 'auto'): Promise<OpenRuntime> {
  if (typeof wanted === 'object') return { runtime: wanted, release: async () => undefined };
  const { createOnnxRuntime, RuntimeError } = await import('@sillage/runtime');
  switch (wanted) {
    case 'auto':
    case 'onnxruntime-cpu':
    case 'onnxruntime-webgpu':
    case 'onnxruntime-cuda': {
      const runtime = await createOnnxRuntime(wanted === 'auto' ? {} : { name: wanted });
      return { runtime, release: () => runtime.close() };
    }
    case 'webgpu':
    case 'tfjs':
      throw new RuntimeError('unavailable', `the runtime ${wanted} is not part of this build`);
  }
}
