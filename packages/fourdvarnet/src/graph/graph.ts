/**
 * A network as a graph of tensor operations: what a checkpoint computes, before anybody decides what executes it.
 *
 * Every value is a float32 tensor of four axes `[batch, channels, lat, lon]`, in C order; days are channels. Scalars are
 * `[1, 1, 1, 1]`. Shapes are fixed when the graph is built, so an executor can plan its memory once.
 */
export type Graph = {
  /** In an order in which every node comes after the nodes that it reads. */
  readonly nodes: readonly GraphNode[];
  /** Name → node of kind `input`. */
  readonly inputs: ReadonlyMap<string, NodeId>;
  /** Name → the node whose value is the result. */
  readonly outputs: ReadonlyMap<string, NodeId>;
};

/** Position of a node in {@link Graph.nodes}. */
export type NodeId = number;

/** `[batch, channels, lat, lon]`. */
export type Shape = readonly [batch: number, channels: number, lat: number, lon: number];

export type GraphNode = { readonly id: NodeId; readonly shape: Shape; readonly operation: Operation };

/** Element by element; of two operands, an axis of length 1 is repeated along the other's. */
export type UnaryFunction = 'relu' | 'step' | 'sigmoid' | 'tanh' | 'square-root';
export type BinaryFunction = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum';

export type Operation =
  | { readonly kind: 'input'; readonly name: string }
  /** Weights and masks that are known before the run. `name` is for people: the tensor of the checkpoint. */
  | { readonly kind: 'constant'; readonly name: string; readonly data: Float32Array }
  | Convolution
  | TransposedConvolution
  | Resampling
  /** `relu` is max(x, 0); `step` is 1 where x > 0, else 0: the derivative of relu. */
  | { readonly kind: 'unary'; readonly function: UnaryFunction; readonly input: NodeId }
  | {
      readonly kind: 'binary';
      readonly function: BinaryFunction;
      readonly left: NodeId;
      readonly right: NodeId;
    }
  | { readonly kind: 'scale'; readonly input: NodeId; readonly factor: number }
  /** Along channels. */
  | { readonly kind: 'concatenate'; readonly inputs: readonly NodeId[] }
  /** Channels `start` up to, not including, `end`. */
  | { readonly kind: 'slice'; readonly input: NodeId; readonly start: number; readonly end: number }
  /**
   * Sum over the axes that have length 1 in the node's shape. An executor must not add millions of float32 one after
   * the other: it sums pairwise, axis by axis, or in float64.
   */
  | { readonly kind: 'sum'; readonly input: NodeId };

/**
 * Cross-correlation with zero padding. out[b, o, y, x] = bias[o] + Σ weight[o, i, u, v] · in[b, i, y·stride + u − padding, x·stride + v − padding].
 */
export type Convolution = {
  readonly kind: 'convolution';
  readonly input: NodeId;
  /** A constant of shape `[outputs, inputs, kernel lat, kernel lon]`. */
  readonly weight: NodeId;
  /** A constant of shape `[1, outputs, 1, 1]`. */
  readonly bias: NodeId | null;
  readonly stride: number;
  readonly padding: number;
};

/**
 * The adjoint of a {@link Convolution} without padding whose kernel is as long as its stride: every input point becomes
 * a block. out[b, o, y·stride + u, x·stride + v] = Σ weight[i, o, u, v] · in[b, i, y, x].
 */
export type TransposedConvolution = {
  readonly kind: 'transposed-convolution';
  readonly input: NodeId;
  /** A constant of shape `[inputs, outputs, stride, stride]`. */
  readonly weight: NodeId;
  readonly stride: number;
};

/** Applies one linear map along lat and one along lon, to every channel: pooling, up-sampling and their adjoints. */
export type Resampling = {
  readonly kind: 'resample';
  readonly input: NodeId;
  readonly lat: AxisMap;
  readonly lon: AxisMap;
};

/**
 * A linear map along one axis with `from` inputs and `to` outputs. `average`: means of blocks of `factor` (a remainder
 * is left out). `bilinear`: up-sampling by `factor` with the corners kept (`align_corners`). `wrap` and `frame`: `factor`
 * more points at both ends, those of the opposite end or zeros. `adjoint` transposes it: `from` and `to` are then those
 * of the transposed map. {@link axisMapRows} gives its rows.
 */
export type AxisMap = {
  readonly method: 'average' | 'bilinear' | 'wrap' | 'frame';
  readonly factor: number;
  readonly adjoint: boolean;
  readonly from: number;
  readonly to: number;
};
