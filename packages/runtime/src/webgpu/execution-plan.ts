import {
  operandsOf,
  type Graph,
  type GraphNode,
  type NodeId,
  type Operation,
  type Shape,
} from '@sillage/fourdvarnet';
import { elementCount, type Grid, gridOf, isSameShape, quadCount } from './grid.js';

/** How the operand of a convolution is stored. A pair is two float16 whose sum is the value to 22 bits. */
export type OperandFormat = 'float32' | 'float16' | 'float16-pair';

/** Where a container's values come from. */
export type ContainerSource =
  | { readonly kind: 'run' }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'output'; readonly name: string }
  | { readonly kind: 'constant'; readonly node: NodeId };

/** A piece of device memory. `dense` ones hold a tensor in C order, the others lie on their grid. */
export type Container = {
  readonly id: number;
  readonly source: ContainerSource;
  readonly isDense: boolean;
  readonly grid: Grid;
  /** Vectors of four channels at each position; a pair has as many again after them. */
  readonly quads: number;
  readonly format: OperandFormat;
  readonly byteLength: number;
  /** The first group that writes it and the last one that uses it. */
  first: number;
  last: number;
};

/** A node's value inside a container: at every position, `quads` vectors from vector `start` on. */
export type Placement = {
  readonly container: Container;
  readonly start: number;
  /** More than the value needs where it owns the zeros after it. */
  readonly quads: number;
};

/** What is computed together, by one kernel (two for a reduction). */
export type Group = {
  readonly index: number;
  readonly kind: 'pointwise' | 'convolution' | 'reduction';
  readonly shape: Shape;
  readonly grid: Grid;
  /** The sibling convolutions, or the sum, that the kernel is about; empty if pointwise. */
  readonly roots: NodeId[];
  /** Computed in registers once the roots are, in this order. */
  readonly body: NodeId[];
  readonly operand: Container | null;
  /** The partial sums of a reduction. */
  readonly scratch: Container | null;
};

export type ExecutionPlan = {
  readonly graph: Graph;
  readonly groups: readonly Group[];
  readonly containers: readonly Container[];
  /** Where a kernel stores a node. */
  readonly stores: ReadonlyMap<NodeId, readonly Placement[]>;
  /** Where a kernel of another group reads it, in float32. */
  readonly general: ReadonlyMap<NodeId, Placement>;
  /** Where the caller's tensors arrive, in C order. */
  readonly inputs: ReadonlyMap<NodeId, Container>;
  /** Of every grid that is more than a point. */
  readonly border: number;
  /** Evaluated wherever they are read, never stored. */
  readonly lazy: ReadonlySet<NodeId>;
  /** Of the input channels of a convolution, their place in the operand: `quad · 4 + lane`. */
  readonly operandLanes: ReadonlyMap<Container, readonly number[]>;
};

export type PlanOptions = {
  readonly operandFormat: OperandFormat;
  /** Channels of an operand are padded to a multiple of it. */
  readonly operandQuads: number;
  /** Nodes in one group at most, where fewer bindings are needed. */
  readonly maxBody: number;
};

/** More convolutions of one input than this are not computed by one kernel: registers. */
const MAX_SIBLINGS = 4;
/** A sum of at most this many terms is a loop in one thread. */
const MAX_TERMS_PER_THREAD = 64;

export function planExecution(graph: Graph, options: PlanOptions): ExecutionPlan {
  return new Planner(graph, options).plan();
}

export function isTiledConvolution(graph: Graph, { shape, operation }: GraphNode): boolean {
  if (operation.kind !== 'convolution' || operation.stride !== 1) return false;
  const [, , kernelLat, kernelLon] = graph.nodes[operation.weight]!.shape;
  const input = graph.nodes[operation.input]!.shape;
  return (
    kernelLat === kernelLon &&
    kernelLat === 2 * operation.padding + 1 &&
    input[2] === shape[2] &&
    input[3] === shape[3] &&
    (shape[2] > 1 || shape[3] > 1)
  );
}

/** Axes along which a sum adds: those of length 1 in its shape but not in its input's. */
export function summedAxes(input: Shape, shape: Shape): readonly boolean[] {
  return input.map((length, axis) => length !== shape[axis]);
}

/** Quads that one thread of a reduction adds one after the other, and threads that add theirs in a tree. */
export const REDUCTION = { quadsPerThread: 8, threads: 256 } as const;

export type ReductionSize = {
  /** Quads of the result. */
  readonly outputs: number;
  /** Quads added for each of them. */
  readonly terms: number;
  /** Workgroups that share the terms of one output. */
  readonly slices: number;
};

