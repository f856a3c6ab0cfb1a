import { axisMapRows } from '../graph/axis-map.js';
import { operandsOf } from '../graph/graph-builder.js';
import type { AxisMap, BinaryFunction, Graph, GraphNode, NodeId, Resampling, Shape } from '../graph/graph.js';
import { encodeOnnx } from './encode-onnx.js';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './onnx-graph.js';

/**
 * A network as an ONNX file: operators of the standard domain only, opset 17, weights inside.
 *
 * Inputs keep their names. Outputs do, too, unless an input has the same one: see {@link onnxOutputNames}.
 */
export function onnxModel(graph: Graph): Uint8Array {
  return encodeOnnx(onnxGraph(graph));
}

/**
 * Output of a graph → its name in the ONNX file. There a name means one value, so an output that is called like an
 * input gets `.out` behind its name.
 */
export function onnxOutputNames(graph: Graph): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set([...graph.inputs.keys(), ...graph.outputs.keys()]);
  for (const output of graph.outputs.keys()) {
    let name = output;
    if (graph.inputs.has(output)) {
      do name += '.out';
      while (taken.has(name));
      taken.add(name);
    }
    names.set(output, name);
  }
  return names;
}

export function onnxGraph(graph: Graph): OnnxGraph {
  return new Printer(graph).print();
}

const BINARY_OPERATORS: Readonly<Record<BinaryFunction, string>> = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  maximum: 'Max',
};

const UNARY_OPERATORS = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh', 'square-root': 'Sqrt' } as const;

class Printer {
  readonly #graph: Graph;
  readonly #prefix: string;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  /** Hash of dims and values → positions in `#initializers`. */
  readonly #initializersByHash = new Map<string, number[]>();
  /** Node → the name of its value. */
  readonly #names = new Map<NodeId, string>();
  #counter = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    let prefix = 'v';
    const names = [...graph.inputs.keys(), ...onnxOutputNames(graph).values()];
    while (names.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
    this.#prefix = prefix;
  }

