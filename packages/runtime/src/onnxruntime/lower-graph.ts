import { GraphBuilder, operandsOf, type Convolution, type Graph, type NodeId } from '@sillage/fourdvarnet';

/** Channels that ONNX Runtime keeps side by side where a CPU has AVX-512; with AVX2 it is half, so this fits, too. */
const BLOCK = 16;
/** More than this much extra work is not worth a better layout. */
const LARGEST_GROWTH = 1.1;
/** Channels that ONNX Runtime's WebGPU kernels read at once. */
const VECTOR = 4;

/**
 * Rewrites a graph so that ONNX Runtime's CPU kernels can keep tensors in blocks of channels from one convolution to the
 * next. The values are the same up to the order of sums:
 *
 * - slices of a convolution become convolutions with the slice's weights, since a blocked tensor cannot be cut;
 * - where tensors are concatenated for a convolution, each is widened to whole blocks, by zeros that meet zero weights.
 *   Otherwise 15 + 48 channels, which no block divides, would go through another kernel at a third of the speed.
 */
export function lowerForCpu(graph: Graph): Graph {
  return new Lowering(graph, 'blocks').lower();
}

/**
 * Rewrites a graph so that every convolution reads a multiple of four channels, by zeros that meet zero weights: the
 * WebGPU kernels of onnxruntime-node 1.30 give wrong sums for others, 15 channels to 32 for one, with no error.
 *
 * Source: this package's operation cases on Mesa's software adapter; microsoft/onnxruntime issue 29651 reports the like.
 */
export function lowerForWebGpu(graph: Graph): Graph {
  return new Lowering(graph, 'vectors').lower();
}

class Lowering {
  readonly #from: Graph;
  readonly #widening: 'blocks' | 'vectors';
  readonly #to = new GraphBuilder();
  readonly #moved = new Map<NodeId, NodeId>();
  /** Convolutions of which only slices are read. */
  readonly #cut: ReadonlySet<NodeId>;

  constructor(graph: Graph, widening: 'blocks' | 'vectors') {
    this.#from = graph;
    this.#widening = widening;
    this.#cut = slicedConvolutions(graph);
  }

