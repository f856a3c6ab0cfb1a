import type { ReadAttribute, ReadGraph, ReadNode, ReadTensor } from './read-onnx-graph.js';

/** Shapes follow from other shapes up to here; beyond, from values that only a run shows. */
export class UnknownShapeError extends Error {
  readonly tag = 'unknown-shape';
}

/** A file may ask for vectors and ranks that no shape needs: they are not followed. */
const INTEGERS_OF_A_SHAPE = 256;
const LARGEST_RANK = 32;

/**
 * The shape and type of every tensor of a network, for inputs of one shape each. Small tensors of numbers, which exporters compute
 * shapes with, are computed too. What a file claims about its inner tensors is not read: it may be wrong.
 *
 * @throws UnknownShapeError naming the operator whose result is not known before it runs, or whose inputs do not fit.
 * Source: shape inference as the ONNX standard defines it for each operator, opsets 9 to 24.
 */
export function onnxShapes(
  { nodes, initializers, opset }: ReadGraph,
  inputs: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, ReadTensor> {
  const known = new Map<string, ReadTensor>(initializers);
  for (const [name, dims] of inputs) known.set(name, { dims, elementType: 'float32', values: null });
  for (const node of nodes) {
    const results = resultsOf(new Reading(node, known, opset));
    for (const [index, name] of node.outputs.entries()) {
      const result = results[index];
      if (name === '') continue;
      if (result === undefined) throw new UnknownShapeError(`${node.operator} has an output too many`);
      if (result.dims.length > LARGEST_RANK)
        throw new UnknownShapeError(`the operator ${node.operator} gives more than ${LARGEST_RANK} axes`);
      if (result.dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0))
        throw new UnknownShapeError(`the operator ${node.operator} gives [${result.dims.join(', ')}]`);
      known.set(name, result);
    }
  }
  return known;
}

/** An operator with what its inputs are. */
class Reading {
  constructor(
    readonly node: ReadNode,
    private readonly known: ReadonlyMap<string, ReadTensor>,
    readonly opset: number,
  ) {}

  get operator(): string {
    return this.node.operator;
  }

  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  input(index: number): ReadTensor {
    const tensor = this.known.get(this.node.inputs[index] ?? '');
    if (tensor === undefined) throw this.unknown(`reads an input ${index} that nothing is known of`);
    return tensor;
  }

  inputs(): ReadTensor[] {
    return this.node.inputs.flatMap((name, index) => (name === '' ? [] : [this.input(index)]));
  }

  values(index: number): readonly number[] {
    const { values } = this.input(index);
    if (values === null) throw this.unknown(`takes its input ${index} from what the network computes`);
    return values;
  }

  attribute(name: string): ReadAttribute {
    return this.node.attributes.get(name) ?? {};
  }

  int(name: string, otherwise: number): number {
    return this.attribute(name).int ?? otherwise;
  }

  /** Older operators have it as an attribute, newer ones as an input. */
  intsOrInput(name: string, index: number): readonly number[] | null {
    const { ints } = this.attribute(name);
    if (ints !== undefined) return ints;
    return this.has(index) ? this.values(index) : null;
  }

  unknown(why: string): UnknownShapeError {
    return new UnknownShapeError(`the operator ${this.operator} ${why}`);
  }
}

const productOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
/** @throws UnknownShapeError where there is no such axis. */
function axisOf(node: Reading, dims: readonly number[], otherwise: number): number {
  const axis = positive(node.int('axis', otherwise), dims.length);
  if (axis >= 0 && axis < dims.length) return axis;
  throw node.unknown(`names an axis that its input does not have`);
}

const tensor = (
  dims: readonly number[],
  elementType: string,
  values: readonly number[] | null = null,
): ReadTensor => ({ dims, elementType, values });

/** The same shape and type as the first input. */
const SAME_AS_FIRST = new Set(
  `Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization BitwiseNot Ceil Celu Clip Cos Cosh CumSum Elu Erf Exp Floor Gelu
  GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LayerNormalization LeakyRelu Log LogSoftmax
  LpNormalization MeanVarianceNormalization Mish Neg Not PRelu RMSNormalization Reciprocal Relu ReverseSequence Round Scatter
  ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu
  Trilu`.split(/\s+/),
);
const BROADCAST = new Set(
  'Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Max Mean Min Mod Mul Or Pow Sub Sum Xor'.split(' '),
);
const COMPARISONS = new Set('Equal Greater GreaterOrEqual Less LessOrEqual'.split(' '));

