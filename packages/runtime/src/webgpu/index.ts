import type { Graph } from '@sillage/fourdvarnet';
import { createRequire } from 'node:module';
import { type NetworkRuntime, RuntimeError, type RuntimeDescription } from '../network-runtime.js';
import { Device } from './device.js';
import type { OperandFormat } from './execution-plan.js';
import type { ConvolutionSupport } from './kernels/group-kernels.js';
import type { MatrixSupport, MatrixTile } from './kernels/matrix-convolution.js';
import type { MatrixUnit } from './kernels/matrix-unit.js';
import { compileNetwork, type WebGpuNetwork } from './webgpu-network.js';

export type { TileTrial } from './tune-tiles.js';
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
  /** Passes over the device that may be under way together. */
  readonly passesInFlight?: number;
  /** Runs of batches of one patch that a pass computes together; by default as many as fill a large GPU. */
  readonly runsPerPass?: number;
  /**
   * s to spend on finding the fastest tiles for matrix units when a network is compiled, at most about as long again for what is
   * being compiled then. It changes no bit of a result. Default 0, no tuning: it pays for minutes of work.
   */
  readonly tuneSeconds?: number;
  /** Quads of sums that a thread of a float32 convolution holds: more is faster until registers run out. */
  readonly accumulators?: number;
  /** For tests: a tile for every product, instead of the one that is likely to be the fastest. */
  readonly tile?: MatrixTile;
  /** For tests on devices without matrix units: the same kernels with their products computed lane by lane. */
  readonly emulateMatrices?: MatrixUnit;
};

export type WebGpuRuntime = Omit<NetworkRuntime, 'compile'> & {
  /** Whether the adapter computes on the CPU. */
  readonly isSoftware: boolean;
  compile(graph: Graph): Promise<WebGpuNetwork>;
};

/** Enough that the device computes while the host copies; more only costs memory. */
const PASSES_IN_FLIGHT = { gpu: 2, software: 1 };
/**
 * Points of a pass beyond which more runs in it win nothing: four patches of 240 × 240. A patch alone starts 14 kernels a step that
 * are over before they fill an H100, and starting one costs about as much as computing it.
 */
const PASS_POINTS = 4 * 240 * 240;
const MAX_RUNS_PER_PASS = 8;
/** A software adapter compiles a kernel for longer than it runs it: short ones there. */
const ACCUMULATORS = { gpu: 16, software: 2 };
/**
 * Sums of a lane on matrix units. A prototype on an H100 did 113, 104, 100 and 95 TFLOP/s with 8, 4, 12 and 16 matrices of 256 sums
 * for 32 lanes.
 */
const MATRIX_SUMS = { gpu: 64, software: 8 };
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
  readonly #passesInFlight: number;
  readonly #runsPerPass: number | null;
  readonly #tuneSeconds: number;

  constructor(device: Device, options: WebGpuRuntimeOptions) {
    this.#device = device;
    this.isSoftware = device.isSoftware;
    const matrices = matrixSupport(device, options);
    const precision = options.precision ?? (typeof matrices === 'string' ? 'float32' : 'float16-products');
    if (precision === 'float32') {
      const accumulators = device.isSoftware ? ACCUMULATORS.software : ACCUMULATORS.gpu;
      this.#convolutions = { kind: 'tiled', accumulators: options.accumulators ?? accumulators };
    } else if (typeof matrices === 'string') {
      throw new RuntimeError(
        'unavailable',
        `${device.name} has no matrix units for float16: ${matrices}; ask for float32`,
      );
    } else {
      this.#convolutions = { kind: 'matrix', ...matrices };
    }
    this.#operandFormat =
      precision === 'float32' ? 'float32' : options.operandParts === 2 ? 'float16-pair' : 'float16';
    this.#passesInFlight =
      options.passesInFlight ?? (device.isSoftware ? PASSES_IN_FLIGHT.software : PASSES_IN_FLIGHT.gpu);
    this.#tuneSeconds = options.tuneSeconds ?? 0;
    this.#runsPerPass = options.runsPerPass ?? (device.isSoftware ? 1 : null);
    this.description = { name: 'webgpu', version: packageVersion(), device: device.name, precision };
  }

  compile(graph: Graph): Promise<WebGpuNetwork> {
    return compileNetwork(this.#device, graph, {
      operandFormat: this.#operandFormat,
      convolutions: this.#convolutions,
      passesInFlight: this.#passesInFlight,
      runsPerPass: this.#runsPerPass ?? runsThatFill(graph),
      tuneSeconds: this.#tuneSeconds,
    });
  }

  async close(): Promise<void> {
    this.#device.close();
  }
}

/** How the device multiplies matrices, or why it does not. */
function matrixSupport(
  { matrixUnit, hasHalf, gpu, isSoftware }: Device,
  { emulateMatrices, tile }: WebGpuRuntimeOptions,
): MatrixSupport | string {
  const isEmulated = emulateMatrices !== undefined && hasHalf;
  const unit = isEmulated ? emulateMatrices : matrixUnit;
  if (typeof unit === 'string') return unit;
  return {
    products: isEmulated ? 'emulated' : 'native',
    unit,
    workgroupStorage: gpu.limits.maxComputeWorkgroupStorageSize,
    maxThreads: gpu.limits.maxComputeInvocationsPerWorkgroup,
    wantedWorkgroups: WANTED_WORKGROUPS,
    wantedSums: isSoftware ? MATRIX_SUMS.software : MATRIX_SUMS.gpu,
    ...(tile === undefined ? {} : { tile }),
  };
}

/** Runs of a graph that together have about {@link PASS_POINTS} points. */
function runsThatFill(graph: Graph): number {
  const points = Math.max(1, ...graph.nodes.map(({ shape }) => shape[0] * shape[2] * shape[3]));
  return Math.max(1, Math.min(MAX_RUNS_PER_PASS, Math.floor(PASS_POINTS / points)));
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('webgpu/package.json') as { version: string };
  return `webgpu ${version}`;
}