export function reductionSize(input: Shape, shape: Shape): ReductionSize {
  const isSummed = summedAxes(input, shape);
  const lengths = [input[0], quadCount(input[1]), input[2], input[3]];
  const product = (isWanted: (axis: number) => boolean) =>
    lengths.reduce((all, length, axis) => (isWanted(axis) ? all * length : all), 1);
  const terms = product((axis) => isSummed[axis] === true);
  return {
    outputs: product((axis) => isSummed[axis] !== true),
    terms,
    slices: Math.ceil(terms / (REDUCTION.quadsPerThread * REDUCTION.threads)),
  };
}

export function isLargeSum(graph: Graph, { shape, operation }: GraphNode): boolean {
  return (
    operation.kind === 'sum' &&
    elementCount(graph.nodes[operation.input]!.shape) / elementCount(shape) > MAX_TERMS_PER_THREAD
  );
}

/** What a kernel must find in memory before it starts (`stored`), or may still have in registers (`near`). */
type Dependency = { readonly node: NodeId; readonly kind: 'near' | 'stored' };

class Planner {
  readonly #graph: Graph;
  readonly #options: PlanOptions;
  readonly #border: number;
  readonly #users: NodeId[][];
  readonly #isTiled: boolean[];
  /** Concatenations that exist only as operands of convolutions. */
  readonly #isVirtual: boolean[];
  readonly #mustBeStored: boolean[];
  readonly #lazy = new Set<NodeId>();
  readonly #groups: Group[] = [];
  readonly #groupOf: (number | undefined)[] = [];
  readonly #siblingGroups = new Map<string, Group>();
  readonly #containers: Container[] = [];
  readonly #operands = new Map<string, { members: readonly NodeId[]; container: Container }>();
  readonly #operandLanes = new Map<Container, readonly number[]>();
  readonly #stores = new Map<NodeId, Placement[]>();
  readonly #general = new Map<NodeId, Placement>();
  readonly #inputs = new Map<NodeId, Container>();

