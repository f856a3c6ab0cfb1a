import { axisMapRows, type AxisMap, type GraphNode, type NodeId, type Shape } from '@sillage/fourdvarnet';
import {
  type Container,
  type ExecutionPlan,
  type Group,
  type Placement,
  summedAxes,
} from '../execution-plan.js';
import { elementCount, type Grid, gridOf, isSameGrid, isSameShape, quadCount } from '../grid.js';

/** Numbers that a kernel reads and no run changes: weights in the kernel's order, tables. */
export type KernelConstants = { readonly key: string; readonly make: () => Float32Array | Uint16Array };

export type KernelBinding = {
  readonly resource: Container | KernelConstants;
  readonly access: 'read' | 'read_write';
};

/** A shader and what it is run on. Binding i is `bindings[i]`; the factors, if there are any, come after them. */
export type Kernel = {
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly KernelBinding[];
  /** In a uniform buffer, so that steps that differ in a factor share a shader. */
  readonly factors: readonly number[];
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Threads of a workgroup. */
  readonly threads: number;
  readonly work: KernelWork;
};

/** What a kernel has to do at least: the ground of a budget, and what a measured time is held against. */
export type KernelWork = {
  /** Operations of its convolutions, two a product, padding included; 0 for what is bound by memory. */
  readonly flop: number;
  /** Bytes that it reads and writes, each counted once. */
  readonly bytes: number;
  /** Slices of its operand that a convolution goes through one after the other. */
  readonly slices: number;
};

export function isContainer(resource: Container | KernelConstants): resource is Container {
  return 'grid' in resource;
}

/** A point and a quad of channels, in terms of variables of the shader. */
export type Place = {
  readonly shape: Shape;
  readonly grid: Grid;
  readonly position: string;
  readonly quad: string;
  readonly batch: string;
  readonly lat: string;
  readonly lon: string;
};

const DISPATCH_LIMIT = 65535;

/** Workgroups 0 … count − 1 as x and z, since one axis is limited. */
export function foldWorkgroups(count: number): { x: number; z: number } {
  const z = Math.ceil(count / DISPATCH_LIMIT);
  return { x: Math.ceil(count / z), z };
}

const FUNCTIONS = {
  sigmoid: `fn sigmoid4(v: vec4f) -> vec4f { return 1.0 / (1.0 + exp(-v)); }`,
  // Near 0 the quotient would lose its digits to cancellation: a polynomial there.
  tanh: `fn tanh4(v: vec4f) -> vec4f {
  let a = abs(v);
  let t = exp(-2.0 * a);
  let s = v * v;
  let small = v * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0))));
  return select(sign(v) * (1.0 - t) / (1.0 + t), small, a < vec4f(0.2));
}`,
  // To the 11 bits of a float16, on the bits: compilers undo a conversion there and back.
  rounded: `fn rounded(v: vec4f) -> vec4f {
  return bitcast<vec4f>((bitcast<vec4u>(v) + vec4u(0x1000u)) & vec4u(0xffffe000u));
}`,
  masked: `fn masked(v: vec4f, q: u32, channels: u32) -> vec4f {
  return select(vec4f(), v, vec4u(0u, 1u, 2u, 3u) + q * 4u < vec4u(channels));
}`,
} as const;