function resultsOf(node: Reading): ReadTensor[] {
  const { operator } = node;
  if (operator === 'Identity') return [node.input(0)];
  if (SAME_AS_FIRST.has(operator)) return sameAsFirst(node);
  if (BROADCAST.has(operator)) return [elementwise(node, node.input(0).elementType)];
  if (COMPARISONS.has(operator)) return [elementwise(node, 'bool')];
  if (/^Reduce|^Arg/.test(operator)) return [reduced(node)];
  const rule = RULES[operator];
  if (rule === undefined) throw node.unknown('has no rule for its shape here');
  return rule(node);
}

/** Those that may give more than one result give the others in no larger shape than the first. */
function sameAsFirst(node: Reading): ReadTensor[] {
  const { dims, elementType } = node.input(0);
  return node.node.outputs.map(() => tensor(dims, elementType));
}

function broadcast(node: Reading, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes
      .map((dims) => dims[axis - rank + dims.length] ?? 1)
      .filter((length) => length !== 1);
    if (new Set(lengths).size > 1) throw node.unknown(`has inputs of ${lengths.join(' and ')} side by side`);
    return lengths[0] ?? 1;
  });
}

function elementwise(node: Reading, elementType: string): ReadTensor {
  const inputs = node.inputs();
  const dims = broadcast(
    node,
    inputs.map((input) => input.dims),
  );
  return tensor(dims, elementType, computed(node, dims, inputs));
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  Add: (left, right) => left + right,
  Sub: (left, right) => left - right,
  Mul: (left, right) => left * right,
  Max: Math.max,
  Min: Math.min,
  Equal: (left, right) => Number(left === right),
  Greater: (left, right) => Number(left > right),
  Less: (left, right) => Number(left < right),
};

/** Of vectors and lone numbers, which shapes are computed with. */
function computed(node: Reading, dims: readonly number[], inputs: readonly ReadTensor[]): number[] | null {
  const [left, right] = inputs;
  if (inputs.length !== 2 || !left?.values || !right?.values || dims.length > 1) return null;
  const [leftValues, rightValues] = [left.values, right.values];
  const isInteger = left.elementType.startsWith('int');
  const operation =
    node.operator === 'Div'
      ? (dividend: number, divisor: number) =>
          isInteger ? Math.trunc(dividend / divisor) : dividend / divisor
      : ARITHMETIC[node.operator];
  if (operation === undefined) return null;
  const at = (values: readonly number[], index: number) => values[values.length === 1 ? 0 : index] ?? NaN;
  return Array.from({ length: productOf(dims) }, (_, index) =>
    operation(at(leftValues, index), at(rightValues, index)),
  );
}

function reduced(node: Reading): ReadTensor {
  const { dims, elementType } = node.input(0);
  const isPosition = node.operator.startsWith('Arg');
  const keepsAxes = node.int('keepdims', 1) === 1;
  const wanted = isPosition ? [node.int('axis', 0)] : (node.intsOrInput('axes', 1) ?? []);
  const isNothing = wanted.length === 0 && node.int('noop_with_empty_axes', 0) === 1;
  const axes = new Set(
    isNothing ? [] : wanted.length === 0 ? dims.keys() : wanted.map((axis) => positive(axis, dims.length)),
  );
  return tensor(
    dims.flatMap((dim, axis) => (axes.has(axis) ? (keepsAxes ? [1] : []) : [dim])),
    isPosition ? 'int64' : elementType,
  );
}

