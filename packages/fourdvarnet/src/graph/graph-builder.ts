import { averageMap, bilinearMap, identityMap } from './axis-map.js';
import type {
  AxisMap,
  BinaryFunction,
  Graph,
  GraphNode,
  NodeId,
  Operation,
  Shape,
  UnaryFunction,
} from './graph.js';
import { GraphError, shapeText } from './graph-error.js';

export type ConvolutionOptions = {
  /** A constant of shape `[outputs, inputs, kernel lat, kernel lon]`. */
  readonly weight: NodeId;
  /** A constant of shape `[1, outputs, 1, 1]`. */
  readonly bias?: NodeId | null;
  readonly stride?: number;
  readonly padding?: number;
};

const COMMUTATIVE: ReadonlySet<BinaryFunction> = new Set(['add', 'multiply', 'maximum']);
const SCALAR: Shape = [1, 1, 1, 1];

/**
 * Writes a network down as a {@link Graph}, operation by operation, and checks every shape on the way.
 *
 * The same operation on the same nodes is one node, so a term that does not change from one iteration to the next is
 * computed once, however often it is written. {@link build} keeps what the outputs need.
 *
 * All methods throw {@link GraphError} where shapes do not fit.
 */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #known = new Map<string, NodeId>();
  readonly #constants = new Map<Float32Array, Map<string, NodeId>>();
  readonly #derived = new Map<string, NodeId>();
  readonly #inputs = new Map<string, NodeId>();

  shape(node: NodeId): Shape {
    return this.node(node).shape;
  }

  node(node: NodeId): GraphNode {
    const found = this.#nodes[node];
    if (found === undefined) {
      throw new GraphError({
        where: 'an operand',
        found: `node ${node} of another graph`,
        needed: `one of the ${this.#nodes.length} nodes of this graph`,
      });
    }
    return found;
  }

  /** The name of a node in messages: its own if it has one. */
  label(node: NodeId): string {
    const { operation } = this.node(node);
    return 'name' in operation ? `tensor '${operation.name}'` : `${operation.kind} %${node}`;
  }

  // --- sources ---

  input(name: string, shape: Shape): NodeId {
    requirePositive(`input '${name}'`, shape);
    const known = this.#inputs.get(name);
    if (known !== undefined) {
      this.#requireShape(known, shape);
      return known;
    }
    const node = this.#push({ kind: 'input', name }, shape);
    this.#inputs.set(name, node);
    return node;
  }

  /** @param data - as long as `shape` says; kept, not copied. */
  constant(name: string, shape: Shape, data: Float32Array): NodeId {
    requirePositive(`tensor '${name}'`, shape);
    if (data.length !== elementCount(shape)) {
      throw new GraphError({
        where: `tensor '${name}'`,
        found: `${data.length} values long`,
        needed: `${elementCount(shape)} values for shape ${shapeText(shape)}`,
      });
    }
    const ofData = this.#constants.get(data) ?? new Map<string, NodeId>();
    this.#constants.set(data, ofData);
    const key = shape.join();
    const node = ofData.get(key) ?? this.#push({ kind: 'constant', name, data }, shape);
    ofData.set(key, node);
    return node;
  }

  /** A constant that is computed from others; `key` says from which and how, so that it is computed once. */
  derivedConstant(key: string, make: () => { name: string; shape: Shape; data: Float32Array }): NodeId {
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const { name, shape, data } = make();
    const node = this.constant(name, shape, data);
    this.#derived.set(key, node);
    return node;
  }

  /** One number, in float64 as long as no executor rounds it: a scaled 1. */
  scalar(value: number): NodeId {
    const one = this.derivedConstant('one', () => ({ name: 'one', shape: SCALAR, data: Float32Array.of(1) }));
    return this.scale(one, value);
  }

  /** Every element the same. */
  filled(shape: Shape, value: 0 | 1): NodeId {
    return this.derivedConstant(`filled ${value} ${shape.join()}`, () => ({
      name: value === 0 ? 'zeros' : 'ones',
      shape,
      data: new Float32Array(elementCount(shape)).fill(value),
    }));
  }

  // --- element by element ---

  relu(x: NodeId): NodeId {
    return this.#unary('relu', x);
  }

  /** 1 where x > 0, else 0. */
  step(x: NodeId): NodeId {
    return this.#unary('step', x);
  }

  sigmoid(x: NodeId): NodeId {
    return this.#unary('sigmoid', x);
  }

  tanh(x: NodeId): NodeId {
    return this.#unary('tanh', x);
  }

  squareRoot(x: NodeId): NodeId {
    return this.#unary('square-root', x);
  }

  add(a: NodeId, b: NodeId): NodeId {
    return a === b ? this.scale(a, 2) : this.#binary('add', a, b);
  }

  subtract(a: NodeId, b: NodeId): NodeId {
    return this.#binary('subtract', a, b);
  }

  /** A factor that is a known scalar becomes a {@link scale}. */
  multiply(a: NodeId, b: NodeId): NodeId {
    const [left, right] = [this.#knownScalar(a), this.#knownScalar(b)];
    if (left !== null) return this.scale(b, left);
    if (right !== null) return this.scale(a, right);
    return this.#binary('multiply', a, b);
  }

  divide(a: NodeId, b: NodeId): NodeId {
    return this.#binary('divide', a, b);
  }

  maximum(a: NodeId, b: NodeId): NodeId {
    return this.#binary('maximum', a, b);
  }

  square(x: NodeId): NodeId {
    return this.multiply(x, x);
  }

  /** Factors of factors are multiplied in float64 here, once. */
  scale(x: NodeId, factor: number): NodeId {
    if (!Number.isFinite(factor)) {
      throw new GraphError({
        where: `the factor of ${this.label(x)}`,
        found: String(factor),
        needed: 'a finite number',
      });
    }
    if (factor === 1) return x;
    const { operation, shape } = this.node(x);
    if (operation.kind === 'scale') return this.scale(operation.input, operation.factor * factor);
    return this.#push({ kind: 'scale', input: x, factor }, shape);
  }

  // --- sums ---

  /** Over everything. */
  sum(x: NodeId): NodeId {
    return this.sumTo(x, SCALAR);
  }

  /** Over the axes along which `shape` is 1. */
  sumTo(x: NodeId, shape: Shape): NodeId {
    const from = this.shape(x);
    if (shape.some((length, axis) => length !== from[axis] && length !== 1)) {
      throw new GraphError({
        where: `the sum of ${this.label(x)}`,
        found: `from ${shapeText(from)} to ${shapeText(shape)}`,
        needed: 'each axis either kept or 1',
      });
    }
    return sameShape(from, shape) ? x : this.#push({ kind: 'sum', input: x }, shape);
  }

  mean(x: NodeId): NodeId {
    return this.scale(this.sum(x), 1 / elementCount(this.shape(x)));
  }

  meanSquare(x: NodeId): NodeId {
    return this.mean(this.square(x));
  }

  // --- along channels ---

  concatenate(...inputs: readonly NodeId[]): NodeId {
    const [first, ...others] = inputs;
    if (first === undefined) {
      throw new GraphError({ where: 'a concatenation', found: 'empty', needed: 'one tensor or more' });
    }
    if (others.length === 0) return first;
    const [batch, , lat, lon] = this.shape(first);
    let channels = 0;
    for (const input of inputs) {
      const shape = this.shape(input);
      this.#requireShape(input, [batch, shape[1], lat, lon]);
      channels += shape[1];
    }
    return this.#push({ kind: 'concatenate', inputs }, [batch, channels, lat, lon]);
  }

  /** Channels `start` up to, not including, `end`. */
  slice(x: NodeId, start: number, end: number): NodeId {
    const [batch, channels, lat, lon] = this.shape(x);
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start || end > channels) {
      throw new GraphError({
        where: `the slice of ${this.label(x)}`,
        found: `channels ${start} to ${end}`,
        needed: `a range inside its ${channels} channels`,
      });
    }
    if (end - start === channels) return x;
    return this.#push({ kind: 'slice', input: x, start, end }, [batch, end - start, lat, lon]);
  }

  // --- along lat and lon ---

  convolution(x: NodeId, { weight, bias = null, stride = 1, padding = 0 }: ConvolutionOptions): NodeId {
    const [batch, channels, lat, lon] = this.shape(x);
    this.#requireConstant(weight);
    const [outputs, inputs, kernelLat, kernelLon] = this.shape(weight);
    if (inputs !== channels) {
      throw new GraphError({
        where: this.label(weight),
        found: `of shape ${shapeText(this.shape(weight))}`,
        needed: `${channels} input channels, since it is applied to ${shapeText(this.shape(x))}`,
      });
    }
    if (bias !== null) {
      this.#requireConstant(bias);
      this.#requireShape(bias, [1, outputs, 1, 1]);
    }
    requireWholeNumber(`the stride of ${this.label(weight)}`, stride, 1);
    requireWholeNumber(`the padding of ${this.label(weight)}`, padding, 0);
    const outLat = Math.floor((lat + 2 * padding - kernelLat) / stride) + 1;
    const outLon = Math.floor((lon + 2 * padding - kernelLon) / stride) + 1;
    if (outLat < 1 || outLon < 1) {
      throw new GraphError({
        where: `the input of ${this.label(weight)}`,
        found: `${lat} × ${lon} points`,
        needed: `at least ${kernelLat - 2 * padding} × ${kernelLon - 2 * padding}`,
      });
    }
    return this.#push({ kind: 'convolution', input: x, weight, bias, stride, padding }, [
      batch,
      outputs,
      outLat,
      outLon,
    ]);
  }

  /** @param weight - a constant of shape `[inputs, outputs, stride, stride]`. */
  transposedConvolution(x: NodeId, weight: NodeId): NodeId {
    const [batch, channels, lat, lon] = this.shape(x);
    this.#requireConstant(weight);
    const [inputs, outputs, kernelLat, kernelLon] = this.shape(weight);
    if (inputs !== channels || kernelLat !== kernelLon) {
      throw new GraphError({
        where: this.label(weight),
        found: `of shape ${shapeText(this.shape(weight))}`,
        needed: `[${channels}, outputs, stride, stride], since it is applied to ${shapeText(this.shape(x))}`,
      });
    }
    const stride = kernelLat;
    return this.#push({ kind: 'transposed-convolution', input: x, weight, stride }, [
      batch,
      outputs,
      lat * stride,
      lon * stride,
    ]);
  }

  /** Means of `factor` × `factor` blocks; a remainder at the end is left out. */
  averagePool(x: NodeId, factor: number): NodeId {
    const [, , lat, lon] = this.shape(x);
    requireWholeNumber(`the pooling factor of ${this.label(x)}`, factor, 1);
    return this.resample(x, averageMap(lat, factor), averageMap(lon, factor));
  }

  /** Linear interpolation to `factor` times as many points along lat and lon, the corners kept. */
  upsample(x: NodeId, factor: number): NodeId {
    const [, , lat, lon] = this.shape(x);
    requireWholeNumber(`the up-sampling factor of ${this.label(x)}`, factor, 1);
    return factor === 1 ? x : this.resample(x, bilinearMap(lat, factor), bilinearMap(lon, factor));
  }

  resample(x: NodeId, lat: AxisMap, lon: AxisMap): NodeId {
    const [batch, channels, fromLat, fromLon] = this.shape(x);
    if (lat.from !== fromLat || lon.from !== fromLon || lat.to < 1 || lon.to < 1) {
      throw new GraphError({
        where: `the resampling of ${this.label(x)}`,
        found: `from ${lat.from} × ${lon.from} to ${lat.to} × ${lon.to} points`,
        needed: `maps from ${fromLat} × ${fromLon} points to one point or more`,
      });
    }
    if (isIdentity(lat) && isIdentity(lon)) return x;
    return this.#push({ kind: 'resample', input: x, lat: canonical(lat), lon: canonical(lon) }, [
      batch,
      channels,
      lat.to,
      lon.to,
    ]);
  }

  // --- the result ---

  /** The graph of the outputs: what they need, in the order in which it was written, and nothing else. */
  build(outputs: Readonly<Record<string, NodeId>>): Graph {
    const isNeeded = new Uint8Array(this.#nodes.length);
    for (const output of Object.values(outputs)) isNeeded[this.node(output).id] = 1;
    for (let id = this.#nodes.length - 1; id >= 0; id--) {
      if (isNeeded[id] === 1)
        for (const operand of operandsOf(this.#nodes[id]!.operation)) isNeeded[operand] = 1;
    }
    const position = new Map<NodeId, NodeId>();
    const nodes: GraphNode[] = [];
    const inputs = new Map<string, NodeId>();
    for (const { id, shape, operation } of this.#nodes) {
      if (isNeeded[id] === 0) continue;
      const moved = nodes.length;
      position.set(id, moved);
      if (operation.kind === 'input') inputs.set(operation.name, moved);
      nodes.push({
        id: moved,
        shape,
        operation: withOperands(operation, (operand) => position.get(operand)!),
      });
    }
    return {
      nodes,
      inputs,
      outputs: new Map(Object.entries(outputs).map(([name, node]) => [name, position.get(node)!])),
    };
  }

  #unary(name: UnaryFunction, input: NodeId): NodeId {
    return this.#push({ kind: 'unary', function: name, input }, this.shape(input));
  }

  #binary(name: BinaryFunction, a: NodeId, b: NodeId): NodeId {
    const [left, right] = COMMUTATIVE.has(name) && b < a ? [b, a] : [a, b];
    const [from, to] = [this.shape(left), this.shape(right)];
    if (from.some((length, axis) => length !== to[axis] && length !== 1 && to[axis] !== 1)) {
      throw new GraphError({
        where: `the operands of '${name}'`,
        found: `${this.label(left)} ${shapeText(from)} and ${this.label(right)} ${shapeText(to)}`,
        needed: 'the same length along every axis, or 1',
      });
    }
    const shape: Shape = [
      Math.max(from[0], to[0]),
      Math.max(from[1], to[1]),
      Math.max(from[2], to[2]),
      Math.max(from[3], to[3]),
    ];
    return this.#push({ kind: 'binary', function: name, left, right }, shape);
  }

  /** The number that a node is whatever the inputs are, or null. */
  #knownScalar(node: NodeId): number | null {
    const { operation, shape } = this.node(node);
    if (!sameShape(shape, SCALAR)) return null;
    if (operation.kind === 'constant') return operation.data[0]!;
    if (operation.kind !== 'scale') return null;
    const scaled = this.#knownScalar(operation.input);
    return scaled === null ? null : scaled * operation.factor;
  }

  #requireConstant(node: NodeId): void {
    if (this.node(node).operation.kind !== 'constant') {
      throw new GraphError({
        where: `the weight or bias ${this.label(node)}`,
        found: 'computed in the graph',
        needed: 'a constant',
      });
    }
  }

  #requireShape(node: NodeId, shape: Shape): void {
    const found = this.shape(node);
    if (!sameShape(found, shape)) {
      throw new GraphError({
        where: this.label(node),
        found: `of shape ${shapeText(found)}`,
        needed: `shape ${shapeText(shape)}`,
      });
    }
  }

  #push(operation: Operation, shape: Shape): NodeId {
    const key = operation.kind === 'constant' ? null : `${JSON.stringify(operation)} ${shape.join()}`;
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#nodes.length;
    this.#nodes.push({ id, shape, operation });
    if (key !== null) this.#known.set(key, id);
    return id;
  }
}