  lower(): Graph {
    for (const [name, id] of this.#from.inputs) this.#to.input(name, this.#from.nodes[id]!.shape);
    for (const { id } of this.#from.nodes) {
      if (!this.#cut.has(id)) this.#moved.set(id, this.#lowerNode(id));
    }
    const outputs = Object.fromEntries(Array.from(this.#from.outputs, ([name, id]) => [name, this.#at(id)]));
    return this.#to.build(outputs);
  }

  #lowerNode(id: NodeId): NodeId {
    const g = this.#to;
    const { operation, shape } = this.#from.nodes[id]!;
    switch (operation.kind) {
      case 'input':
        return g.input(operation.name, shape);
      case 'constant':
        return g.constant(operation.name, shape, operation.data);
      case 'convolution':
        return this.#lowerConvolution(operation, null);
      case 'slice': {
        const { input, start, end } = operation;
        const source = this.#from.nodes[input]!.operation;
        return this.#cut.has(input) && source.kind === 'convolution'
          ? this.#lowerConvolution(source, { start, end })
          : g.slice(this.#at(input), start, end);
      }
      case 'transposed-convolution':
        return g.transposedConvolution(this.#at(operation.input), this.#at(operation.weight));
      case 'resample':
        return g.resample(this.#at(operation.input), operation.lat, operation.lon);
      case 'unary':
        return this.#lowerUnary(operation.function, this.#at(operation.input));
      case 'binary':
        return this.#lowerBinary(operation.function, this.#at(operation.left), this.#at(operation.right));
      case 'scale':
        return g.scale(this.#at(operation.input), operation.factor);
      case 'concatenate':
        return g.concatenate(...operation.inputs.map((input) => this.#at(input)));
      case 'sum':
        return g.sumTo(this.#at(operation.input), shape);
    }
  }

  #lowerUnary(name: 'relu' | 'step' | 'sigmoid' | 'tanh' | 'square-root', x: NodeId): NodeId {
    switch (name) {
      case 'relu':
        return this.#to.relu(x);
      case 'step':
        return this.#to.step(x);
      case 'sigmoid':
        return this.#to.sigmoid(x);
      case 'tanh':
        return this.#to.tanh(x);
      case 'square-root':
        return this.#to.squareRoot(x);
    }
  }

  #lowerBinary(
    name: 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum',
    left: NodeId,
    right: NodeId,
  ): NodeId {
    return this.#to[name](left, right);
  }

  #lowerConvolution(convolution: Convolution, cut: { start: number; end: number } | null): NodeId {
    const g = this.#to;
    const { stride, padding } = convolution;
    const { input, columns } =
      this.#widening === 'blocks' ? this.#blockedInput(convolution) : this.#vectorInput(convolution);
    const weight = this.#weight(convolution.weight, cut, columns);
    const bias = convolution.bias === null ? null : this.#bias(convolution.bias, cut);
    return g.convolution(input, { weight, bias, stride, padding });
  }

  /**
   * What a convolution reads, and for each of its channels the input channel of the stored weight that meets it: −1 for
   * one that was added.
   */
  #blockedInput({ input, weight }: Convolution): { input: NodeId; columns: readonly number[] | null } {
    const { operation } = this.#from.nodes[input]!;
    const [, , kernelLat, kernelLon] = this.#from.nodes[weight]!.shape;
    const asItIs = { input: this.#at(input), columns: null };
    if (operation.kind !== 'concatenate' || kernelLat * kernelLon === 1) return asItIs;
    const widths = operation.inputs.map((part) => this.#from.nodes[part]!.shape[1]);
    const width = sum(widths);
    const blocked = sum(widths.map(wholeBlocks));
    if (widths.every((channels) => channels % BLOCK === 0) || blocked > width * LARGEST_GROWTH) return asItIs;
    const columns: number[] = [];
    let first = 0;
    const parts = operation.inputs.map((part, k) => {
      const channels = widths[k]!;
      for (let c = 0; c < wholeBlocks(channels); c++) columns.push(c < channels ? first + c : -1);
      first += channels;
      return this.#widened(this.#at(part));
    });
    return { input: this.#to.concatenate(...parts), columns };
  }

  #vectorInput({ input }: Convolution): { input: NodeId; columns: readonly number[] | null } {
    const [batch, channels, lat, lon] = this.#from.nodes[input]!.shape;
    const missing = (VECTOR - (channels % VECTOR)) % VECTOR;
    const x = this.#at(input);
    if (missing === 0) return { input: x, columns: null };
    const zeros = this.#to.filled([batch, missing, lat, lon], 0);
    const columns = Array.from({ length: channels + missing }, (_, c) => (c < channels ? c : -1));
    return { input: this.#to.concatenate(x, zeros), columns };
  }

  /** The same tensor and channels of zeros, written in blocks: a convolution of one point with ones on its diagonal. */
  #widened(x: NodeId): NodeId {
    const g = this.#to;
    const channels = g.shape(x)[1];
    const outputs = wholeBlocks(channels);
    if (outputs === channels) return x;
    const weight = g.derivedConstant(`widen ${channels}`, () => {
      const data = new Float32Array(outputs * channels);
      for (let c = 0; c < channels; c++) data[c * channels + c] = 1;
      return { name: `widen ${channels} to ${outputs}`, shape: [outputs, channels, 1, 1], data };
    });
    return g.convolution(x, { weight });
  }

  #weight(id: NodeId, cut: { start: number; end: number } | null, columns: readonly number[] | null): NodeId {
    if (cut === null && columns === null) return this.#at(id);
    const { operation, shape } = this.#from.nodes[id]!;
    const [outputs, inputs, kernelLat, kernelLon] = shape;
    const { start, end } = cut ?? { start: 0, end: outputs };
    const key = `weight ${id} ${start} ${end} ${columns?.join() ?? ''}`;
    return this.#to.derivedConstant(key, () => {
      const { name, data } = constant(operation);
      const width = columns?.length ?? inputs;
      const points = kernelLat * kernelLon;
      const chosen = new Float32Array((end - start) * width * points);
      for (let output = start; output < end; output++) {
        for (let channel = 0; channel < width; channel++) {
          const column = columns === null ? channel : columns[channel]!;
          if (column < 0) continue;
          const from = (output * inputs + column) * points;
          chosen.set(data.subarray(from, from + points), ((output - start) * width + channel) * points);
        }
      }
      return { name, shape: [end - start, width, kernelLat, kernelLon], data: chosen };
    });
  }

  #bias(id: NodeId, cut: { start: number; end: number } | null): NodeId {
    if (cut === null) return this.#at(id);
    const { start, end } = cut;
    return this.#to.derivedConstant(`bias ${id} ${start} ${end}`, () => {
      const { name, data } = constant(this.#from.nodes[id]!.operation);
      return { name, shape: [1, end - start, 1, 1], data: data.slice(start, end) };
    });
  }

  #at(id: NodeId): NodeId {
    return this.#moved.get(id)!;
  }
}

/** Convolutions that are read by slices alone, none of whose channels is read twice. */
function slicedConvolutions({ nodes, outputs }: Graph): ReadonlySet<NodeId> {
  const readChannels = new Map<NodeId, number>();
  const whole = new Set<NodeId>(outputs.values());
  for (const { operation } of nodes) {
    if (operation.kind === 'slice') {
      readChannels.set(
        operation.input,
        (readChannels.get(operation.input) ?? 0) + operation.end - operation.start,
      );
    } else {
      for (const operand of operandsOf(operation)) whole.add(operand);
    }
  }
  return new Set(
    nodes
      .filter(
        ({ id, operation, shape }) =>
          operation.kind === 'convolution' &&
          !whole.has(id) &&
          (readChannels.get(id) ?? Infinity) <= shape[1],
      )
      .map(({ id }) => id),
  );
}

function constant(operation: Graph['nodes'][number]['operation']): { name: string; data: Float32Array } {
  if (operation.kind !== 'constant') throw new TypeError(`a weight is a ${operation.kind}, needs a constant`);
  return operation;
}

function wholeBlocks(channels: number): number {
  return Math.ceil(channels / BLOCK) * BLOCK;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