/** Writes the parts of a shader that depend on the graph: what is read, computed and stored at one place. */
export class KernelWriter {
  readonly plan: ExecutionPlan;
  readonly group: Group;
  readonly #bindings: {
    name: string;
    type: string;
    resource: Container | KernelConstants;
    isWritten: boolean;
  }[] = [];
  readonly #factors: number[] = [];
  readonly #functions = new Set<keyof typeof FUNCTIONS>();
  #variables = 0;

  constructor(plan: ExecutionPlan, group: Group) {
    this.plan = plan;
    this.group = group;
  }

  node(id: NodeId): GraphNode {
    return this.plan.graph.nodes[id]!;
  }

  container(container: Container, isWritten = false): string {
    const type = container.isDense ? 'f32' : container.format === 'float32' ? 'vec4f' : 'vec4<f16>';
    return this.#bind(container, type, isWritten);
  }

  constants(constants: KernelConstants, type: string): string {
    const known = this.#bindings.find(
      ({ resource }) => !isContainer(resource) && resource.key === constants.key,
    );
    return known?.name ?? this.#bind(constants, type, false);
  }

  variable(): string {
    return `v${this.#variables++}`;
  }

  use(name: keyof typeof FUNCTIONS): void {
    this.#functions.add(name);
  }

  finish(
    label: string,
    main: string,
    {
      workgroups,
      threads,
      enables = '',
      flop = 0,
      slices = 0,
    }: {
      workgroups: Kernel['workgroups'];
      threads: number;
      enables?: string;
      flop?: number;
      slices?: number;
    },
  ): Kernel {
    const needsHalf = this.#bindings.some(({ type }) => type.includes('f16'));
    const declarations = this.#bindings.map(
      ({ name, type, isWritten }, index) =>
        `@group(0) @binding(${index}) var<storage, ${isWritten ? 'read_write' : 'read'}> ${name}: array<${type}>;`,
    );
    if (this.#factors.length > 0) {
      declarations.push(
        `@group(0) @binding(${this.#bindings.length}) var<uniform> factors: array<vec4f, ${Math.ceil(this.#factors.length / 4)}>;`,
      );
    }
    const code = [
      needsHalf && !enables.includes('enable f16;') ? 'enable f16;' : '',
      enables,
      ...declarations,
      ...[...this.#functions].map((name) => FUNCTIONS[name]),
      main,
    ]
      .filter((part) => part !== '')
      .join('\n');
    return {
      label,
      code,
      bindings: this.#bindings.map(({ resource, isWritten }) => ({
        resource,
        access: isWritten ? 'read_write' : 'read',
      })),
      factors: this.#factors,
      workgroups,
      threads,
      work: { flop, bytes: this.#bytes(), slices },
    };
  }

  #bytes(): number {
    let bytes = 0;
    for (const { resource, isWritten } of this.#bindings) {
      if (!isContainer(resource)) continue; // weights stay in a cache
      if (resource.isDense || !isWritten) bytes += resource.byteLength;
      else bytes += resource.byteLength * this.#writtenShare(resource);
    }
    return Math.round(bytes);
  }

  /** Of a concatenation, what this group writes of it. */
  #writtenShare(container: Container): number {
    if (container === this.group.scratch) return 1;
    const written = [...this.group.roots, ...this.group.body]
      .flatMap((id) => this.plan.stores.get(id) ?? [])
      .filter((placement) => placement.container === container)
      .reduce((sum, { quads }) => sum + quads, 0);
    return Math.min(1, written / container.quads);
  }

  // --- expressions ---

  factor(value: number): string {
    const index = this.#factors.length;
    this.#factors.push(value);
    return `factors[${index >> 2}][${index & 3}]`;
  }

  /** A vec4f: the four channels of a node at a place. `registers` holds what the kernel has computed there. */
  read(id: NodeId, place: Place, registers: ReadonlyMap<NodeId, string>): string {
    const { shape, operation } = this.node(id);
    const register = registers.get(id);
    if (register !== undefined && isSameShape(shape, place.shape)) return register;
    if (operation.kind === 'constant' && elementCount(shape) === 1) {
      return `vec4f(${this.factor(operation.data[0]!)})`;
    }
    if (this.plan.lazy.has(id)) {
      switch (operation.kind) {
        case 'scale':
          return `(${this.factor(operation.factor)} * ${this.read(operation.input, place, registers)})`;
        case 'slice':
          return this.#stored(operation.input, shape, operation.start, place);
        case 'unary':
        case 'binary':
          return `(${this.pointwise(operation, (operand) => this.read(operand, place, registers))})`;
        default:
      }
    }
    return this.#stored(id, shape, 0, place);
  }

  pointwise(
    operation: Extract<GraphNode['operation'], { kind: 'unary' | 'binary' }>,
    operand: (id: NodeId) => string,
  ): string {
    if (operation.kind === 'binary') {
      const left = operand(operation.left);
      const right = operand(operation.right);
      const sign = { add: '+', subtract: '-', multiply: '*', divide: '/', maximum: '' }[operation.function];
      return sign === '' ? `max(${left}, ${right})` : `${left} ${sign} ${right}`;
    }
    const input = operand(operation.input);
    switch (operation.function) {
      case 'relu':
        return `max(${input}, vec4f())`;
      case 'step':
        return `select(vec4f(), vec4f(1.0), ${input} > vec4f())`;
      case 'sigmoid':
        this.use('sigmoid');
        return `sigmoid4(${input})`;
      case 'tanh':
        this.use('tanh');
        return `tanh4(${input})`;
      case 'square-root':
        return `sqrt(${input})`;
    }
  }

  /** Channels `shift`, `shift` + 1 … of what is stored of a node; `shape` is that of the part. */
  #stored(id: NodeId, shape: Shape, shift: number, place: Place): string {
    const placement = this.plan.general.get(id);
    if (placement === undefined) throw new Error(`node ${id} is read but not stored`);
    const { container, start } = placement;
    const name = this.container(container);
    const first = `${this.#positionIn(container.grid, shape, place)} * ${container.quads}u + ${start + (shift >> 2)}u`;
    const lane = shift & 3;
    if (shape[1] === 1 && place.shape[1] > 1) return `vec4f(${name}[${first}].${'xyzw'[lane]!})`;
    const here = `${name}[${first} + ${place.quad}]`;
    if (lane === 0) return here;
    const next = `${name}[${first} + ${place.quad} + 1u]`;
    const split = 4 - lane;
    return `vec4f(${here}.${'xyzw'.slice(lane)}, ${next}.${'xyzw'.slice(0, 4 - split)})`;
  }

  #positionIn(grid: Grid, shape: Shape, place: Place): string {
    const isWhole = shape[0] === place.shape[0] && shape[2] === place.shape[2] && shape[3] === place.shape[3];
    if (isWhole && isSameGrid(grid, place.grid)) return `(${place.position} + ${grid.guardBefore}u)`;
    return positionOf(
      grid,
      {
        batch: shape[0] === 1 ? '0u' : place.batch,
        lat: shape[2] === 1 ? '0u' : place.lat,
        lon: shape[3] === 1 ? '0u' : place.lon,
      },
      grid.guardBefore,
    );
  }

  #bind(resource: Container | KernelConstants, type: string, isWritten: boolean): string {
    let binding = this.#bindings.find((known) => known.resource === resource);
    if (binding === undefined) {
      binding = { name: `b${this.#bindings.length}`, type, resource, isWritten: false };
      this.#bindings.push(binding);
    }
    binding.isWritten ||= isWritten;
    return binding.name;
  }

  // --- the function at the end of every kernel ---

  /**
   * `fn finish(p, q, r0, r1, …)`: computes the group's body at position p, channels 4q … 4q + 3, from the roots' values
   * r0, r1, …, and stores what the plan wants stored; zeros on the border.
   */
  finishFunction(): string {
    const { group } = this;
    const { grid, shape } = group;
    const registers = new Map<NodeId, string>();
    const parameters = group.roots.map((root, index) => {
      registers.set(root, `r${index}`);
      return `, r${index}: vec4f`;
    });
    const place: Place = {
      shape,
      grid,
      position: 'p',
      quad: 'q',
      batch: 'batch',
      lat: 'lat',
      lon: 'lon',
    };
    const body = group.body.map((id) => {
      const { name, lines } = this.#compute(id, place, registers);
      registers.set(id, name);
      return lines;
    });
    const stored = [...group.roots, ...group.body].flatMap((id) =>
      (this.plan.stores.get(id) ?? []).map((placement) => ({ id, placement })),
    );
    const stores = stored.map(({ id, placement }) => this.#store(placement, registers.get(id)!));
    const zeros = stored
      .filter(({ placement }) => !placement.container.isDense)
      .map(({ placement }) => this.#store(placement, null));
    const border =
      grid.border === 0
        ? ''
        : `if (row < ${grid.border}u || row >= ${grid.border + grid.lat}u || column < ${grid.border}u || column >= ${grid.border + grid.lon}u) {
${zeros.join('\n')}
return;
}`;
    return `fn finish(p: u32, q: u32${parameters.join('')}) {
let column = p % ${grid.pitch}u;
let row = (p / ${grid.pitch}u) % ${grid.rows}u;
${border}
let batch = p / ${grid.pitch * grid.rows}u;
let lat = row - ${grid.border}u;
let lon = column - ${grid.border}u;
${body.join('\n')}
${stores.join('\n')}
}`;
  }

  #compute(
    id: NodeId,
    place: Place,
    registers: ReadonlyMap<NodeId, string>,
  ): { name: string; lines: string } {
    const { operation, shape } = this.node(id);
    const name = this.variable();
    const assign = (expression: string) => ({ name, lines: `let ${name} = ${expression};` });
    switch (operation.kind) {
      case 'unary':
      case 'binary':
        return assign(this.pointwise(operation, (operand) => this.read(operand, place, registers)));
      case 'scale':
        return assign(`${this.factor(operation.factor)} * ${this.read(operation.input, place, registers)}`);
      case 'slice':
        return assign(this.#stored(operation.input, shape, operation.start, place));
      case 'constant':
        return assign(this.read(id, place, registers));
      case 'input':
        return { name, lines: this.#readInput(id, name, shape) };
      case 'resample':
        return { name, lines: this.#resample(operation, name, place) };
      case 'concatenate':
        return { name, lines: this.#concatenate(operation.inputs, name, place) };
      case 'sum':
        return { name, lines: this.#sum(operation.input, name, place) };
      case 'convolution':
        return { name, lines: this.#convolve(operation, name, place) };
      case 'transposed-convolution':
        return { name, lines: this.#convolveTransposed(operation, name, place) };
    }
  }

  #readInput(id: NodeId, name: string, [, channels, lat, lon]: Shape): string {
    const container = this.plan.inputs.get(id);
    if (container === undefined) throw new Error(`input ${id} has no memory`);
    const from = this.container(container);
    return `var ${name} = vec4f();
for (var lane = 0u; lane < 4u; lane++) {
let channel = q * 4u + lane;
if (channel < ${channels}u) { ${name}[lane] = ${from}[((batch * ${channels}u + channel) * ${lat}u + lat) * ${lon}u + lon]; }
}`;
  }

  #resample(
    { input, lat, lon }: { input: NodeId; lat: AxisMap; lon: AxisMap },
    name: string,
    place: Place,
  ): string {
    const latRows = paddedRows(lat);
    const lonRows = paddedRows(lon);
    const table = this.constants(
      {
        key: `rows ${JSON.stringify([lat, lon])}`,
        make: () => Float32Array.from([...latRows.table, ...lonRows.table]),
      },
      'vec2f',
    );
    const from = this.#elsewhere(this.node(input).shape, place, 'latFrom', 'lonFrom');
    return `var ${name} = vec4f();
for (var i = 0u; i < ${latRows.length}u; i++) {
let latEntry = ${table}[lat * ${latRows.length}u + i];
let latFrom = u32(latEntry.x);
for (var j = 0u; j < ${lonRows.length}u; j++) {
let lonEntry = ${table}[${latRows.table.length / 2}u + lon * ${lonRows.length}u + j];
let lonFrom = u32(lonEntry.x);
${name} += latEntry.y * lonEntry.y * ${this.read(input, from, NOTHING)};
}
}`;
  }

  /** The same batch and channels at another point of a tensor of another size. */
  #elsewhere(shape: Shape, place: Place, lat: string, lon: string): Place {
    const grid = gridOf(shape, this.plan.border);
    return {
      shape,
      grid,
      position: positionOf(grid, { batch: place.batch, lat, lon }, 0),
      quad: place.quad,
      batch: place.batch,
      lat,
      lon,
    };
  }

  #concatenate(inputs: readonly NodeId[], name: string, place: Place): string {
    let start = 0;
    const branches = inputs.map((input) => {
      const end = start + this.node(input).shape[1];
      const memberPlace: Place = { ...place, shape: this.node(input).shape, quad: '(within >> 2u)' };
      const branch = `if (channel < ${end}u) {
let within = channel - ${start}u;
${name}[lane] = (${this.read(input, memberPlace, NOTHING)})[within & 3u];
}`;
      start = end;
      return branch;
    });
    return `var ${name} = vec4f();
for (var lane = 0u; lane < 4u; lane++) {
let channel = q * 4u + lane;
${branches.join(' else ')}
}`;
  }

  #sum(input: NodeId, name: string, place: Place): string {
    const { shape } = this.node(input);
    const [overBatch, overChannels, overLat, overLon] = summedAxes(shape, place.shape);
    const lat = overLat === true ? 'i' : place.lat;
    const lon = overLon === true ? 'j' : place.lon;
    const batch = overBatch === true ? 'k' : place.batch;
    const from: Place = {
      ...this.#elsewhere(shape, { ...place, batch }, lat, lon),
      quad: overChannels === true ? 'h' : place.quad,
    };
    const value = this.read(input, from, NOTHING);
    if (overChannels === true) this.use('masked');
    const total = this.variable();
    let code = `${total} += ${overChannels === true ? `masked(${value}, h, ${shape[1]}u)` : value};`;
    const repeat = (isWanted: boolean | undefined, variable: string, length: number) => {
      if (isWanted !== true) return;
      code = `for (var ${variable} = 0u; ${variable} < ${length}u; ${variable}++) {\n${code}\n}`;
    };
    repeat(overChannels, 'h', quadCount(shape[1]));
    repeat(overLon, 'j', shape[3]);
    repeat(overLat, 'i', shape[2]);
    repeat(overBatch, 'k', shape[0]);
    return `var ${total} = vec4f();
${code}
let ${name} = ${overChannels === true ? sumOfLanes(total) : total};`;
  }

  #convolve(
    operation: Extract<GraphNode['operation'], { kind: 'convolution' }>,
    name: string,
    place: Place,
  ): string {
    const [outputs, inputs, kernelLat, kernelLon] = this.node(operation.weight).shape;
    const weights = this.constants(
      {
        key: `direct ${operation.weight}`,
        make: () =>
          packDirect(
            this.#constantData(operation.weight),
            { outputs, inputs, taps: kernelLat * kernelLon },
            (o, i, tap) => (o * inputs + i) * kernelLat * kernelLon + tap,
          ),
      },
      'vec4f',
    );
    const shape = this.node(operation.input).shape;
    const from = { ...this.#elsewhere(shape, place, 'latFrom', 'lonFrom'), quad: 'h' };
    const bias = operation.bias === null ? 'vec4f()' : this.read(operation.bias, place, NOTHING);
    return `var ${name} = ${bias};
for (var u = 0u; u < ${kernelLat}u; u++) {
let latFrom = lat * ${operation.stride}u + u - ${operation.padding}u;
if (latFrom >= ${shape[2]}u) { continue; }
for (var w = 0u; w < ${kernelLon}u; w++) {
let lonFrom = lon * ${operation.stride}u + w - ${operation.padding}u;
if (lonFrom >= ${shape[3]}u) { continue; }
${this.#accumulate(name, weights, this.read(operation.input, from, NOTHING), {
  inputQuads: quadCount(inputs),
  outputQuads: quadCount(outputs),
  tap: `u * ${kernelLon}u + w`,
})}
}
}`;
  }

  #convolveTransposed(
    operation: Extract<GraphNode['operation'], { kind: 'transposed-convolution' }>,
    name: string,
    place: Place,
  ): string {
    const [inputs, outputs] = this.node(operation.weight).shape;
    const { stride } = operation;
    const weights = this.constants(
      {
        key: `transposed ${operation.weight}`,
        make: () =>
          packDirect(
            this.#constantData(operation.weight),
            { outputs, inputs, taps: stride * stride },
            (o, i, tap) => (i * outputs + o) * stride * stride + tap,
          ),
      },
      'vec4f',
    );
    const from = {
      ...this.#elsewhere(this.node(operation.input).shape, place, 'latFrom', 'lonFrom'),
      quad: 'h',
    };
    return `var ${name} = vec4f();
{
let latFrom = lat / ${stride}u;
let lonFrom = lon / ${stride}u;
${this.#accumulate(name, weights, this.read(operation.input, from, NOTHING), {
  inputQuads: quadCount(inputs),
  outputQuads: quadCount(outputs),
  tap: `(lat % ${stride}u) * ${stride}u + lon % ${stride}u`,
})}
}`;
  }

  #accumulate(
    name: string,
    weights: string,
    value: string,
    { inputQuads, outputQuads, tap }: { inputQuads: number; outputQuads: number; tap: string },
  ): string {
    return `for (var h = 0u; h < ${inputQuads}u; h++) {
let a = ${value};
let k = ((${tap}) * ${inputQuads}u + h) * ${4 * outputQuads}u + q;
${[...'xyzw'].map((lane, index) => `${name} += a.${lane} * ${weights}[k + ${index * outputQuads}u];`).join('\n')}
}`;
  }

  #constantData(id: NodeId): Float32Array {
    return constantData(this.node(id));
  }

  #store({ container, start, quads }: Placement, value: string | null): string {
    const name = this.container(container, true);
    const { shape } = this.group;
    const [, channels, lat, lon] = shape;
    if (container.isDense) {
      return `for (var lane = 0u; lane < 4u; lane++) {
let channel = q * 4u + lane;
if (channel < ${channels}u) { ${name}[((batch * ${channels}u + channel) * ${lat}u + lat) * ${lon}u + lon] = ${value}[lane]; }
}`;
    }
    const own = quadCount(channels);
    const isPair = container.format === 'float16-pair';
    const first = `(p + ${container.grid.guardBefore}u) * ${container.quads * (isPair ? 2 : 1)}u + ${start}u`;
    const zero = container.format === 'float32' ? 'vec4f()' : 'vec4<f16>()';
    const lines: string[] = [];
    if (value === null) {
      lines.push(`${name}[${first} + q] = ${zero};`);
      if (isPair) lines.push(`${name}[${first} + q + ${container.quads}u] = ${zero};`);
    } else {
      let kept = value;
      if (channels % 4 !== 0) {
        this.use('masked');
        kept = `masked(${value}, q, ${channels}u)`;
      }
      if (container.format === 'float32') {
        lines.push(`${name}[${first} + q] = ${kept};`);
      } else if (!isPair) {
        lines.push(`${name}[${first} + q] = vec4<f16>(${kept});`);
      } else {
        this.use('rounded');
        lines.push(`{
let kept = ${kept};
let high = rounded(kept);
${name}[${first} + q] = vec4<f16>(high);
${name}[${first} + q + ${container.quads}u] = vec4<f16>(kept - high);
}`);
      }
    }
    if (quads > own) {
      const ends = isPair ? [0, container.quads] : [0];
      lines.push(`if (q == ${own - 1}u) {
for (var extra = ${own}u; extra < ${quads}u; extra++) {
${ends.map((end) => `${name}[${first} + extra + ${end}u] = ${zero};`).join('\n')}
}
}`);
    }
    return lines.join('\n');
  }
}