  print(): OnnxGraph {
    const { nodes, inputs, outputs } = this.#graph;
    const needed = neededNodes(this.#graph);
    for (const node of nodes) {
      // a constant is written when something reads it in its own shape: a bias is not
      if (needed.has(node.id) && node.operation.kind !== 'constant') {
        this.#names.set(node.id, this.#printNode(node));
      }
    }
    const outputNames = onnxOutputNames(this.#graph);
    for (const [output, id] of outputs) {
      this.#emit('Identity', [this.#name(id)], {}, outputNames.get(output)!);
    }
    const value = (name: string, id: NodeId) => ({ name, dims: [...nodes[id]!.shape] });
    return {
      name: 'network',
      inputs: Array.from(inputs, ([name, id]) => value(name, id)),
      outputs: Array.from(outputs, ([output, id]) => value(outputNames.get(output)!, id)),
      initializers: this.#initializers,
      nodes: this.#nodes,
    };
  }

  /** @returns the name of the node's value. */
  #printNode(node: GraphNode): string {
    const { operation, shape } = node;
    switch (operation.kind) {
      case 'input':
        return operation.name;
      case 'constant':
        return this.#initializer([...shape], operation.data);
      case 'convolution': {
        const [outputs, , kernelLat, kernelLon] = this.#shape(operation.weight);
        const inputs = [this.#name(operation.input), this.#name(operation.weight)];
        if (operation.bias !== null) inputs.push(this.#initializer([outputs], this.#data(operation.bias)));
        return this.#emit('Conv', inputs, {
          kernel_shape: { ints: [kernelLat, kernelLon] },
          strides: { ints: [operation.stride, operation.stride] },
          pads: { ints: Array.from({ length: 4 }, () => operation.padding) },
        });
      }
      case 'transposed-convolution': {
        const { stride } = operation;
        return this.#emit('ConvTranspose', [this.#name(operation.input), this.#name(operation.weight)], {
          kernel_shape: { ints: [stride, stride] },
          strides: { ints: [stride, stride] },
        });
      }
      case 'resample':
        return this.#printResampling(operation);
      case 'unary': {
        const input = this.#name(operation.input);
        if (operation.function !== 'step') return this.#emit(UNARY_OPERATORS[operation.function], [input]);
        const isPositive = this.#emit('Greater', [input, this.#scalar(0)]);
        return this.#emit('Cast', [isPositive], { to: { int: 1 } });
      }
      case 'binary':
        return this.#emit(BINARY_OPERATORS[operation.function], [
          this.#name(operation.left),
          this.#name(operation.right),
        ]);
      case 'scale':
        return this.#emit('Mul', [this.#name(operation.input), this.#scalar(operation.factor)]);
      case 'concatenate':
        return this.#emit(
          'Concat',
          operation.inputs.map((id) => this.#name(id)),
          { axis: { int: 1 } },
        );
      case 'slice':
        return this.#emit('Slice', [
          this.#name(operation.input),
          this.#integers([operation.start]),
          this.#integers([operation.end]),
          this.#integers([1]),
        ]);
      case 'sum':
        return this.#printSum(this.#name(operation.input), this.#shape(operation.input), shape);
    }
  }

  /** Axis by axis, lon first: rounding then grows with the length of an axis, not with the number of elements. */
  #printSum(input: string, from: Shape, to: Shape): string {
    let value = input;
    for (let axis = 3; axis >= 0; axis--) {
      if (from[axis] === to[axis]) continue;
      value = this.#emit('ReduceSum', [value, this.#integers([axis])], { keepdims: { int: 1 } });
    }
    return value;
  }

  #printResampling({ input, lat, lon }: Resampling): string {
    const value = this.#name(input);
    if (lat.method === 'average' && lon.method === 'average' && lat.adjoint === lon.adjoint) {
      if (lat.factor === 1 && lon.factor === 1) return value;
      return lat.adjoint ? this.#printSpread(value, lat, lon) : this.#printAverage(value, lat, lon);
    }
    return this.#printMatrices(value, lat, lon);
  }

  #printAverage(value: string, lat: AxisMap, lon: AxisMap): string {
    const factors = [lat.factor, lon.factor];
    return this.#emit('AveragePool', [value], {
      kernel_shape: { ints: factors },
      strides: { ints: factors },
    });
  }

  /** The adjoint of means of blocks: every value, divided by the block's size, fills its block; the remainder is 0. */
  #printSpread(value: string, lat: AxisMap, lon: AxisMap): string {
    const share = this.#emit('Mul', [value, this.#scalar(1 / (lat.factor * lon.factor))]);
    const scales = this.#initializer([4], Float32Array.of(1, 1, lat.factor, lon.factor));
    let spread = this.#emit('Resize', [share, '', scales], {
      mode: { text: 'nearest' },
      coordinate_transformation_mode: { text: 'asymmetric' },
      nearest_mode: { text: 'floor' },
    });
    const remainders = [lat.to - lat.from * lat.factor, lon.to - lon.from * lon.factor];
    if (remainders.some((remainder) => remainder > 0)) {
      spread = this.#emit('Pad', [spread, this.#integers([0, 0, 0, 0, 0, 0, ...remainders])]);
    }
    return spread;
  }

  /** out = M_lat · in · M_lonᵀ: exact for every map, where `Resize` would find positions in float32. */
  #printMatrices(value: string, lat: AxisMap, lon: AxisMap): string {
    let result = value;
    if (!isIdentity(lat)) {
      result = this.#printBands(result, lat, LAT, (rows, band) =>
        this.#emit('MatMul', [this.#initializer([band.to, band.from], band.matrix), rows]),
      );
    }
    if (!isIdentity(lon)) {
      result = this.#printBands(result, lon, LON, (columns, band) =>
        this.#emit('MatMul', [columns, this.#initializer([band.from, band.to], transposed(band))]),
      );
    }
    return result;
  }

  /** Multiplies a long axis piece by piece: what a piece of the output reads lies close together. */
  #printBands(
    value: string,
    map: AxisMap,
    axis: number,
    multiply: (piece: string, band: Band) => string,
  ): string {
    const bands = bandsOf(map);
    if (bands.length === 1) return multiply(value, bands[0]!);
    const pieces = bands.map((band) =>
      multiply(
        this.#emit('Slice', [
          value,
          this.#integers([band.start]),
          this.#integers([band.start + band.from]),
          this.#integers([axis]),
        ]),
        band,
      ),
    );
    return this.#emit('Concat', pieces, { axis: { int: axis } });
  }

  #emit(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = `${this.#prefix}${this.#counter++}`,
  ): string {
    this.#nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  #scalar(value: number): string {
    return this.#initializer([], Float32Array.of(value));
  }

  #integers(values: readonly number[]): string {
    return this.#initializer([values.length], BigInt64Array.from(values, BigInt));
  }

  /** Equal constants are stored once. */
  #initializer(dims: readonly number[], data: Float32Array | BigInt64Array): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const hash = `${data.BYTES_PER_ELEMENT}:${dims.join()}:${fnv1a(bytes)}`;
    const candidates = this.#initializersByHash.get(hash) ?? [];
    for (const index of candidates) {
      const other = this.#initializers[index]!;
      if (equalBytes(bytes, other.data)) return other.name;
    }
    const name = `${this.#prefix}_constant${this.#initializers.length}`;
    candidates.push(this.#initializers.length);
    this.#initializersByHash.set(hash, candidates);
    this.#initializers.push({ name, dims, data });
    return name;
  }

  #name(id: NodeId): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = this.#printNode(this.#graph.nodes[id]!);
      this.#names.set(id, name);
    }
    return name;
  }

  #shape(id: NodeId): Shape {
    return this.#graph.nodes[id]!.shape;
  }

  #data(id: NodeId): Float32Array {
    const { operation } = this.#graph.nodes[id]!;
    if (operation.kind !== 'constant') {
      throw new TypeError(`node ${id} is a ${operation.kind}; the bias of a convolution must be a constant`);
    }
    return operation.data;
  }
}

