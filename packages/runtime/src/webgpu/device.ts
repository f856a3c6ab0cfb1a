import { create } from 'webgpu';
import { RuntimeError, type RuntimeErrorCode } from '../network-runtime.js';
import { requireGpu } from '../gpu-device-files.js';

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

const WANTED_FEATURES = [
  'shader-f16',
  'subgroups',
  'chromium-experimental-subgroup-matrix',
  'timestamp-query',
] as const;
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

type MatrixConfiguration = {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
};
type ExtendedInfo = GPUAdapterInfo & { readonly subgroupMatrixConfigs?: Iterable<MatrixConfiguration> };

/** A device and what went wrong on it: every error of WebGPU ends in a {@link RuntimeError}, none on the console. */
export class Device {
  readonly gpu: GPUDevice;
  readonly name: string;
  readonly isSoftware: boolean;
  /** 16 × 16 × 16, float16 products, float32 sums, subgroups of 32. */
  readonly hasMatrices: boolean;
  readonly hasHalf: boolean;
  readonly hasTimestamps: boolean;
  #broken: RuntimeError | null = null;
  #isClosed = false;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  private constructor(gpu: GPUDevice, info: ExtendedInfo) {
    this.gpu = gpu;
    this.name = info.description === '' ? info.device : deviceName(info);
    this.isSoftware = isSoftwareAdapter(info);
    this.hasHalf = gpu.features.has('shader-f16');
    this.hasTimestamps = gpu.features.has('timestamp-query');
    this.hasMatrices =
      this.hasHalf &&
      WANTED_FEATURES.every((feature) => feature === 'timestamp-query' || hasFeature(gpu, feature)) &&
      info.subgroupMinSize === 32 &&
      info.subgroupMaxSize === 32 &&
      [...(info.subgroupMatrixConfigs ?? [])].some(
        ({ componentType, resultComponentType, M, N, K }) =>
          componentType === 'f16' && resultComponentType === 'f32' && M === 16 && N === 16 && K === 16,
      );
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
    instance ??= create([
      `enable-dawn-features=${ENABLED_TOGGLES.join()}`,
      `disable-dawn-features=${DISABLED_TOGGLES.join()}`,
    ]);
    const adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) {
      throw new RuntimeError(
        'unavailable',
        'WebGPU found no adapter; install a Vulkan driver (Debian: libvulkan1 with the GPU vendor’s driver, or mesa-vulkan-drivers to compute on the CPU)',
      );
    }
    if (isSoftwareAdapter(adapter.info) && !allowSoftware) {
      throw new RuntimeError(
        'unavailable',
        `WebGPU found only a software adapter (${deviceName(adapter.info)}), a thousand times slower than a GPU; install the GPU's Vulkan driver, allow software, or use onnxruntime-cpu`,
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
    const gpu = await adapter.requestDevice({
      requiredFeatures: WANTED_FEATURES.filter((feature) =>
        hasFeature(adapter, feature),
      ) as unknown as GPUFeatureName[],
      requiredLimits,
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

function deviceName({ device, description }: GPUAdapterInfo): string {
  return description === '' ? device : description;
}

function hasFeature(owner: { features: GPUSupportedFeatures }, feature: string): boolean {
  return (owner.features as ReadonlySet<string>).has(feature);
}

function firstLine(message: string): string {
  return message.trim().split('\n')[0]!;
}