const NOTHING: ReadonlyMap<NodeId, string> = new Map();

export function constantData({ id, operation }: GraphNode): Float32Array {
  if (operation.kind !== 'constant') throw new Error(`node ${id} is no constant`);
  return operation.data;
}

export function positionOf(
  grid: Grid,
  { batch, lat, lon }: { batch: string; lat: string; lon: string },
  guard: number,
): string {
  if (grid.lat === 1 && grid.lon === 1 && grid.border === 0) return batch;
  return `(((${batch}) * ${grid.rows}u + ${lat} + ${grid.border}u) * ${grid.pitch}u + ${lon} + ${grid.border + guard}u)`;
}

export function sumOfLanes(vector: string): string {
  return `vec4f((${vector}.x + ${vector}.y) + (${vector}.z + ${vector}.w))`;
}

/** The rows of a map, all as long as the longest: index and weight, the rest with weight 0. */
function paddedRows(map: AxisMap): { length: number; table: number[] } {
  const { offsets, indices, weights } = axisMapRows(map);
  let length = 1;
  for (let row = 0; row < map.to; row++) length = Math.max(length, offsets[row + 1]! - offsets[row]!);
  const table: number[] = [];
  for (let row = 0; row < map.to; row++) {
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    for (let k = start; k < start + length; k++) {
      table.push(k < end ? indices[k]! : (indices[start] ?? 0), k < end ? weights[k]! : 0);
    }
  }
  return { length, table };
}

/** One quad of outputs per tap and input channel: `[tap][input, padded to quads][output quad]`. */
function packDirect(
  data: Float32Array,
  { outputs, inputs, taps }: { outputs: number; inputs: number; taps: number },
  indexOf: (output: number, input: number, tap: number) => number,
): Float32Array {
  const inputLanes = quadCount(inputs) * 4;
  const outputLanes = quadCount(outputs) * 4;
  const packed = new Float32Array(taps * inputLanes * outputLanes);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        packed[(tap * inputLanes + i) * outputLanes + o] = data[indexOf(o, i, tap)]!;
      }
    }
  }
  return packed;
}