/** Of convolutions and pools: lengths of the window's result along the spatial axes. */
function slidingLengths(node: Reading, lengths: readonly number[], kernel: readonly number[]): number[] {
  const rank = kernel.length;
  const strides = node.attribute('strides').ints ?? Array.from({ length: rank }, () => 1);
  const dilations = node.attribute('dilations').ints ?? Array.from({ length: rank }, () => 1);
  const pads = node.attribute('pads').ints ?? Array.from({ length: 2 * rank }, () => 0);
  const automatic = node.attribute('auto_pad').text ?? 'NOTSET';
  const isCeiled = node.int('ceil_mode', 0) === 1;
  return lengths.map((length, axis) => {
    const stride = strides[axis]!;
    if (automatic.startsWith('SAME')) return Math.ceil(length / stride);
    const [before, after] = automatic === 'VALID' ? [0, 0] : [pads[axis]!, pads[axis + rank]!];
    const steps = (length + before + after - dilations[axis]! * (kernel[axis]! - 1) - 1) / stride;
    return (isCeiled ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
}

function convolution(node: Reading): ReadTensor[] {
  const [batch, , ...lengths] = node.input(0).dims;
  const [outputs, , ...kernel] = node.input(1).dims;
  if (kernel.length !== lengths.length || lengths.length === 0)
    throw node.unknown('has a kernel that does not fit its input');
  return [tensor([batch!, outputs!, ...slidingLengths(node, lengths, kernel)], 'float32')];
}

function transposedConvolution(node: Reading): ReadTensor[] {
  const [batch, , ...lengths] = node.input(0).dims;
  const [, perGroup, ...kernel] = node.input(1).dims;
  if (kernel.length !== lengths.length || lengths.length === 0)
    throw node.unknown('has a kernel that does not fit its input');
  const rank = kernel.length;
  const of = (name: string, length: number, otherwise: number) =>
    node.attribute(name).ints ?? Array.from({ length }, () => otherwise);
  const [strides, dilations, pads, extra] = [
    of('strides', rank, 1),
    of('dilations', rank, 1),
    of('pads', 2 * rank, 0),
    of('output_padding', rank, 0),
  ];
  const isSame = (node.attribute('auto_pad').text ?? 'NOTSET').startsWith('SAME');
  const spatial =
    node.attribute('output_shape').ints ??
    lengths.map((length, axis) =>
      isSame
        ? length * strides[axis]!
        : strides[axis]! * (length - 1) +
          extra[axis]! +
          (kernel[axis]! - 1) * dilations[axis]! +
          1 -
          pads[axis]! -
          pads[axis + rank]!,
    );
  return [tensor([batch!, perGroup! * node.int('group', 1), ...spatial], 'float32')];
}

function pool(node: Reading): ReadTensor[] {
  const { dims, elementType } = node.input(0);
  const [batch, channels, ...lengths] = dims;
  const kernel = node.attribute('kernel_shape').ints;
  if (kernel === undefined || kernel.length !== lengths.length)
    throw node.unknown('has a window that does not fit its input');
  const result = [batch!, channels!, ...slidingLengths(node, lengths, kernel)];
  return node.node.outputs.map((_, index) => tensor(result, index === 0 ? elementType : 'int64'));
}

function globalPool(node: Reading): ReadTensor[] {
  const { dims, elementType } = node.input(0);
  return [
    tensor(
      dims.map((dim, axis) => (axis < 2 ? dim : 1)),
      elementType,
    ),
  ];
}

function matrixProduct(node: Reading): ReadTensor[] {
  const [left, right] = [node.input(0), node.input(1)];
  if (left.dims.length === 0 || right.dims.length === 0) throw node.unknown('has an input without axes');
  const rows = left.dims.length === 1 ? [1, ...left.dims] : left.dims;
  const columns = right.dims.length === 1 ? [...right.dims, 1] : right.dims;
  if (rows.at(-1) !== columns.at(-2)) throw node.unknown('has matrices that do not fit');
  const stack = broadcast(node, [rows.slice(0, -2), columns.slice(0, -2), []]);
  return [
    tensor(
      [
        ...stack,
        ...(left.dims.length === 1 ? [] : [rows.at(-2)!]),
        ...(right.dims.length === 1 ? [] : [columns.at(-1)!]),
      ],
      left.elementType,
    ),
  ];
}

function recurrent(states: number): (node: Reading) => ReadTensor[] {
  return (node) => {
    const { dims, elementType } = node.input(0);
    const hidden = node.attribute('hidden_size').int;
    const [length, batch] = dims;
    if (hidden === undefined || length === undefined || batch === undefined)
      throw node.unknown('does not say how large its state is');
    const directions = node.attribute('direction').text === 'bidirectional' ? 2 : 1;
    const isBatchFirst = node.int('layout', 0) === 1;
    const all = isBatchFirst ? [length, batch, directions, hidden] : [length, directions, batch, hidden];
    const last = isBatchFirst ? [length, directions, hidden] : [directions, batch, hidden];
    return [tensor(all, elementType), ...Array.from({ length: states }, () => tensor(last, elementType))];
  };
}

function reshaped(node: Reading): ReadTensor[] {
  const { dims, elementType, values } = node.input(0);
  const wanted = node.intsOrInput('shape', 1) ?? [];
  const keepsZeros = node.int('allowzero', 0) === 1;
  const result = wanted.map((length, axis) => (length === 0 && !keepsZeros ? (dims[axis] ?? 0) : length));
  const open = result.indexOf(-1);
  if (open >= 0) {
    const rest = productOf(result.filter((_, axis) => axis !== open));
    result[open] = rest === 0 ? 0 : productOf(dims) / rest;
  }
  if (productOf(result) !== productOf(dims))
    throw node.unknown(`makes [${result.join(', ')}] of [${dims.join(', ')}]`);
  return [tensor(result, elementType, values)];
}

function concatenated(node: Reading): ReadTensor[] {
  const inputs = node.inputs();
  const [first] = inputs;
  if (first === undefined) throw node.unknown('has no input');
  const axis = axisOf(node, first.dims, 0);
  const length = inputs.reduce((sum, { dims }) => sum + (dims[axis] ?? NaN), 0);
  const isShape =
    first.dims.length === 1 && length <= INTEGERS_OF_A_SHAPE && inputs.every(({ values }) => values !== null);
  const values = isShape ? inputs.flatMap((input) => input.values ?? []) : null;
  return [tensor(first.dims.with(axis, length), first.elementType, values)];
}

function sliced(node: Reading): ReadTensor[] {
  const { dims, elementType, values } = node.input(0);
  const [starts, ends] = [node.intsOrInput('starts', 1), node.intsOrInput('ends', 2)];
  if (starts === null || ends === null) throw node.unknown('does not say what it takes');
  const axes = node.intsOrInput('axes', 3) ?? starts.map((_, index) => index);
  const steps = node.has(4) ? node.values(4) : starts.map(() => 1);
  const result = [...dims];
  let positions: number[] | null = null;
  for (const [index, wanted] of axes.entries()) {
    const axis = positive(wanted, dims.length);
    const [length, step] = [dims[axis]!, steps[index]!];
    const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
    const from = (value: number) => (value < 0 ? value + length : value);
    const [start, end] =
      step > 0
        ? [clamp(from(starts[index]!), 0, length), clamp(from(ends[index]!), 0, length)]
        : [clamp(from(starts[index]!), 0, length - 1), clamp(from(ends[index]!), -1, length - 1)];
    result[axis] = Math.max(0, Math.ceil((end - start) / step));
    positions = Array.from(
      { length: Math.min(result[axis], INTEGERS_OF_A_SHAPE) },
      (_, at) => start + at * step,
    );
  }
  const isShape = dims.length === 1 && values !== null && positions !== null;
  return [tensor(result, elementType, isShape ? positions!.map((position) => values[position]!) : null)];
}

function gathered(node: Reading): ReadTensor[] {
  const [data, indices] = [node.input(0), node.input(1)];
  const axis = positive(node.int('axis', 0), data.dims.length);
  const isShape = data.dims.length === 1 && data.values !== null && indices.values !== null;
  return [
    tensor(
      [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)],
      data.elementType,
      isShape ? indices.values!.map((index) => data.values![positive(index, data.dims[0]!)]!) : null,
    ),
  ];
}

function split(node: Reading): ReadTensor[] {
  const { dims, elementType } = node.input(0);
  const axis = axisOf(node, dims, 0);
  const count = node.node.outputs.length;
  const even = Math.ceil(dims[axis]! / count);
  const lengths =
    node.intsOrInput('split', 1) ??
    Array.from({ length: count }, (_, part) => Math.min(even, dims[axis]! - part * even));
  return lengths.map((length) => tensor(dims.with(axis, length), elementType));
}

function squeezed(node: Reading): ReadTensor[] {
  const { dims, elementType, values } = node.input(0);
  const axes = node.intsOrInput('axes', 1)?.map((axis) => positive(axis, dims.length));
  return [
    tensor(
      dims.filter((dim, axis) => (axes === undefined ? dim !== 1 : !axes.includes(axis))),
      elementType,
      values,
    ),
  ];
}

function unsqueezed(node: Reading): ReadTensor[] {
  const { dims, elementType, values } = node.input(0);
  const added = node.intsOrInput('axes', 1) ?? [];
  const rank = dims.length + added.length;
  const axes = new Set(added.map((axis) => positive(axis, rank)));
  const rest = [...dims];
  return [
    tensor(
      Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : rest.shift()!)),
      elementType,
      values,
    ),
  ];
}

