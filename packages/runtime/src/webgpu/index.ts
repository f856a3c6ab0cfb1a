import type { Graph } from '@sillage/fourdvarnet';
import { createRequire } from 'node:module';
import { type NetworkRuntime, RuntimeError, type RuntimeDescription } from '../network-runtime.js';
import { Device } from './device.js';
import type { OperandFormat } from './execution-plan.js';
import type { ConvolutionSupport } from './group-kernels.js';
import type { MatrixTile } from './matrix-convolution.js';
import { compileNetwork, type WebGpuNetwork } from './webgpu-network.js';

export type { KernelTime, WebGpuNetwork } from './webgpu-network.js';

export type WebGpuRuntimeOptions = {
  /** Take an adapter that computes on the CPU if there is no other. */
  readonly allowSoftware?: boolean;
  /** Default: float16 products where the device has matrix units for them, else float32. */
  readonly precision?: 'float32' | 'float16-products';
  /**
   * float16 numbers that stand for one operand of a product: 1 keeps 11 bits, as TF32 does; 2 keep 22, for three
   * products instead of one. Default 1.
   */
  readonly operandParts?: 1 | 2;
  readonly runsInFlight?: number;
  /** Quads of sums that a thread of a float32 convolution holds: more is faster until registers run out. */
  readonly accumulators?: number;
  /** For tests on devices without matrix units: the same kernels with their products computed lane by lane. */
  readonly emulateMatrices?: { readonly tile?: MatrixTile };
};

export type WebGpuRuntime = Omit<NetworkRuntime, 'compile'> & {
  /** Whether the adapter computes on the CPU. */
  readonly isSoftware: boolean;
  compile(graph: Graph): Promise<WebGpuNetwork>;
};

/** Enough that the device computes while the host copies; more only costs memory. */
const RUNS_IN_FLIGHT = { gpu: 3, software: 1 };
/** A software adapter compiles a kernel for longer than it runs it: short ones there. */
const ACCUMULATORS = { gpu: 16, software: 2 };
/** One and a half for each of an H100's 132 processors: a reckoning, to be replaced by a measurement. */
const WANTED_WORKGROUPS = 198;

/**
 * Executes networks with our own kernels on any GPU that has a Vulkan, Metal or D3D12 driver.
 *
 * @throws {@link RuntimeError} `unavailable` where there is no such device, or none that can do what is asked for.
 */
export async function createWebGpuRuntime(options: WebGpuRuntimeOptions = {}): Promise<WebGpuRuntime> {
  const device = await Device.open({ allowSoftware: options.allowSoftware ?? false });
  try {
    return new Runtime(device, options);
  } catch (error) {
    device.close();
    throw error;
  }
}

class Runtime implements WebGpuRuntime {
  readonly description: RuntimeDescription;
  readonly isSoftware: boolean;
  readonly #device: Device;
  readonly #convolutions: ConvolutionSupport;
  readonly #operandFormat: OperandFormat;
  readonly #runsInFlight: number;

  constructor(device: Device, options: WebGpuRuntimeOptions) {
    this.#device = device;
    this.isSoftware = device.isSoftware;
    const isEmulated = options.emulateMatrices !== undefined;
    const canMultiply = device.hasMatrices || (isEmulated && device.hasHalf);
    const precision = options.precision ?? (canMultiply ? 'float16-products' : 'float32');
    if (precision === 'float16-products' && !canMultiply) {
      throw new RuntimeError(
        'unavailable',
        `${device.name} has no matrix units for float16 (16 × 16 × 16 with float32 sums, subgroups of 32); ask for float32`,
      );
    }
    this.#convolutions =
      precision === 'float32'
        ? {
            kind: 'tiled',
            accumulators:
              options.accumulators ?? (device.isSoftware ? ACCUMULATORS.software : ACCUMULATORS.gpu),
          }
        : {
            kind: 'matrix',
            products: isEmulated ? 'emulated' : 'native',
            workgroupStorage: device.gpu.limits.maxComputeWorkgroupStorageSize,
            wantedWorkgroups: WANTED_WORKGROUPS,
            ...(options.emulateMatrices?.tile === undefined ? {} : { tile: options.emulateMatrices.tile }),
          };
    this.#operandFormat =
      precision === 'float32' ? 'float32' : options.operandParts === 2 ? 'float16-pair' : 'float16';
    this.#runsInFlight =
      options.runsInFlight ?? (device.isSoftware ? RUNS_IN_FLIGHT.software : RUNS_IN_FLIGHT.gpu);
    this.description = { name: 'webgpu', version: packageVersion(), device: device.name, precision };
  }

  compile(graph: Graph): Promise<WebGpuNetwork> {
    return compileNetwork(this.#device, graph, {
      operandFormat: this.#operandFormat,
      convolutions: this.#convolutions,
      runsInFlight: this.#runsInFlight,
    });
  }

  async close(): Promise<void> {
    this.#device.close();
  }
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('webgpu/package.json') as { version: string };
  return `webgpu ${version}`;
}
