import { create } from 'webgpu';
import { RuntimeError, type RuntimeErrorCode } from '../network-runtime.js';
import { requireGpu } from '../gpu-device-files.js';
import { driverEnvironment, driverHint } from '../gpu-driver.js';
import { type MatrixAbilities, type MatrixUnit, matrixUnitOf } from './kernels/matrix-unit.js';

/** Numbers of the WebGPU specification, which the package has as globals only. */
export const BUFFER_USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyDestination: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;
export const MAP_MODE_READ = 0x1;
export const SHADER_STAGE_COMPUTE = 0x4;

const MATRIX_FEATURES = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'] as const;
const WANTED_FEATURES = [...MATRIX_FEATURES, 'timestamp-query'] as const;
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;
/**
 * Dawn's switches. Subgroup matrices are behind `allow_unsafe_apis`. Every kernel writes its workgroup memory before it
 * reads it, so nobody has to clear it first. Time stamps in steps of 0.1 ms would say nothing about a kernel.
 */
const ENABLED_TOGGLES = ['allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia', 'disable_workgroup_init'];
const DISABLED_TOGGLES = ['timestamp_quantization'];

/** Collected while a device of it lives, it takes Node down with it: it stays for good. */
let instance: GPU | null = null;

type ExtendedInfo = GPUAdapterInfo & MatrixAbilities;