/** The nodes that some output depends on. */
function neededNodes({ nodes, outputs }: Graph): ReadonlySet<NodeId> {
  const needed = new Set<NodeId>();
  const pending = [...outputs.values()];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    pending.push(...operandsOf(nodes[id]!.operation));
  }
  return needed;
}

function isIdentity({ factor, from, to }: AxisMap): boolean {
  return factor === 1 && from === to;
}

/** Some consecutive rows of a map, dense over the inputs that they read. */
type Band = {
  /** First input. */
  readonly start: number;
  /** Inputs. */
  readonly from: number;
  /** Outputs. */
  readonly to: number;
  /** `[to, from]`. */
  readonly matrix: Float32Array;
};

const LAT = 2;
const LON = 3;
/** Outputs of a band: below, the copies of slices cost more than the products with zeros that they save. */
const BAND_OUTPUTS = 240;

function bandsOf(map: AxisMap): readonly Band[] {
  const { offsets, indices, weights } = axisMapRows(map);
  const count = Math.max(1, Math.round(map.to / BAND_OUTPUTS));
  return Array.from({ length: count }, (_, k) => {
    const [first, end] = [Math.floor((k * map.to) / count), Math.floor(((k + 1) * map.to) / count)];
    const read = indices.subarray(offsets[first], offsets[end]);
    // one band reads everything, whether it needs it or not: then nothing is cut
    const start = count === 1 ? 0 : read.reduce((least, index) => Math.min(least, index), map.from - 1);
    const last = count === 1 ? map.from - 1 : read.reduce((most, index) => Math.max(most, index), start);
    const from = last - start + 1;
    const matrix = new Float32Array((end - first) * from);
    for (let row = first; row < end; row++) {
      for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
        matrix[(row - first) * from + indices[entry]! - start] = weights[entry]!;
      }
    }
    return { start, from, to: end - first, matrix };
  });
}

/** `[from, to]`. */
function transposed({ from, to, matrix }: Band): Float32Array {
  const turned = new Float32Array(matrix.length);
  for (let row = 0; row < to; row++) {
    for (let column = 0; column < from; column++) turned[column * to + row] = matrix[row * from + column]!;
  }
  return turned;
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function equalBytes(bytes: Uint8Array, data: Float32Array | BigInt64Array): boolean {
  if (data.byteLength !== bytes.length) return false;
  const other = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return bytes.every((byte, i) => byte === other[i]);
}
