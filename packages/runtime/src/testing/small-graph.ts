import {
  type AxisMap,
  type BinaryFunction,
  type Graph,
  type GraphNode,
  type NodeId,
  type Operation,
  type Shape,
  type UnaryFunction,
} from '@sillage/fourdvarnet';

/** Writes small graphs for tests by hand: every method adds one node and works out its shape. */
export class SmallGraph {
  readonly #nodes: GraphNode[] = [];
  readonly #inputs = new Map<string, NodeId>();

  input(name: string, shape: Shape): NodeId {
    const id = this.#add(shape, { kind: 'input', name });
    this.#inputs.set(name, id);
    return id;
  }

  constant(shape: Shape, data: Float32Array): NodeId {
    return this.#add(shape, { kind: 'constant', name: `constant${this.#nodes.length}`, data });
  }

  convolution(
    input: NodeId,
    weight: NodeId,
    {
      bias = null,
      stride = 1,
      padding = 0,
    }: { bias?: NodeId | null; stride?: number; padding?: number } = {},
  ): NodeId {
    const [batch, , lat, lon] = this.#shape(input);
    const [outputs, , kernelLat, kernelLon] = this.#shape(weight);
    const length = (from: number, kernel: number) => Math.floor((from + 2 * padding - kernel) / stride) + 1;
    return this.#add([batch, outputs, length(lat, kernelLat), length(lon, kernelLon)], {
      kind: 'convolution',
      input,
      weight,
      bias,
      stride,
      padding,
    });
  }

  transposedConvolution(input: NodeId, weight: NodeId): NodeId {
    const [batch, , lat, lon] = this.#shape(input);
    const [, outputs, stride] = this.#shape(weight);
    return this.#add([batch, outputs, lat * stride, lon * stride], {
      kind: 'transposed-convolution',
      input,
      weight,
      stride,
    });
  }

  resample(input: NodeId, lat: AxisMap, lon: AxisMap): NodeId {
    const [batch, channels] = this.#shape(input);
    return this.#add([batch, channels, lat.to, lon.to], { kind: 'resample', input, lat, lon });
  }

  unary(name: UnaryFunction, input: NodeId): NodeId {
    return this.#add(this.#shape(input), { kind: 'unary', function: name, input });
  }

  binary(name: BinaryFunction, left: NodeId, right: NodeId): NodeId {
    const [a, b] = [this.#shape(left), this.#shape(right)];
    const longer = (axis: 0 | 1 | 2 | 3) => Math.max(a[axis], b[axis]);
    return this.#add([longer(0), longer(1), longer(2), longer(3)], {
      kind: 'binary',
      function: name,
      left,
      right,
    });
  }

  scale(input: NodeId, factor: number): NodeId {
    return this.#add(this.#shape(input), { kind: 'scale', input, factor });
  }

  concatenate(...inputs: NodeId[]): NodeId {
    const [batch, , lat, lon] = this.#shape(inputs[0]!);
    const channels = inputs.reduce((sum, input) => sum + this.#shape(input)[1], 0);
    return this.#add([batch, channels, lat, lon], { kind: 'concatenate', inputs });
  }

  slice(input: NodeId, start: number, end: number): NodeId {
    const [batch, , lat, lon] = this.#shape(input);
    return this.#add([batch, end - start, lat, lon], { kind: 'slice', input, start, end });
  }

  sum(input: NodeId, shape: Shape): NodeId {
    return this.#add(shape, { kind: 'sum', input });
  }

  graph(outputs: Readonly<Record<string, NodeId>>): Graph {
    return { nodes: this.#nodes, inputs: this.#inputs, outputs: new Map(Object.entries(outputs)) };
  }

  #add(shape: Shape, operation: Operation): NodeId {
    const id = this.#nodes.length;
    this.#nodes.push({ id, shape, operation });
    return id;
  }

  #shape(id: NodeId): Shape {
    return this.#nodes[id]!.shape;
  }
}

/** Repeatable numbers of both signs, evenly spread over −1…1. */
export function spreadValues(length: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function elementCount([batch, channels, lat, lon]: Shape): number {
  return batch * channels * lat * lon;
}