/** A device and what went wrong on it: every error of WebGPU ends in a {@link RuntimeError}, none on the console. */
export class Device {
  readonly gpu: GPUDevice;
  readonly name: string;
  readonly isSoftware: boolean;
  /** What multiplies matrices, or why nothing does. */
  readonly matrixUnit: MatrixUnit | string;
  readonly hasHalf: boolean;
  readonly hasTimestamps: boolean;
  #broken: RuntimeError | null = null;
  #isClosed = false;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  private constructor(gpu: GPUDevice, info: ExtendedInfo) {
    this.gpu = gpu;
    this.name = deviceName(info);
    this.isSoftware = isSoftwareAdapter(info);
    this.hasHalf = gpu.features.has('shader-f16');
    this.hasTimestamps = gpu.features.has('timestamp-query');
    const lacking = MATRIX_FEATURES.filter((feature) => !hasFeature(gpu, feature));
    this.matrixUnit = lacking.length > 0 ? `it lacks ${lacking.join(' and ')}` : matrixUnitOf(info);
    void gpu.lost.then(({ reason, message }) => {
      if (!this.#isClosed) {
        this.#broken ??= new RuntimeError(
          'device-lost',
          `${this.name} was lost (${reason}): ${firstLine(message)}; open the runtime again`,
        );
      }
    });
    gpu.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      this.#broken ??= this.errorOf(event.error, 'outside of any run');
    });
  }

  /** @throws {@link RuntimeError} `unavailable`. */
  static async open({ allowSoftware }: { allowSoftware: boolean }): Promise<Device> {
    if (!allowSoftware) requireGpu();
    // The loader of Vulkan reads it when the instance is made.
    if (instance === null) Object.assign(process.env, driverEnvironment());
    instance ??= create([
      `enable-dawn-features=${ENABLED_TOGGLES.join()}`,
      `disable-dawn-features=${DISABLED_TOGGLES.join()}`,
    ]);
    const adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) {
      throw new RuntimeError('unavailable', `WebGPU found no adapter: ${driverHint()}`);
    }
    if (isSoftwareAdapter(adapter.info) && !allowSoftware) {
      throw new RuntimeError(
        'unavailable',
        `WebGPU found only a software adapter (${deviceName(adapter.info)}), a thousand times slower than a GPU: ${driverHint()}; or allow software, or use onnxruntime-cpu`,
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
    const requiredFeatures = WANTED_FEATURES.filter((feature) =>
      hasFeature(adapter, feature),
    ) as unknown as GPUFeatureName[];
    const gpu = await adapter.requestDevice({ requiredFeatures, requiredLimits }).catch((cause: unknown) => {
      throw new RuntimeError(
        'unavailable',
        `${deviceName(adapter.info)} gave no device: ${firstLine(String(cause))}; see that no other program holds the GPU or its memory, and update its driver`,
        { cause },
      );
    });
    return new Device(gpu, adapter.info);
  }

  throwIfBroken(): void {
    if (this.#isClosed) {
      throw new RuntimeError('device-lost', `the runtime on ${this.name} is closed; open it again`);
    }
    if (this.#broken !== null) throw this.#broken;
  }

  /** Calls `act` and throws what WebGPU has to say about it, once it has said it. */
  async checked<Result>(what: string, act: () => Result): Promise<Result> {
    this.throwIfBroken();
    const filters = ['validation', 'out-of-memory', 'internal'] as const;
    for (const filter of filters) this.gpu.pushErrorScope(filter);
    let result: Result;
    let scopes: Promise<GPUError | null>[];
    try {
      result = act();
    } finally {
      scopes = filters.map(() => this.gpu.popErrorScope());
    }
    const errors = await Promise.all(scopes).catch((cause: unknown) => {
      this.throwIfBroken();
      throw new RuntimeError('device-lost', `${this.name} did not answer: ${String(cause)}`, { cause });
    });
    // The scopes are popped from the inside: what kind an error is, its class says.
    for (const error of errors) if (error !== null) throw this.errorOf(error, what);
    this.throwIfBroken();
    return result;
  }

  errorOf(error: GPUError, what: string): RuntimeError {
    const kind = error.constructor.name;
    const code: RuntimeErrorCode = kind === 'GPUOutOfMemoryError' ? 'out-of-memory' : 'invalid-network';
    return new RuntimeError(code, `${this.name}, ${what}: ${firstLine(error.message)}`, { cause: error });
  }

  createBuffer(size: number, usage: number): GPUBuffer {
    return this.gpu.createBuffer({ size: Math.max(16, Math.ceil(size / 4) * 4), usage });
  }

  bindGroupLayout(kinds: readonly GPUBufferBindingType[]): GPUBindGroupLayout {
    const key = kinds.join();
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = this.gpu.createBindGroupLayout({
        entries: kinds.map((type, binding) => ({
          binding,
          visibility: SHADER_STAGE_COMPUTE,
          buffer: { type },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }

  /** Steps and networks that need the same shader share it. */
  pipeline(code: string, layout: GPUBindGroupLayout, what: string): Promise<GPUComputePipeline> {
    let pipeline = this.#pipelines.get(code);
    if (pipeline === undefined) {
      pipeline = this.#createPipeline(code, layout, what);
      this.#pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  async #createPipeline(code: string, layout: GPUBindGroupLayout, what: string): Promise<GPUComputePipeline> {
    const module = await this.checked(`the shader of '${what}'`, () => this.gpu.createShaderModule({ code }));
    try {
      return await this.gpu.createComputePipelineAsync({
        layout: this.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
    } catch (cause) {
      this.throwIfBroken();
      throw new RuntimeError(
        'unsupported-operation',
        `${this.name} does not take the shader of '${what}': ${firstLine(String(cause))}`,
        { cause },
      );
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.gpu.destroy();
  }
}

function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || info.architecture === 'software';
}

/** The card, e.g. `nvidia-h100-80gb-hbm3`, and its driver: adapters call the latter their description. */
function deviceName({ device, description }: GPUAdapterInfo): string {
  return [device, description === '' || device === '' ? description : `(${description})`]
    .filter((part) => part !== '')
    .join(' ');
}

function hasFeature(owner: { features: GPUSupportedFeatures }, feature: string): boolean {
  return (owner.features as ReadonlySet<string>).has(feature);
}

function firstLine(message: string): string {
  return message.trim().split('\n')[0]!;
}
