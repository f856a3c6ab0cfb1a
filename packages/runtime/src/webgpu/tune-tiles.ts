import { spreadValues } from '../spread-values.js';
import { BUFFER_USAGE, type Device, MAP_MODE_READ } from './device.js';
import { convolutionParts } from './kernels/convolution-parts.js';
import type { Container, ExecutionPlan, Group } from './execution-plan.js';
import { halfBits } from './half.js';
import { isContainer, type Kernel } from './kernels/kernel-writer.js';
import {
  type MatrixSupport,
  type MatrixTile,
  matrixConvolutionKernel,
  matrixTileCandidates,
  matrixTileKey,
} from './kernels/matrix-convolution.js';

/** One tile, tried for one product. */
export type TileTrial = {
  /** What it was tried for: {@link matrixTileKey}. */
  readonly product: string;
  readonly tile: MatrixTile;
  /** Of one kernel; null where it does not compile here, or differs in a bit from the tile that is taken without trying. */
  readonly microseconds: number | null;
};

export type TuningOptions = {
  /** s after which no other product is begun: compiling counts, and a first product takes what it takes. */
  readonly seconds: number;
  readonly support: MatrixSupport;
  /** Products that were tried before. */
  readonly known?: ReadonlySet<string>;
  /** Tiles tried of each product; the first is the one that is taken without trying. */
  readonly candidates?: number;
  /** How a kernel is made; a test makes a wrong one. */
  readonly make?: typeof matrixConvolutionKernel;
};

const CANDIDATES = 6;
const REPEATS = 8;
/** Of an output, what is compared. */
const COMPARED_BYTES = 2 ** 22;
const PATTERN_LENGTH = 2 ** 16;

/**
 * Tries tiles for the products of a network, the most work first, on the device itself and on tensors of the real size. Every
 * tile adds up in the same order, so the results must be the same to the bit: tuning cannot change a score, and a tile that
 * a driver compiles wrongly is found here.
 */
export async function tuneTiles(
  device: Device,
  plan: ExecutionPlan,
  {
    seconds,
    support,
    known = new Set(),
    candidates = CANDIDATES,
    make = matrixConvolutionKernel,
  }: TuningOptions,
): Promise<readonly TileTrial[]> {
  const deadline = performance.now() + 1000 * seconds;
  const trials: TileTrial[] = [];
  for (const { product, group, tiles } of productsOf(plan, support, candidates)) {
    if (known.has(product)) continue;
    if (performance.now() > deadline) break;
    const bench = new Bench(device);
    try {
      const kernels = tiles.map((tile) => make(plan, group, { ...support, tile }));
      // All at once: drivers compile on threads of their own.
      const times = await bench.compare(kernels);
      for (const [index, tile] of tiles.entries()) {
        trials.push({ product, tile, microseconds: times[index] ?? null });
      }
    } finally {
      bench.destroy();
    }
  }
  return trials;
}

/** Of each product, the tile that was the fastest. */
export function fastestTiles(trials: readonly TileTrial[]): ReadonlyMap<string, MatrixTile> {
  const best = new Map<string, TileTrial>();
  for (const trial of trials) {
    if (trial.microseconds === null) continue;
    const known = best.get(trial.product)?.microseconds ?? Infinity;
    if (trial.microseconds < known) best.set(trial.product, trial);
  }
  return new Map([...best].map(([product, { tile }]) => [product, tile]));
}

type Product = { readonly product: string; readonly group: Group; readonly tiles: readonly MatrixTile[] };

/** The products of a plan, each once, the one with the most operations in all first. */
function productsOf(plan: ExecutionPlan, support: MatrixSupport, candidates: number): readonly Product[] {
  const products = new Map<string, Product & { work: number }>();
  for (const group of plan.groups) {
    if (group.kind !== 'convolution') continue;
    if (![...group.roots, ...group.body].some((id) => plan.stores.has(id))) continue;
    const { operand, siblings, kernel, outputs } = convolutionParts(plan, group);
    const { positions } = group.grid;
    const depth = kernel * kernel * operand.quads * 4;
    const product = matrixTileKey({ siblings, outputs, positions, depth, format: operand.format });
    const work = siblings * outputs * positions * depth + (products.get(product)?.work ?? 0);
    const tiles =
      support.products === 'emulated'
        ? emulatedTiles(siblings)
        : matrixTileCandidates({ siblings, outputs, positions }, support).slice(0, candidates);
    products.set(product, { product, group: products.get(product)?.group ?? group, tiles, work });
  }
  return [...products.values()].sort((a, b) => b.work - a.work);
}

