import { RuntimeError, type NetworkRuntime, type RuntimeName } from './network-runtime.js';
import { createOnnxRuntime } from './onnxruntime/create-onnx-runtime.js';
import { requireAgreement } from './require-agreement.js';
import { createTfjsRuntime } from './tfjs/create-tfjs-runtime.js';
import { verifiedInFloat32 } from './verified-precision.js';

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

/**
 * Our own kernels are loaded when they are wanted: their library is native, and missing on some platforms. Drivers of
 * GPUs are many, so before they are trusted with a score, they solve a small network that the interpreter solves too.
 */
async function createOwnWebGpuRuntime({ allowSoftware = false }: RuntimeChoice): Promise<NetworkRuntime> {
  const { createWebGpuRuntime } = await import('./webgpu/index.js').catch((error: unknown) => {
    throw new RuntimeError('unavailable', `the webgpu runtime does not load: ${String(error)}`, {
      cause: error,
    });
  });
  const open = (precision: 'float32' | null) =>
    createWebGpuRuntime({ allowSoftware, ...(precision === null ? {} : { precision }) });
  const runtime = await firstThatAgrees(open);
  return runtime.description.precision === 'float32'
    ? runtime
    : verifiedInFloat32(runtime, () => open('float32'));
}

/** A runtime on a GPU, or on what stands in for one. */
type OpenedRuntime = NetworkRuntime & { readonly isSoftware: boolean };

/**
 * The runtime as it is best, or in float32 where its matrix units or the code for them fail. What the first attempt failed of is
 * a warning then: the result is right, and slower than it could be.
 *
 * @internal Exported for tests.
 * @throws {@link RuntimeError} `unavailable`, with the reason of each attempt, so that another runtime is tried.
 */
export async function firstThatAgrees<Opened extends OpenedRuntime>(
  open: (precision: 'float32' | null) => Promise<Opened>,
): Promise<Opened> {
  const reasons: string[] = [];
  for (const precision of [null, 'float32'] as const) {
    const runtime = await open(precision);
    if (runtime.isSoftware) return runtime;
    try {
      await requireAgreement(runtime);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      await runtime.close();
      reasons.push(`in ${runtime.description.precision}: ${error.message}`);
      if (runtime.description.precision === 'float32') break;
      continue;
    }
    if (reasons.length > 0) process.emitWarning(`webgpu computes in float32, slower: ${reasons.join('; ')}`);
    return runtime;
  }
  throw new RuntimeError('unavailable', reasons.join('; '));
}
