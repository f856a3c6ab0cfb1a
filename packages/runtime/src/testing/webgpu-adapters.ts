import { RuntimeError } from '../network-runtime.js';
import { createWebGpuRuntime, type WebGpuRuntime, type WebGpuRuntimeOptions } from '../webgpu/index.js';
import type { MatrixUnit } from '../webgpu/kernels/matrix-unit.js';

/** What NVIDIA's cards multiply, and what most GPUs with smaller matrices do. */
export const NVIDIA_UNIT: MatrixUnit = { side: 16, lanes: 32 };
export const SMALL_UNIT: MatrixUnit = { side: 8, lanes: 32 };

/** Whether tests of a GPU also take an adapter that computes on the CPU: minutes instead of seconds, see the package's README. */
export const allowsSoftwareGpu = process.env['SILLAGE_SOFTWARE_GPU'] === '1';

/** A runtime on whatever adapter there is, Mesa's on the CPU included; null, and a word about it, where there is none. */
export async function openSoftware(options: WebGpuRuntimeOptions = {}): Promise<WebGpuRuntime | null> {
  return open({ precision: 'float32', ...options, allowSoftware: true });
}

/** A runtime on a GPU, or what {@link allowsSoftwareGpu} lets pass for one; null, and a word about it, where there is none. */
export async function openGpu(options: WebGpuRuntimeOptions = {}): Promise<WebGpuRuntime | null> {
  return open({ ...options, allowSoftware: allowsSoftwareGpu });
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
