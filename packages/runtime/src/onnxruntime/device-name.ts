import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireGpu } from '../gpu-device-files.js';
import { RuntimeError } from '../network-runtime.js';

/** The CPU's cores are its threads here: what was asked for decides the speed. */
export function cpuName(threads: number): string {
  return `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** What the driver calls the first CUDA device. */
export async function cudaName(): Promise<string> {
  try {
    const query = ['--query-gpu=name', '--format=csv,noheader', '--id=0'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 });
    return stdout.trim();
  } catch {
    // Only the name is lost: the session that was opened says that there is a device.
    return 'a CUDA device';
  }
}

/**
 * The adapter that WebGPU prefers on this machine. ONNX Runtime does not tell which one it takes; it asks the same library
 * in the same way.
 *
 * @throws {@link RuntimeError} `unavailable` where there is none, or only one that computes on the CPU.
 */
export async function webGpuName({ allowSoftware }: { allowSoftware: boolean }): Promise<string> {
  if (!allowSoftware) requireGpu();
  const { create } = await import('webgpu');
  const gpu = create([]);
  KEPT.add(gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new RuntimeError(
      'unavailable',
      'WebGPU finds no adapter on this machine: install the Vulkan driver of its GPU, or take onnxruntime-cpu',
    );
  }
  const { description, device, architecture, isFallbackAdapter } = adapter.info;
  const name = description || device || architecture;
  if (!allowSoftware && (isFallbackAdapter || architecture === 'software')) {
    throw new RuntimeError(
      'unavailable',
      `WebGPU finds only a software adapter on this machine (${name}), slower than onnxruntime-cpu: ` +
        'install the Vulkan driver of its GPU, or allow software adapters to test with it',
    );
  }
  return name;
}

/** Node crashes when the object that `create` returns is collected before its process ends. */
const KEPT = new Set<object>();