/** Small ones: lane by lane, the code of every matrix is written out. */
function emulatedTiles(siblings: number): readonly MatrixTile[] {
  const tile = { subgroupRows: 1, subgroupColumns: siblings, rowSubgroups: 1, columnSubgroups: 1 };
  return [
    { ...tile, stages: 1 },
    { ...tile, subgroupRows: 2, stages: 2 },
  ];
}

/** Kernels that read and write the same containers, on memory of their own. */
class Bench {
  readonly #device: Device;
  readonly #made: GPUBuffer[] = [];
  readonly #containers = new Map<Container, GPUBuffer>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** µs of each kernel; null for one that does not compile, or does not compute what the first does. */
  async compare(kernels: readonly Kernel[]): Promise<(number | null)[]> {
    const pipelines = await Promise.all(
      kernels.map(({ code, label, bindings, factors }) => {
        const layout = this.#device.bindGroupLayout([
          ...bindings.map(({ access }) =>
            access === 'read' ? ('read-only-storage' as const) : ('storage' as const),
          ),
          ...(factors.length > 0 ? (['uniform'] as const) : []),
        ]);
        return this.#device.pipeline(code, layout, label).then(
          (pipeline) => ({ pipeline, layout }),
          () => null,
        );
      }),
    );
    let expected: Uint32Array | null = null;
    const times: (number | null)[] = [];
    for (const [index, kernel] of kernels.entries()) {
      const compiled = pipelines[index] ?? null;
      if (compiled === null) {
        times.push(null);
        continue;
      }
      const bindGroup = await this.#device.checked('tuning', () => this.#bindGroup(kernel, compiled.layout));
      const result = await this.#resultOf(kernel, compiled.pipeline, bindGroup);
      expected ??= result;
      const first = expected;
      const isSame = result.every((word, k) => word === first[k]);
      times.push(isSame ? await this.#time(kernel, compiled.pipeline, bindGroup) : null);
    }
    return times;
  }

  destroy(): void {
    for (const buffer of this.#made) buffer.destroy();
  }

  #bindGroup(kernel: Kernel, layout: GPUBindGroupLayout): GPUBindGroup {
    const buffers = kernel.bindings.map(({ resource }) =>
      isContainer(resource) ? this.#container(resource) : this.#filled(resource.make()),
    );
    if (kernel.factors.length > 0) {
      const padded = Math.ceil(kernel.factors.length / 4) * 4;
      const factors = Float32Array.from({ length: padded }, (_, k) => kernel.factors[k] ?? 0);
      buffers.push(this.#filled(factors, BUFFER_USAGE.uniform));
    }
    return this.#device.gpu.createBindGroup({
      layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  /** Numbers of both signs everywhere, borders included: it matters only that they are the same for every kernel. */
  #container(container: Container): GPUBuffer {
    const known = this.#containers.get(container);
    if (known !== undefined) return known;
    const buffer = this.#buffer(
      container.byteLength,
      BUFFER_USAGE.storage | BUFFER_USAGE.copyDestination | BUFFER_USAGE.copySource,
    );
    this.#containers.set(container, buffer);
    const numbers = spreadValues(PATTERN_LENGTH, container.id + 1);
    const pattern = container.format === 'float32' ? numbers : Uint16Array.from(numbers, halfBits);
    const from = this.#filled(pattern, BUFFER_USAGE.copySource);
    const encoder = this.#device.gpu.createCommandEncoder();
    const whole = Math.floor(container.byteLength / 4) * 4;
    for (let at = 0; at < whole; at += pattern.byteLength) {
      encoder.copyBufferToBuffer(from, 0, buffer, at, Math.min(pattern.byteLength, whole - at));
    }
    this.#device.gpu.queue.submit([encoder.finish()]);
    return buffer;
  }

  #filled(data: Float32Array | Uint16Array, usage: number = BUFFER_USAGE.storage): GPUBuffer {
    const buffer = this.#buffer(data.byteLength, usage | BUFFER_USAGE.copyDestination);
    this.#device.gpu.queue.writeBuffer(
      buffer,
      0,
      data.buffer as ArrayBuffer,
      data.byteOffset,
      data.byteLength,
    );
    return buffer;
  }

  #buffer(size: number, usage: number): GPUBuffer {
    const buffer = this.#device.createBuffer(size, usage);
    this.#made.push(buffer);
    return buffer;
  }

  /** The beginning of the last container that the kernel writes, written by it alone. */
  async #resultOf(
    kernel: Kernel,
    pipeline: GPUComputePipeline,
    bindGroup: GPUBindGroup,
  ): Promise<Uint32Array> {
    const written = kernel.bindings.flatMap(({ resource, access }) =>
      access === 'read_write' && isContainer(resource) ? [resource] : [],
    );
    const target = this.#containers.get(written.at(-1)!)!;
    const bytes = Math.min(COMPARED_BYTES, Math.floor(written.at(-1)!.byteLength / 4) * 4);
    const readback = this.#buffer(bytes, BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination);
    await this.#device.checked('tuning', () => {
      const encoder = this.#device.gpu.createCommandEncoder();
      encoder.clearBuffer(target);
      this.#encode(encoder.beginComputePass(), kernel, { pipeline, bindGroup, repeats: 1 });
      encoder.copyBufferToBuffer(target, 0, readback, 0, bytes);
      this.#device.gpu.queue.submit([encoder.finish()]);
    });
    await readback.mapAsync(MAP_MODE_READ);
    const words = new Uint32Array(readback.getMappedRange()).slice(0, bytes / 4);
    readback.unmap();
    this.#device.throwIfBroken();
    return words;
  }

  /** By the device's own clock where it has one. */
  async #time(kernel: Kernel, pipeline: GPUComputePipeline, bindGroup: GPUBindGroup): Promise<number> {
    const { gpu, hasTimestamps } = this.#device;
    const querySet = hasTimestamps ? gpu.createQuerySet({ type: 'timestamp', count: 2 }) : null;
    const stamps = this.#buffer(16, BUFFER_USAGE.queryResolve | BUFFER_USAGE.copySource);
    const readback = this.#buffer(16, BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination);
    try {
      const start = performance.now();
      await this.#device.checked('tuning', () => {
        const encoder = gpu.createCommandEncoder();
        const pass = encoder.beginComputePass(
          querySet === null
            ? {}
            : { timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } },
        );
        this.#encode(pass, kernel, { pipeline, bindGroup, repeats: REPEATS });
        if (querySet !== null) encoder.resolveQuerySet(querySet, 0, 2, stamps, 0);
        encoder.copyBufferToBuffer(stamps, 0, readback, 0, 16);
        gpu.queue.submit([encoder.finish()]);
      });
      await readback.mapAsync(MAP_MODE_READ);
      const milliseconds = performance.now() - start;
      const [begin, end] = new BigUint64Array(readback.getMappedRange()).slice();
      readback.unmap();
      this.#device.throwIfBroken();
      return (querySet === null ? 1000 * milliseconds : Number(end! - begin!) / 1000) / REPEATS;
    } finally {
      querySet?.destroy();
    }
  }

  #encode(
    pass: GPUComputePassEncoder,
    { workgroups }: Kernel,
    {
      pipeline,
      bindGroup,
      repeats,
    }: { pipeline: GPUComputePipeline; bindGroup: GPUBindGroup; repeats: number },
  ): void {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let repeat = 0; repeat < repeats; repeat++) pass.dispatchWorkgroups(...workgroups);
    pass.end();
  }
}
