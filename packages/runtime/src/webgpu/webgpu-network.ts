import type { Graph } from '@sillage/fourdvarnet';
import { type CompiledNetwork, RuntimeError, type Tensors } from '../network-runtime.js';
import { assignBuffers, type BufferAssignment } from './assign-buffers.js';
import { BUFFER_USAGE, type Device, MAP_MODE_READ } from './device.js';
import { type Container, type ExecutionPlan, type OperandFormat, planExecution } from './execution-plan.js';
import { elementCount, layOut } from './grid.js';
import { type ConvolutionSupport, groupKernels } from './kernels/group-kernels.js';
import { isContainer, type Kernel, type KernelConstants, type KernelWork } from './kernels/kernel-writer.js';
import { matrixOperandQuads } from './kernels/matrix-convolution.js';
import { simplifyGraph } from './simplify-graph.js';
import { stackRuns } from './stack-runs.js';
import { fastestTiles, type TileTrial, tuneTiles } from './tune-tiles.js';

export type NetworkOptions = {
  readonly operandFormat: OperandFormat;
  readonly convolutions: ConvolutionSupport;
  /** Passes over the device that may be under way together. */
  readonly passesInFlight: number;
  /** Runs that one pass computes, where the graph allows it: {@link stackRuns}. */
  readonly runsPerPass: number;
  /** s to spend on finding the fastest tiles for matrix units, before a network is ready; 0: take those that are likely to be. */
  readonly tuneSeconds: number;
};

/** How long one kernel took, with all others before and after it. */
export type KernelTime = {
  readonly label: string;
  readonly microseconds: number;
  readonly work: KernelWork;
};

export type WebGpuNetwork = CompiledNetwork & {
  /** Kernels that one pass starts. */
  readonly kernelCount: number;
  /** Runs that one pass computes. */
  readonly runsPerPass: number;
  /** What tuning tried, in this network or in one before it; empty without tuning. */
  readonly tileTrials: readonly TileTrial[];
  /** Buffers that are allocated now. */
  readonly bufferCount: number;
  /** One pass with a time stamp around each kernel: slower than {@link CompiledNetwork.run}, since they never overlap. */
  profile(inputs: Tensors): Promise<readonly KernelTime[]>;
};

const UNIFORM_ALIGNMENT = 256;
/** Where a mapped range may start, by the specification. */
const MAP_ALIGNMENT = 8;
/** Time stamps in one query set, by the specification. */
const MAX_QUERIES = 4096;

export async function compileNetwork(
  device: Device,
  graph: Graph,
  options: NetworkOptions,
): Promise<WebGpuNetwork> {
  const stacked = options.runsPerPass === 1 ? null : stackRuns(graph, options.runsPerPass);
  if (stacked !== null) {
    try {
      return await prepareNetwork(device, stacked, options);
    } catch (error) {
      // What is too large together may fit one by one.
      if (!(error instanceof RuntimeError) || error.code !== 'out-of-memory') throw error;
    }
  }
  return prepareNetwork(device, graph, { ...options, runsPerPass: 1 });
}

async function prepareNetwork(device: Device, graph: Graph, options: NetworkOptions): Promise<Network> {
  const { plan, kernels, trials } = await tunedKernels(device, graph, options);
  const assignment = assignBuffers(plan.containers);
  requireRoom(device, plan);
  const { passesInFlight, runsPerPass } = options;
  const network = new Network(device, {
    plan,
    kernels,
    trials,
    assignment,
    passesInFlight,
    runsPerPass,
  });
  try {
    await network.prepare();
  } catch (error) {
    await network.release();
    throw error;
  }
  return network;
}

/** What was tried on a device is known for its next networks. */
const TRIALS = new WeakMap<Device, TileTrial[]>();

async function tunedKernels(
  device: Device,
  graph: Graph,
  options: NetworkOptions,
): Promise<{ plan: ExecutionPlan; kernels: readonly Kernel[]; trials: readonly TileTrial[] }> {
  const { convolutions, tuneSeconds } = options;
  const first = planKernels(device, graph, options);
  if (tuneSeconds === 0 || convolutions.kind !== 'matrix' || convolutions.tile !== undefined) {
    return { ...first, trials: [] };
  }
  requireRoom(device, first.plan);
  const trials = TRIALS.get(device) ?? [];
  TRIALS.set(device, trials);
  const known = new Set(trials.map(({ product }) => product));
  trials.push(
    ...(await tuneTiles(device, first.plan, { seconds: tuneSeconds, support: convolutions, known })),
  );
  const tiles = fastestTiles(trials);
  return { ...planKernels(device, graph, { ...options, convolutions: { ...convolutions, tiles } }), trials };
}

