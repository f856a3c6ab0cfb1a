import { RuntimeError, type NetworkRuntime, type RuntimeName } from './network-runtime.js';
import { createOnnxRuntime } from './onnxruntime/create-onnx-runtime.js';
import { createTfjsRuntime } from './tfjs/create-tfjs-runtime.js';

export type RuntimeChoice = {
  /** `auto` takes the fastest that this machine has: see {@link AUTOMATIC_ORDER}. */
  readonly preferred?: RuntimeName | 'auto';
  /** Of a runtime on the CPU; all cores that this process may use by default. */
  readonly threads?: number;
  /** Whether an adapter that computes on the CPU counts as a GPU: slow, for tests of a GPU's runtime without one. */
  readonly allowSoftware?: boolean;
};

/** Fastest first. tfjs is not in it: it is chosen by name only. */
export const AUTOMATIC_ORDER = [
  'webgpu',
  'onnxruntime-cuda',
  'onnxruntime-webgpu',
  'onnxruntime-cpu',
] as const satisfies readonly RuntimeName[];

export type CreateRuntime = (options: Omit<RuntimeChoice, 'preferred'>) => Promise<NetworkRuntime>;

const CREATE: Readonly<Record<RuntimeName, CreateRuntime>> = {
  webgpu: createOwnWebGpuRuntime,
  'onnxruntime-cuda': (options) => createOnnxRuntime({ ...options, name: 'onnxruntime-cuda' }),
  'onnxruntime-webgpu': (options) => createOnnxRuntime({ ...options, name: 'onnxruntime-webgpu' }),
  'onnxruntime-cpu': (options) => createOnnxRuntime({ ...options, name: 'onnxruntime-cpu' }),
  tfjs: () => createTfjsRuntime(),
};

/**
 * The runtime that was asked for, or the fastest that works here.
 *
 * @param create - how each runtime is made; a test passes its own.
 * @throws {@link RuntimeError} `unavailable` with the reason of each runtime that was tried.
 */
export async function chooseRuntime(
  { preferred = 'auto', ...options }: RuntimeChoice = {},
  create: Readonly<Record<RuntimeName, CreateRuntime>> = CREATE,
): Promise<NetworkRuntime> {
  if (preferred !== 'auto') return create[preferred](options);
  const reasons: string[] = [];
  for (const name of AUTOMATIC_ORDER) {
    try {
      return await create[name](options);
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== 'unavailable') throw error;
      reasons.push(`${name}: ${error.message}`);
    }
  }
  throw new RuntimeError('unavailable', `no runtime works on this machine\n${reasons.join('\n')}`);
}

/** Our own kernels are loaded when they are wanted: their library is native, and missing on some platforms. */
async function createOwnWebGpuRuntime({ allowSoftware }: RuntimeChoice): Promise<NetworkRuntime> {
  const { createWebGpuRuntime } = (await import(OWN_KERNELS).catch((error: unknown) => {
    throw new RuntimeError('unavailable', `the webgpu runtime does not load: ${String(error)}`, {
      cause: error,
    });
  })) as { createWebGpuRuntime: (options: { allowSoftware?: boolean }) => Promise<NetworkRuntime> };
  return createWebGpuRuntime(allowSoftware === undefined ? {} : { allowSoftware });
}

const OWN_KERNELS: string = './webgpu/index.js';