  constructor(graph: Graph, options: PlanOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#isTiled = graph.nodes.map((node) => isTiledConvolution(graph, node));
    this.#border = graph.nodes.reduce(
      (border, { id, operation }) =>
        operation.kind === 'convolution' && this.#isTiled[id] === true
          ? Math.max(border, operation.padding)
          : border,
      0,
    );
    this.#users = graph.nodes.map(() => []);
    for (const node of graph.nodes) {
      for (const operand of operandsOf(node.operation)) this.#users[operand]!.push(node.id);
    }
    const outputs = new Set(graph.outputs.values());
    this.#isVirtual = graph.nodes.map(
      ({ id, operation }) =>
        operation.kind === 'concatenate' &&
        !outputs.has(id) &&
        this.#users[id]!.every((user) => this.#isTiled[user] === true),
    );
    this.#mustBeStored = graph.nodes.map(({ id }) => outputs.has(id));
    for (const node of graph.nodes) {
      if (this.#isTiled[node.id] === true) {
        for (const member of this.#operandMembers(node)) this.#mustBeStored[member] = true;
      }
    }
    for (const { id, operation } of graph.nodes) {
      if (this.#mustBeStored[id] === true) continue;
      if (operation.kind === 'scale' || operation.kind === 'slice' || operation.kind === 'constant') {
        this.#lazy.add(id);
      }
    }
    // What only a large sum reads is computed on the way into it.
    for (const node of [...graph.nodes].reverse()) {
      if (this.#mustBeStored[node.id] === true) continue;
      if (node.operation.kind !== 'unary' && node.operation.kind !== 'binary') continue;
      const users = this.#users[node.id]!;
      const [user] = users;
      if (users.length === 1 && user !== undefined && isLargeSum(graph, graph.nodes[user]!)) {
        this.#lazy.add(node.id);
      }
    }
  }

  plan(): ExecutionPlan {
    for (const node of this.#graph.nodes) this.#assign(node);
    this.#place();
    return {
      graph: this.#graph,
      groups: this.#groups,
      containers: this.#containers,
      stores: this.#stores,
      general: this.#general,
      inputs: this.#inputs,
      border: this.#border,
      lazy: this.#lazy,
      operandLanes: this.#operandLanes,
    };
  }

  // --- groups ---

  #assign(node: GraphNode): void {
    const { id, shape, operation } = node;
    if (this.#lazy.has(id) || this.#isVirtual[id] === true) return;
    if (operation.kind === 'constant' && this.#mustBeStored[id] !== true) return;
    if (this.#isTiled[id] === true && operation.kind === 'convolution') {
      this.#assignConvolution(node, operation);
      return;
    }
    if (isLargeSum(this.#graph, node)) {
      this.#openReduction(node).roots.push(id);
      this.#groupOf[id] = this.#groups.length - 1;
      return;
    }
    const dependencies = this.#dependencies(node);
    const near = dependencies.filter(({ kind }) => kind === 'near');
    const stored = dependencies.filter(({ kind }) => kind === 'stored');
    const lastNear = Math.max(-1, ...near.map((dependency) => this.#groupOf[dependency.node] ?? -1));
    const lastStored = Math.max(-1, ...stored.map((dependency) => this.#groupOf[dependency.node] ?? -1));
    const candidates = isHeavy(operation) ? [this.#groups.length - 1] : [lastNear, this.#groups.length - 1];
    for (const index of candidates) {
      const group = this.#groups[index];
      if (group === undefined || index < lastNear || index <= lastStored) continue;
      if (!isSameShape(group.shape, shape) || group.body.length >= this.#options.maxBody) continue;
      if (group.kind !== 'pointwise' && (isHeavy(operation) || index !== lastNear)) continue;
      group.body.push(id);
      this.#groupOf[id] = index;
      return;
    }
    this.#open('pointwise', shape, null).body.push(id);
    this.#groupOf[id] = this.#groups.length - 1;
  }

  #assignConvolution(node: GraphNode, operation: Extract<Operation, { kind: 'convolution' }>): void {
    const operand = this.#operandOf(node);
    const weightShape = this.#graph.nodes[operation.weight]!.shape;
    const key = `${operand.container.id} ${weightShape.join()}`;
    const siblings = this.#siblingGroups.get(key);
    if (siblings !== undefined && siblings.roots.length < MAX_SIBLINGS) {
      siblings.roots.push(node.id);
      this.#groupOf[node.id] = siblings.index;
      return;
    }
    const group = this.#open('convolution', node.shape, operand.container);
    group.roots.push(node.id);
    this.#groupOf[node.id] = group.index;
    this.#siblingGroups.set(key, group);
  }

  #openReduction({ shape, operation }: GraphNode): Group {
    const input = operation.kind === 'sum' ? this.#graph.nodes[operation.input]!.shape : shape;
    const { outputs, slices } = reductionSize(input, shape);
    const scratch = this.#container(gridOf([1, 1, 1, 1], 0), outputs * slices, 'float32', { kind: 'run' });
    scratch.first = this.#groups.length;
    scratch.last = this.#groups.length;
    return this.#open('reduction', shape, null, scratch);
  }

  #open(
    kind: Group['kind'],
    shape: Shape,
    operand: Container | null,
    scratch: Container | null = null,
  ): Group {
    const group: Group = {
      index: this.#groups.length,
      kind,
      shape,
      grid: gridOf(shape, this.#border),
      roots: [],
      body: [],
      operand,
      scratch,
    };
    this.#groups.push(group);
    return group;
  }

  #operandMembers(node: GraphNode): readonly NodeId[] {
    const { operation } = node;
    if (operation.kind !== 'convolution') return [];
    const input = this.#graph.nodes[operation.input]!;
    return input.operation.kind === 'concatenate' ? input.operation.inputs : [input.id];
  }

  #operandOf(node: GraphNode): { members: readonly NodeId[]; container: Container } {
    const members = this.#operandMembers(node);
    const key = members.join();
    const known = this.#operands.get(key);
    if (known !== undefined) return known;
    const { operandFormat, operandQuads } = this.#options;
    const lanes: number[] = [];
    let quads = 0;
    for (const member of members) {
      const channels = this.#graph.nodes[member]!.shape[1];
      for (let c = 0; c < channels; c++) lanes.push(quads * 4 + c);
      quads += quadCount(channels);
    }
    const total = Math.ceil(quads / operandQuads) * operandQuads;
    const shape = this.#graph.nodes[members[0]!]!.shape;
    const container = this.#container(gridOf(shape, this.#border), total, operandFormat, { kind: 'run' });
    this.#operandLanes.set(container, lanes);
    let start = 0;
    for (const [index, member] of members.entries()) {
      const own = quadCount(this.#graph.nodes[member]!.shape[1]);
      const isLast = index === members.length - 1;
      this.#store(member, { container, start, quads: isLast ? total - start : own });
      start += own;
    }
    const operand = { members, container };
    this.#operands.set(key, operand);
    return operand;
  }

  /** What a node reads, through whatever is lazy in between. */
  #dependencies(node: GraphNode): readonly Dependency[] {
    const found: Dependency[] = [];
    const { operation } = node;
    const isNear = operation.kind === 'unary' || operation.kind === 'binary' || operation.kind === 'scale';
    const follow = (id: NodeId, kind: 'near' | 'stored', shape: Shape) => {
      const read = this.#graph.nodes[id]!;
      const own = isSameShape(read.shape, shape) ? kind : 'stored';
      if (!this.#lazy.has(id)) {
        if (read.operation.kind !== 'constant') found.push({ node: id, kind: own });
        return;
      }
      const inner = read.operation.kind === 'slice' ? 'stored' : own;
      for (const operand of operandsOf(read.operation)) follow(operand, inner, shape);
    };
    for (const operand of operandsOf(operation)) follow(operand, isNear ? 'near' : 'stored', node.shape);
    return found;
  }

  // --- memory ---

  #container(grid: Grid, quads: number, format: OperandFormat, source: ContainerSource): Container {
    const bytesPerQuad = { float32: 16, float16: 8, 'float16-pair': 16 }[format];
    const container: Container = {
      id: this.#containers.length,
      source,
      isDense: false,
      grid,
      quads,
      format,
      byteLength: (grid.guardBefore + grid.positions + grid.guardAfter) * quads * bytesPerQuad,
      first: Infinity,
      last: -1,
    };
    this.#containers.push(container);
    return container;
  }

  #dense(shape: Shape, source: ContainerSource): Container {
    const container: Container = {
      id: this.#containers.length,
      source,
      isDense: true,
      grid: gridOf(shape, 0),
      quads: 0,
      format: 'float32',
      byteLength: elementCount(shape) * 4,
      first: -1,
      last: Infinity,
    };
    this.#containers.push(container);
    return container;
  }

  #store(node: NodeId, placement: Placement): void {
    const placements = this.#stores.get(node) ?? [];
    placements.push(placement);
    this.#stores.set(node, placements);
  }

  #place(): void {
    for (const [name, id] of this.#graph.outputs) {
      const container = this.#dense(this.#graph.nodes[id]!.shape, { kind: 'output', name });
      this.#store(id, { container, start: 0, quads: 0 });
    }
    for (const { id, shape, operation } of this.#graph.nodes) {
      if (operation.kind === 'input') {
        this.#inputs.set(id, this.#dense(shape, operation));
      }
    }
    for (const group of this.#groups) {
      for (const id of [...group.roots, ...group.body]) {
        const node = this.#graph.nodes[id]!;
        if (node.operation.kind === 'input') continue;
        if (node.operation.kind === 'constant') this.#useGeneral(id, group);
        if (this.#isTiled[id] === true) continue;
        for (const operand of operandsOf(node.operation)) this.#use(operand, node, group);
      }
      if (group.operand !== null) group.operand.last = Math.max(group.operand.last, group.index);
    }
    for (const [id, placements] of this.#stores) {
      const group = this.#groupOf[id];
      if (group === undefined) throw new Error(`node ${id} is stored but nothing computes it`);
      for (const { container } of placements) {
        container.first = Math.min(container.first, group);
        container.last = Math.max(container.last, group);
      }
    }
  }

  /** `node`, in `group`, reads `id`: see that it finds it. */
  #use(id: NodeId, node: GraphNode, group: Group): void {
    const read = this.#graph.nodes[id]!;
    if (this.#lazy.has(id) && read.operation.kind !== 'constant') {
      for (const operand of operandsOf(read.operation)) this.#use(operand, read, group);
      return;
    }
    if (isWeight(this.#graph, id, node)) return;
    const isInGroup = this.#groupOf[id] === group.index;
    if (isInGroup) return;
    this.#useGeneral(id, group);
  }

  #useGeneral(id: NodeId, group: Group): void {
    const { shape, operation } = this.#graph.nodes[id]!;
    let placement = this.#general.get(id);
    if (placement === undefined) {
      if (operation.kind === 'constant') {
        if (elementCount(shape) === 1) return;
        const container = this.#container(gridOf(shape, this.#border), quadCount(shape[1]), 'float32', {
          kind: 'constant',
          node: id,
        });
        placement = { container, start: 0, quads: quadCount(shape[1]) };
      } else {
        placement = this.#stores
          .get(id)
          ?.find(({ container }) => !container.isDense && container.format === 'float32');
        if (placement === undefined) {
          const quads = quadCount(shape[1]);
          const container = this.#container(gridOf(shape, this.#border), quads, 'float32', { kind: 'run' });
          placement = { container, start: 0, quads };
          this.#store(id, placement);
        }
      }
      this.#general.set(id, placement);
    }
    placement.container.last = Math.max(placement.container.last, group.index);
  }
}

/** The weights of a convolution are packed for the kernel that reads them, not laid out on a grid. */
function isWeight(graph: Graph, id: NodeId, { operation }: GraphNode): boolean {
  if (operation.kind !== 'convolution' && operation.kind !== 'transposed-convolution') return false;
  return id === operation.weight && graph.nodes[id]!.operation.kind === 'constant';
}

/** Kernels of their own: they read more than one point of their operand. */
function isHeavy(operation: Operation): boolean {
  return ['resample', 'sum', 'convolution', 'transposed-convolution', 'concatenate', 'slice'].includes(
    operation.kind,
  );
}