/** @internal Exported for tests: the shaders without a device. */
export function planKernels(
  device: { readonly gpu: { readonly limits: { readonly maxStorageBuffersPerShaderStage: number } } },
  graph: Graph,
  { operandFormat, convolutions }: Pick<NetworkOptions, 'operandFormat' | 'convolutions'>,
): { plan: ExecutionPlan; kernels: readonly Kernel[] } {
  const simplified = simplifyGraph(graph);
  const maxBindings = device.gpu.limits.maxStorageBuffersPerShaderStage;
  let maxBody = Infinity;
  for (;;) {
    const plan = planExecution(simplified, {
      operandFormat,
      operandQuads: convolutions.kind === 'tiled' ? 1 : matrixOperandQuads(convolutions.unit),
      maxBody,
    });
    const kernels = plan.groups.flatMap((group) => groupKernels(plan, group, convolutions));
    const widest = kernels.reduce((most, { bindings }) => Math.max(most, bindings.length), 0);
    if (widest <= maxBindings) return { plan, kernels };
    const longest = plan.groups.reduce((most, { body }) => Math.max(most, body.length), 0);
    if (longest <= 1) {
      throw new RuntimeError(
        'unsupported-operation',
        `one operation of the network reads ${widest} tensors, the device takes ${maxBindings} at a time; concatenate fewer`,
      );
    }
    // Smaller groups touch fewer tensors.
    maxBody = Math.floor(longest / 2);
  }
}

function requireRoom(device: Device, plan: ExecutionPlan): void {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.gpu.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  for (const { byteLength, grid } of plan.containers) {
    if (byteLength <= largest) continue;
    throw new RuntimeError(
      'out-of-memory',
      `the network needs a tensor of ${mebibytes(byteLength)} (batch ${grid.batch}, ${grid.lat} × ${grid.lon} points) but ${device.name} takes ${mebibytes(largest)} in one; use a smaller batch or smaller patches`,
    );
  }
}

/** Everything on the device that one pass writes. */
type Slot = {
  readonly buffers: readonly GPUBuffer[];
  readonly dense: ReadonlyMap<number, GPUBuffer>;
  readonly readback: GPUBuffer;
  readonly bindGroups: readonly GPUBindGroup[];
};

type NetworkParts = {
  readonly plan: ExecutionPlan;
  readonly kernels: readonly Kernel[];
  readonly trials: readonly TileTrial[];
  readonly assignment: BufferAssignment;
  readonly passesInFlight: number;
  readonly runsPerPass: number;
};

/** A run that waits for others to share a pass with. */
type PendingRun = {
  readonly inputs: Tensors;
  readonly resolve: (outputs: Record<string, Float32Array>) => void;
  readonly reject: (error: unknown) => void;
};

class Network implements WebGpuNetwork {
  readonly peakBytes: number;
  readonly usefulRunsInFlight: number;
  readonly kernelCount: number;
  readonly runsPerPass: number;
  readonly tileTrials: readonly TileTrial[];
  readonly #device: Device;
  readonly #plan: ExecutionPlan;
  readonly #kernels: readonly Kernel[];
  readonly #assignment: BufferAssignment;
  readonly #constants = new Map<string, GPUBuffer>();
  readonly #inputs: { name: string; length: number; container: Container }[];
  readonly #outputs: { name: string; length: number; offset: number; container: Container }[];
  readonly #readbackBytes: number;
  #constantBytes = 0;
  #factors: GPUBuffer | null = null;
  #factorOffsets: readonly (number | null)[] = [];
  #pipelines: readonly GPUComputePipeline[] = [];
  #layouts: readonly GPUBindGroupLayout[] = [];
  readonly #slots: Slot[] = [];
  readonly #free: Slot[] = [];
  readonly #waiting: ((slot: Slot | RuntimeError) => void)[] = [];
  readonly #pending: PendingRun[] = [];
  #isScheduled = false;
  #growing: Promise<void> | null = null;
  #maxSlots: number;
  #isReleased = false;
  #underWay = 0;
  #whenIdle: (() => void) | null = null;