function resized(node: Reading): ReadTensor[] {
  const { dims, elementType } = node.input(0);
  // Before opset 11, and in Upsample, the scales are the second input.
  const [scalesAt, sizesAt] = node.operator === 'Upsample' || node.opset < 11 ? [1, -1] : [2, 3];
  const axes = node.attribute('axes').ints?.map((axis) => positive(axis, dims.length)) ?? [...dims.keys()];
  const result = [...dims];
  if (sizesAt >= 0 && node.has(sizesAt)) {
    const policy = node.attribute('keep_aspect_ratio_policy').text ?? 'stretch';
    if (policy !== 'stretch') throw node.unknown(`keeps the aspect ratio (${policy})`);
    for (const [index, size] of node.values(sizesAt).entries()) result[axes[index]!] = size;
  } else {
    const scales = node.attribute('scales').floats ?? node.values(scalesAt);
    for (const [index, scale] of scales.entries())
      result[axes[index]!] = Math.floor(dims[axes[index]!]! * scale);
  }
  return [tensor(result, elementType)];
}

function padded(node: Reading): ReadTensor[] {
  const { dims, elementType } = node.input(0);
  const pads = node.intsOrInput('pads', 1);
  if (pads === null) throw node.unknown('does not say how much it adds');
  const axes = node.has(3) ? node.values(3).map((axis) => positive(axis, dims.length)) : [...dims.keys()];
  const result = [...dims];
  for (const [index, axis] of axes.entries())
    result[axis] = dims[axis]! + pads[index]! + pads[index + axes.length]!;
  return [tensor(result, elementType)];
}

