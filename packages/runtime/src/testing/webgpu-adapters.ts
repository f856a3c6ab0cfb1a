import { RuntimeError } from '../network-runtime.js';
import { createWebGpuRuntime, type WebGpuRuntime, type WebGpuRuntimeOptions } from '../webgpu/index.js';

/** A runtime on whatever adapter there is, Mesa's on the CPU included; null, and a word about it, where there is none. */
export async function openSoftware(options: WebGpuRuntimeOptions = {}): Promise<WebGpuRuntime | null> {
  return open({ precision: 'float32', ...options, allowSoftware: true });
}

/** A runtime on a GPU; null, and a word about it, where there is none. */
export async function openGpu(options: WebGpuRuntimeOptions = {}): Promise<WebGpuRuntime | null> {
  return open({ ...options, allowSoftware: false });
}

async function open(options: WebGpuRuntimeOptions): Promise<WebGpuRuntime | null> {
  try {
    return await createWebGpuRuntime(options);
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== 'unavailable') throw error;
    console.warn(`Tests of WebGPU are skipped: ${error.message}`);
    return null;
  }
}