  constructor(
    device: Device,
    { plan, kernels, trials, assignment, passesInFlight, runsPerPass }: NetworkParts,
  ) {
    this.#device = device;
    this.#plan = plan;
    this.#kernels = kernels;
    this.#assignment = assignment;
    this.runsPerPass = runsPerPass;
    this.tileTrials = trials;
    this.usefulRunsInFlight = passesInFlight * runsPerPass;
    this.#maxSlots = passesInFlight;
    this.kernelCount = kernels.length;
    this.#inputs = [...plan.graph.inputs].map(([name, id]) => {
      const container = plan.inputs.get(id);
      if (container === undefined) throw new Error(`input '${name}' has no memory`);
      return { name, length: elementCount(plan.graph.nodes[id]!.shape) / runsPerPass, container };
    });
    let offset = 0;
    this.#outputs = [];
    for (const [name, id] of plan.graph.outputs) {
      const container = plan.containers.find(
        ({ source }) => source.kind === 'output' && source.name === name,
      );
      if (container === undefined) throw new Error(`output '${name}' has no memory`);
      const length = elementCount(plan.graph.nodes[id]!.shape) / runsPerPass;
      this.#outputs.push({ name, length, offset, container });
      offset += Math.ceil((length * runsPerPass * 4) / MAP_ALIGNMENT) * MAP_ALIGNMENT;
    }
    this.#readbackBytes = offset;
    this.peakBytes = this.#slotBytes() + this.#fixedBytes();
  }

  get bufferCount(): number {
    const perSlot = this.#slots.reduce((sum, { buffers, dense }) => sum + buffers.length + dense.size + 1, 0);
    return perSlot + this.#constants.size + (this.#factors === null ? 0 : 1);
  }

  /** Compiles the shaders, uploads the constants, allocates what one run needs. */
  async prepare(): Promise<void> {
    const device = this.#device;
    await device.checked(`${mebibytes(this.#fixedBytes())} of weights`, () => this.#upload());
    this.#layouts = this.#kernels.map(({ bindings, factors }) =>
      device.bindGroupLayout([
        ...bindings.map(({ access }) =>
          access === 'read' ? ('read-only-storage' as const) : ('storage' as const),
        ),
        ...(factors.length > 0 ? (['uniform'] as const) : []),
      ]),
    );
    this.#pipelines = await Promise.all(
      this.#kernels.map(({ code, label }, index) => device.pipeline(code, this.#layouts[index]!, label)),
    );
    await this.#grow();
  }

  async run(inputs: Tensors): Promise<Record<string, Float32Array>> {
    this.#requireInputs(inputs);
    if (this.#isReleased) throw released();
    return new Promise((resolve, reject) => {
      this.#pending.push({ inputs, resolve, reject });
      if (this.#pending.length >= this.runsPerPass) this.#startPasses();
      else this.#schedule();
    });
  }

  async profile(inputs: Tensors): Promise<readonly KernelTime[]> {
    if (!this.#device.hasTimestamps) {
      throw new RuntimeError(
        'unsupported-operation',
        `${this.#device.name} has no time stamps to profile with`,
      );
    }
    const count = this.#kernels.length;
    if (2 * count > MAX_QUERIES) {
      throw new RuntimeError(
        'unsupported-operation',
        `the network runs ${count} kernels, a profile takes ${MAX_QUERIES / 2}; profile fewer steps`,
      );
    }
    this.#requireInputs(inputs);
    return this.#withSlot(async (slot) => {
      const { gpu } = this.#device;
      const bytes = 16 * count;
      const querySet = gpu.createQuerySet({ type: 'timestamp', count: 2 * count });
      const resolved = this.#device.createBuffer(bytes, BUFFER_USAGE.queryResolve | BUFFER_USAGE.copySource);
      const readback = this.#device.createBuffer(bytes, BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination);
      try {
        await this.#submit(Array<Tensors>(this.runsPerPass).fill(inputs), slot, (encoder) => {
          for (const index of this.#kernels.keys()) {
            const pass = encoder.beginComputePass({
              timestampWrites: {
                querySet,
                beginningOfPassWriteIndex: 2 * index,
                endOfPassWriteIndex: 2 * index + 1,
              },
            });
            this.#dispatch(pass, slot, index);
            pass.end();
          }
          encoder.resolveQuerySet(querySet, 0, 2 * count, resolved, 0);
          encoder.copyBufferToBuffer(resolved, 0, readback, 0, bytes);
        });
        const stamps = await this.#read(readback, (range) => new BigUint64Array(range(0, bytes)).slice());
        return this.#kernels.map(({ label, work }, index) => ({
          label,
          work,
          microseconds: Number(stamps[2 * index + 1]! - stamps[2 * index]!) / 1000,
        }));
      } finally {
        querySet.destroy();
        resolved.destroy();
        readback.destroy();
      }
    });
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    if (this.#underWay === 0) this.#startPasses();
    this.#isReleased = true;
    for (const { reject } of this.#pending.splice(0)) reject(released());
    for (const wake of this.#waiting.splice(0)) wake(released());
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    for (const slot of this.#slots.splice(0)) destroySlot(slot);
    this.#free.length = 0;
    for (const buffer of this.#constants.values()) buffer.destroy();
    this.#constants.clear();
    this.#factors?.destroy();
    this.#factors = null;
  }

  // --- passes ---

  /** Calls of the same turn of the event loop share a pass. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#startPasses();
    });
  }

  /** Full passes at once; one that is not full only where the device has nothing else to do. */
  #startPasses(): void {
    while (this.#pending.length >= this.runsPerPass || (this.#pending.length > 0 && this.#underWay === 0)) {
      void this.#pass(this.#pending.splice(0, this.runsPerPass));
    }
  }

  async #pass(runs: readonly PendingRun[]): Promise<void> {
    try {
      const results = await this.#withSlot((slot) => this.#compute(runs, slot));
      for (const [index, { resolve }] of runs.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of runs) reject(error);
    }
    this.#startPasses();
  }

  async #compute(runs: readonly PendingRun[], slot: Slot): Promise<Record<string, Float32Array>[]> {
    await this.#submit(
      runs.map(({ inputs }) => inputs),
      slot,
      (encoder) => {
        const pass = encoder.beginComputePass();
        for (const index of this.#kernels.keys()) this.#dispatch(pass, slot, index);
        pass.end();
        for (const { offset, length, container } of this.#outputs) {
          const bytes = length * 4 * runs.length;
          encoder.copyBufferToBuffer(slot.dense.get(container.id)!, 0, slot.readback, offset, bytes);
        }
      },
    );
    return this.#read(slot.readback, (range) =>
      runs.map((_, run) =>
        Object.fromEntries(
          this.#outputs.map(({ name, offset, length }) => {
            const values = new Float32Array(range(offset, length * 4 * runs.length));
            return [name, values.slice(run * length, (run + 1) * length)];
          }),
        ),
      ),
    );
  }

  async #withSlot<Result>(act: (slot: Slot) => Promise<Result>): Promise<Result> {
    if (this.#isReleased) throw released();
    this.#underWay++;
    try {
      const slot = await this.#acquire();
      try {
        return await act(slot);
      } finally {
        const next = this.#waiting.shift();
        if (next === undefined) this.#free.push(slot);
        else next(slot);
      }
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
    }
  }

  #requireInputs(inputs: Tensors): void {
    for (const { name, length } of this.#inputs) {
      const found = inputs[name];
      if (found?.length === length) continue;
      throw new RuntimeError(
        'wrong-input',
        `input '${name}' ${found === undefined ? 'is missing' : `has ${found.length} values`}, the network takes ${length}`,
      );
    }
    const extra = Object.keys(inputs).find((name) => !this.#inputs.some((input) => input.name === name));
    if (extra !== undefined) {
      throw new RuntimeError(
        'wrong-input',
        `the network has no input '${extra}': it takes ${this.#inputs.map(({ name }) => `'${name}'`).join(', ')}`,
      );
    }
  }

  /** Where a pass has fewer runs than it could compute, the others are computed on what is there, and nobody looks. */
  async #submit(
    runs: readonly Tensors[],
    slot: Slot,
    encode: (encoder: GPUCommandEncoder) => void,
  ): Promise<void> {
    const { gpu } = this.#device;
    await this.#device.checked('a run', () => {
      for (const { name, length, container } of this.#inputs) {
        for (const [run, inputs] of runs.entries()) {
          const { buffer, byteOffset, byteLength } = inputs[name]!;
          gpu.queue.writeBuffer(
            slot.dense.get(container.id)!,
            run * length * 4,
            buffer as ArrayBuffer,
            byteOffset,
            byteLength,
          );
        }
      }
      const encoder = gpu.createCommandEncoder();
      encode(encoder);
      gpu.queue.submit([encoder.finish()]);
    });
  }

  #dispatch(pass: GPUComputePassEncoder, slot: Slot, index: number): void {
    pass.setPipeline(this.#pipelines[index]!);
    pass.setBindGroup(0, slot.bindGroups[index]!);
    pass.dispatchWorkgroups(...this.#kernels[index]!.workgroups);
  }

  /** What `use` takes of a buffer, by ranges of bytes, once the queue has come to it. */
  async #read<Result>(
    buffer: GPUBuffer,
    use: (range: (offset: number, bytes: number) => ArrayBuffer) => Result,
  ): Promise<Result> {
    try {
      await buffer.mapAsync(MAP_MODE_READ);
    } catch (cause) {
      this.#device.throwIfBroken();
      throw new RuntimeError('device-lost', `${this.#device.name} gave no result: ${String(cause)}`, {
        cause,
      });
    }
    // A range may be asked for once only.
    const ranges = new Map<number, ArrayBuffer>();
    let result: Result;
    try {
      result = use((offset, bytes) => {
        const range = ranges.get(offset) ?? buffer.getMappedRange(offset, bytes);
        ranges.set(offset, range);
        return range;
      });
    } finally {
      buffer.unmap();
    }
    // An error in the middle of the run is known by now.
    this.#device.throwIfBroken();
    return result;
  }

  // --- memory ---

  async #acquire(): Promise<Slot> {
    for (;;) {
      const slot = this.#free.pop();
      if (slot !== undefined) return slot;
      if (this.#slots.length < this.#maxSlots) {
        this.#growing ??= this.#growOrSettle().finally(() => (this.#growing = null));
        await this.#growing;
        if (this.#isReleased) throw released();
        continue;
      }
      const given = await new Promise<Slot | RuntimeError>((resolve) => this.#waiting.push(resolve));
      if (given instanceof RuntimeError) throw given;
      return given;
    }
  }

  /** Another slot if there is room for it; otherwise as many runs in flight as there are. */
  async #growOrSettle(): Promise<void> {
    try {
      await this.#grow();
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== 'out-of-memory') throw error;
      this.#maxSlots = this.#slots.length;
      if (this.#maxSlots === 0) throw error;
    }
  }

  async #grow(): Promise<void> {
    const made: GPUBuffer[] = [];
    const create = (size: number, usage: number) => {
      const buffer = this.#device.createBuffer(size, usage);
      made.push(buffer);
      return buffer;
    };
    try {
      const slot = await this.#device.checked(
        `${mebibytes(this.#slotBytes())} for a run beside ${mebibytes(this.#constantBytes)} of weights and ${this.#slots.length} other runs`,
        () => this.#createSlot(create),
      );
      this.#slots.push(slot);
      this.#free.push(slot);
    } catch (error) {
      for (const buffer of made) buffer.destroy();
      throw error;
    }
  }

  #createSlot(create: (size: number, usage: number) => GPUBuffer): Slot {
    const buffers = this.#assignment.sizes.map((size) => create(size, BUFFER_USAGE.storage));
    const dense = new Map<number, GPUBuffer>();
    for (const { container } of this.#inputs) {
      dense.set(
        container.id,
        create(container.byteLength, BUFFER_USAGE.storage | BUFFER_USAGE.copyDestination),
      );
    }
    for (const { container } of this.#outputs) {
      dense.set(container.id, create(container.byteLength, BUFFER_USAGE.storage | BUFFER_USAGE.copySource));
    }
    const readback = create(this.#readbackBytes, BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDestination);
    const bindGroups = this.#kernels.map(({ bindings, factors }, index) => {
      const resources: GPUBufferBinding[] = bindings.map(({ resource }) => ({
        buffer: this.#bufferOf(resource, buffers, dense),
      }));
      if (factors.length > 0) {
        resources.push({
          buffer: this.#factors!,
          offset: this.#factorOffsets[index]!,
          size: Math.ceil(factors.length / 4) * 16,
        });
      }
      return this.#device.gpu.createBindGroup({
        layout: this.#layouts[index]!,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
    });
    return { buffers, dense, readback, bindGroups };
  }

  #bufferOf(
    resource: Container | KernelConstants,
    buffers: readonly GPUBuffer[],
    dense: ReadonlyMap<number, GPUBuffer>,
  ): GPUBuffer {
    const buffer = isContainer(resource)
      ? (dense.get(resource.id) ??
        this.#constants.get(constantKey(resource)) ??
        buffers[this.#assignment.bufferOf.get(resource.id) ?? -1])
      : this.#constants.get(resource.key);
    if (buffer === undefined) throw new Error('a kernel uses memory that nobody allocated');
    return buffer;
  }

  #upload(): void {
    for (const { bindings } of this.#kernels) {
      for (const { resource } of bindings) {
        if (!isContainer(resource)) {
          this.#uploadConstant(resource.key, resource.make);
        } else if (resource.source.kind === 'constant') {
          const { operation, shape } = this.#plan.graph.nodes[resource.source.node]!;
          if (operation.kind !== 'constant') throw new Error('a constant is not constant');
          this.#uploadConstant(constantKey(resource), () => layOut(operation.data, shape, resource.grid));
        }
      }
    }
    const offsets: (number | null)[] = [];
    const known = new Map<string, number>();
    const packed: number[] = [];
    for (const { factors } of this.#kernels) {
      if (factors.length === 0) {
        offsets.push(null);
        continue;
      }
      const key = factors.join();
      let offset = known.get(key);
      if (offset === undefined) {
        while ((packed.length * 4) % UNIFORM_ALIGNMENT !== 0) packed.push(0);
        offset = packed.length * 4;
        known.set(key, offset);
        packed.push(...factors);
        while (packed.length % 4 !== 0) packed.push(0);
      }
      offsets.push(offset);
    }
    this.#factorOffsets = offsets;
    if (packed.length === 0) return;
    this.#factors = this.#device.createBuffer(
      packed.length * 4,
      BUFFER_USAGE.uniform | BUFFER_USAGE.copyDestination,
    );
    this.#device.gpu.queue.writeBuffer(this.#factors, 0, Float32Array.from(packed));
  }

  #uploadConstant(key: string, make: () => Float32Array | Uint16Array): void {
    if (this.#constants.has(key)) return;
    const data = make();
    const buffer = this.#device.createBuffer(
      data.byteLength,
      BUFFER_USAGE.storage | BUFFER_USAGE.copyDestination,
    );
    this.#constants.set(key, buffer);
    this.#constantBytes += data.byteLength;
    this.#device.gpu.queue.writeBuffer(
      buffer,
      0,
      data.buffer as ArrayBuffer,
      data.byteOffset,
      data.byteLength,
    );
  }

  #slotBytes(): number {
    const dense = [...this.#inputs, ...this.#outputs].reduce(
      (sum, { container }) => sum + container.byteLength,
      0,
    );
    return this.#assignment.sizes.reduce((sum, size) => sum + size, 0) + dense + this.#readbackBytes;
  }

  #fixedBytes(): number {
    const constants = this.#plan.graph.nodes.reduce(
      (sum, { operation }) => sum + (operation.kind === 'constant' ? operation.data.byteLength : 0),
      0,
    );
    return Math.max(constants, this.#constantBytes);
  }
}

function constantKey({ source }: Container): string {
  return source.kind === 'constant' ? `node ${source.node}` : '';
}

function destroySlot({ buffers, dense, readback }: Slot): void {
  for (const buffer of [...buffers, ...dense.values(), readback]) buffer.destroy();
}

function released(): RuntimeError {
  return new RuntimeError('device-lost', 'the network was released; compile it again');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