function ranged(node: Reading): ReadTensor[] {
  const [start, end, step] = [node.values(0)[0]!, node.values(1)[0]!, node.values(2)[0]!];
  const length = Math.max(0, Math.ceil((end - start) / step));
  const values =
    length > INTEGERS_OF_A_SHAPE ? null : Array.from({ length }, (_, index) => start + index * step);
  return [tensor([length], node.input(0).elementType, values)];
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

function cast(node: Reading): ReadTensor[] {
  const { dims, values } = node.input(0);
  const elementType =
    node.operator === 'CastLike' ? node.input(1).elementType : TYPE_NAMES[node.int('to', 0)];
  if (elementType === undefined) throw node.unknown('casts to a type that is not taken');
  const isInteger = elementType.startsWith('int');
  return [tensor(dims, elementType, isInteger ? (values?.map(Math.trunc) ?? null) : values)];
}

function constant(node: Reading): ReadTensor[] {
  const { tensor: value } = node.attribute('value');
  if (value !== undefined) return [value];
  const [int, ints] = [node.attribute('value_int').int, node.attribute('value_ints').ints];
  const [float, floats] = [node.attribute('value_float').float, node.attribute('value_floats').floats];
  if (int !== undefined) return [tensor([], 'int64', [int])];
  if (ints !== undefined) return [tensor([ints.length], 'int64', ints)];
  if (float !== undefined) return [tensor([], 'float32', [float])];
  if (floats !== undefined) return [tensor([floats.length], 'float32', floats)];
  throw node.unknown('has no value');
}

function filled(node: Reading): ReadTensor[] {
  const dims = node.values(0);
  const { elementType, values } = node.attribute('value').tensor ?? tensor([1], 'float32', [0]);
  const count = productOf(dims);
  const isShape = dims.length <= 1 && count <= INTEGERS_OF_A_SHAPE && values !== null;
  return [tensor(dims, elementType, isShape ? Array.from({ length: count }, () => values[0] ?? 0) : null)];
}

function chosen(node: Reading): ReadTensor[] {
  const [condition, yes, no] = [node.input(0), node.input(1), node.input(2)];
  const dims = broadcast(node, [condition.dims, yes.dims, no.dims]);
  const at = (values: readonly number[], index: number) => values[values.length === 1 ? 0 : index]!;
  const values =
    dims.length > 1 || condition.values === null || yes.values === null || no.values === null
      ? null
      : Array.from({ length: productOf(dims) }, (_, index) =>
          at(at(condition.values!, index) ? yes.values! : no.values!, index),
        );
  return [tensor(dims, yes.elementType, values)];
}

const RULES: Readonly<Record<string, (node: Reading) => ReadTensor[]>> = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  MatMul: matrixProduct,
  Gemm: (node) => {
    const [left, right] = [node.input(0).dims, node.input(1).dims];
    const [rows, columns] = [
      left[node.int('transA', 0) === 1 ? 1 : 0],
      right[node.int('transB', 0) === 1 ? 0 : 1],
    ];
    if (rows === undefined || columns === undefined) throw node.unknown('has an input that is no matrix');
    return [tensor([rows, columns], node.input(0).elementType)];
  },
  LSTM: recurrent(2),
  GRU: recurrent(1),
  RNN: recurrent(1),
  Reshape: reshaped,
  Flatten: (node) => {
    const { dims, elementType } = node.input(0);
    const axis = positive(node.int('axis', 1), dims.length);
    return [tensor([productOf(dims.slice(0, axis)), productOf(dims.slice(axis))], elementType)];
  },
  Transpose: (node) => {
    const { dims, elementType } = node.input(0);
    const order = node.attribute('perm').ints ?? [...dims.keys()].reverse();
    return [
      tensor(
        order.map((axis) => dims[axis]!),
        elementType,
      ),
    ];
  },
  Concat: concatenated,
  Split: split,
  Slice: sliced,
  Gather: gathered,
  GatherElements: (node) => [tensor(node.input(1).dims, node.input(0).elementType)],
  Squeeze: squeezed,
  Unsqueeze: unsqueezed,
  Expand: (node) => {
    const { dims, elementType } = node.input(0);
    return [tensor(broadcast(node, [dims, node.values(1)]), elementType)];
  },
  Tile: (node) => {
    const { dims, elementType } = node.input(0);
    const repeats = node.values(1);
    return [
      tensor(
        dims.map((dim, axis) => dim * repeats[axis]!),
        elementType,
      ),
    ];
  },
  Pad: padded,
  Resize: resized,
  Upsample: resized,
  DepthToSpace: (node) => {
    const { dims, elementType } = node.input(0);
    const block = node.int('blocksize', 1);
    const [batch, channels, lat, lon] = dims;
    return [tensor([batch!, channels! / block ** 2, lat! * block, lon! * block], elementType)];
  },
  SpaceToDepth: (node) => {
    const { dims, elementType } = node.input(0);
    const block = node.int('blocksize', 1);
    const [batch, channels, lat, lon] = dims;
    return [tensor([batch!, channels! * block ** 2, lat! / block, lon! / block], elementType)];
  },
  Shape: (node) => {
    const { dims } = node.input(0);
    const shape = dims.slice(node.int('start', 0), node.attribute('end').int);
    return [tensor([shape.length], 'int64', shape)];
  },
  Size: (node) => [tensor([], 'int64', [productOf(node.input(0).dims)])],
  Constant: constant,
  ConstantOfShape: filled,
  Range: ranged,
  Cast: cast,
  CastLike: cast,
  Where: chosen,
  IsInf: (node) => [tensor(node.input(0).dims, 'bool')],
  IsNaN: (node) => [tensor(node.input(0).dims, 'bool')],
  Dropout: (node) => {
    const { dims, elementType } = node.input(0);
    return [tensor(dims, elementType), tensor(dims, 'bool')];
  },
  EyeLike: (node) => [tensor(node.input(0).dims, TYPE_NAMES[node.int('dtype', 1)] ?? 'float32')],
  GridSample: (node) => {
    const [batch, channels] = node.input(0).dims;
    return [tensor([batch!, channels!, ...node.input(1).dims.slice(1, -1)], node.input(0).elementType)];
  },
};