/** The nodes that an operation reads, weights included. */
export function operandsOf(operation: Operation): readonly NodeId[] {
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return [];
    case 'convolution':
      return operation.bias === null
        ? [operation.input, operation.weight]
        : [operation.input, operation.weight, operation.bias];
    case 'transposed-convolution':
      return [operation.input, operation.weight];
    case 'binary':
      return [operation.left, operation.right];
    case 'concatenate':
      return operation.inputs;
    case 'unary':
    case 'scale':
    case 'resample':
    case 'slice':
    case 'sum':
      return [operation.input];
  }
}

export function elementCount(shape: Shape): number {
  return shape[0] * shape[1] * shape[2] * shape[3];
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.every((length, axis) => length === b[axis]);
}

function withOperands(operation: Operation, moved: (node: NodeId) => NodeId): Operation {
  switch (operation.kind) {
    case 'input':
    case 'constant':
      return operation;
    case 'convolution':
      return {
        ...operation,
        input: moved(operation.input),
        weight: moved(operation.weight),
        bias: operation.bias === null ? null : moved(operation.bias),
      };
    case 'transposed-convolution':
      return { ...operation, input: moved(operation.input), weight: moved(operation.weight) };
    case 'binary':
      return { ...operation, left: moved(operation.left), right: moved(operation.right) };
    case 'concatenate':
      return { ...operation, inputs: operation.inputs.map(moved) };
    case 'unary':
    case 'scale':
    case 'resample':
    case 'slice':
    case 'sum':
      return { ...operation, input: moved(operation.input) };
  }
}

function isIdentity({ from, to, factor }: AxisMap): boolean {
  return factor === 1 && from === to;
}

/** So that equal maps are equal texts. */
function canonical(map: AxisMap): AxisMap {
  if (isIdentity(map)) return identityMap(map.from);
  const { method, factor, adjoint, from, to } = map;
  return { method, factor, adjoint, from, to };
}

function requirePositive(where: string, shape: Shape): void {
  if (shape.length !== 4 || shape.some((length) => !Number.isInteger(length) || length < 1)) {
    throw new GraphError({
      where,
      found: `of shape ${shapeText(shape)}`,
      needed: 'four lengths of 1 or more',
    });
  }
}

function requireWholeNumber(where: string, value: number, smallest: number): void {
  if (!Number.isInteger(value) || value < smallest) {
    throw new GraphError({ where, found: String(value), needed: `a whole number from ${smallest} up` });
  }
}
