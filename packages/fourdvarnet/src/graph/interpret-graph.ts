import { axisMapRows } from './axis-map.js';
import { elementCount, operandsOf } from './graph-builder.js';
import { GraphError, shapeText } from './graph-error.js';
import type {
  AxisMap,
  BinaryFunction,
  Convolution,
  Graph,
  GraphNode,
  NodeId,
  Shape,
  TransposedConvolution,
  UnaryFunction,
} from './graph.js';

type Values = Float64Array | Float32Array;

export type InterpretOptions = {
  /** `float32` rounds every result of every operation to float32; sums inside an operation are float64 either way. */
  readonly precision?: 'float64' | 'float32';
};

/**
 * Executes a graph in plain loops: what every runtime is compared with. Slow, and meant to be obviously right. A tensor
 * is forgotten after its last use.
 *
 * @param inputs - name → values in C order, as long as the graph's shapes say.
 * @returns name → values of each output, in C order.
 * @throws {@link GraphError} if an input is missing or has another length.
 */
export function interpretGraph(
  graph: Graph,
  inputs: Readonly<Record<string, Values>>,
  { precision = 'float64' }: InterpretOptions = {},
): Record<string, Float64Array> {
  const values = new Map<NodeId, Values>();
  const uses = new Uint32Array(graph.nodes.length);
  for (const { operation } of graph.nodes) for (const operand of operandsOf(operation)) uses[operand]!++;
  for (const output of graph.outputs.values()) uses[output]!++;
  const valueOf = (id: NodeId): Values => values.get(id)!;
  const shapeOf = (id: NodeId): Shape => graph.nodes[id]!.shape;

  for (const node of graph.nodes) {
    const { operation, shape } = node;
    const out =
      precision === 'float32' ? new Float32Array(elementCount(shape)) : new Float64Array(elementCount(shape));
    switch (operation.kind) {
      case 'input':
        out.set(requireInput(node, operation.name, inputs));
        break;
      case 'constant':
        out.set(operation.data);
        break;
      case 'convolution': {
        const { input, weight, bias } = operation;
        const biases = bias === null ? null : valueOf(bias);
        convolve(
          operation,
          { values: valueOf(input), shape: shapeOf(input) },
          { values: valueOf(weight), shape: shapeOf(weight) },
          biases,
          { values: out, shape },
        );
        break;
      }
      case 'transposed-convolution': {
        const { input, weight } = operation;
        convolveTransposed(operation, { values: valueOf(input), shape: shapeOf(input) }, valueOf(weight), {
          values: out,
          shape,
        });
        break;
      }
      case 'resample': {
        const { input, lat, lon } = operation;
        resample({ values: valueOf(input), shape: shapeOf(input) }, lat, lon, out);
        break;
      }
      case 'unary': {
        const from = valueOf(operation.input);
        const apply = UNARY[operation.function];
        for (let i = 0; i < out.length; i++) out[i] = apply(from[i]!);
        break;
      }
      case 'binary': {
        const left = repeatedIndex(shapeOf(operation.left), shape);
        const right = repeatedIndex(shapeOf(operation.right), shape);
        const [a, b] = [valueOf(operation.left), valueOf(operation.right)];
        const apply = BINARY[operation.function];
        if (a.length === out.length && b.length === out.length) {
          for (let i = 0; i < out.length; i++) out[i] = apply(a[i]!, b[i]!);
          break;
        }
        forEachIndex(shape, (batch, channel, lat, lon, index) => {
          out[index] = apply(a[left(batch, channel, lat, lon)]!, b[right(batch, channel, lat, lon)]!);
        });
        break;
      }
      case 'scale': {
        const from = valueOf(operation.input);
        for (let i = 0; i < out.length; i++) out[i] = from[i]! * operation.factor;
        break;
      }
      case 'concatenate': {
        const [batches, channels, lat, lon] = shape;
        let start = 0;
        for (const input of operation.inputs) {
          const size = shapeOf(input)[1] * lat * lon;
          for (let batch = 0; batch < batches; batch++) {
            out.set(
              valueOf(input).subarray(batch * size, (batch + 1) * size),
              batch * channels * lat * lon + start,
            );
          }
          start += size;
        }
        break;
      }
      case 'slice': {
        const [batches, channels, lat, lon] = shapeOf(operation.input);
        const size = lat * lon;
        for (let batch = 0; batch < batches; batch++) {
          const first = batch * channels;
          out.set(
            valueOf(operation.input).subarray(
              (first + operation.start) * size,
              (first + operation.end) * size,
            ),
            batch * (operation.end - operation.start) * size,
          );
        }
        break;
      }
      case 'sum':
        sumInto(valueOf(operation.input), shapeOf(operation.input), out, shape);
        break;
    }
    values.set(node.id, out);
    for (const operand of operandsOf(operation)) if (--uses[operand]! === 0) values.delete(operand);
  }
  return Object.fromEntries(
    [...graph.outputs].map(([name, node]) => [name, Float64Array.from(valueOf(node))]),
  );
}

type Tensor = { readonly values: Values; readonly shape: Shape };

const UNARY: Record<UnaryFunction, (x: number) => number> = {
  relu: (x) => (x > 0 ? x : Number.isNaN(x) ? x : 0),
  step: (x) => (x > 0 ? 1 : 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  'square-root': Math.sqrt,
};

const BINARY: Record<BinaryFunction, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: (a, b) => Math.max(a, b),
};

function requireInput({ shape }: GraphNode, name: string, inputs: Readonly<Record<string, Values>>): Values {
  const values = inputs[name];
  if (values?.length === elementCount(shape)) return values;
  throw new GraphError({
    where: `input '${name}'`,
    found: values === undefined ? 'missing' : `${values.length} values long`,
    needed: `${elementCount(shape)} values for shape ${shapeText(shape)}`,
  });
}

/**
 * With stride 1 the padded plane is one line: an element of the kernel is a distance along it, the same for all points,
 * and what falls between the rows of the output is left out. With another stride each row is a line. Four elements of
 * the kernel at a time, since a sum is written to memory each time.
 */
function convolve(
  { stride, padding }: Convolution,
  input: Tensor,
  weight: Tensor,
  bias: Values | null,
  out: Tensor,
): void {
  const [batches, inputs] = input.shape;
  const [, , kernelLat, kernelLon] = weight.shape;
  const [, outputs, outLat, outLon] = out.shape;
  const padded = withZerosAround(input, padding);
  const [, , lat, lon] = padded.shape;
  const rowsPerLine = stride === 1 ? outLat : 1;
  const sums = new Float64Array((rowsPerLine - 1) * lon + outLon);
  const taps = inputs * kernelLat * kernelLon;
  const distances = Int32Array.from({ length: taps }, (_, tap) => {
    const [channel, u] = [Math.floor(tap / (kernelLat * kernelLon)), Math.floor(tap / kernelLon) % kernelLat];
    return (channel * lat + u) * lon + (tap % kernelLon);
  });
  for (let batch = 0; batch < batches; batch++) {
    for (let output = 0; output < outputs; output++) {
      const factors = Float64Array.from(weight.values.subarray(output * taps, (output + 1) * taps));
      for (let y = 0; y < outLat; y += rowsPerLine) {
        sums.fill(bias === null ? 0 : bias[output]!);
        const start = (batch * inputs * lat + y * stride) * lon;
        addTaps(sums, { source: padded.values, start, stride }, factors, distances);
        for (let row = 0; row < rowsPerLine; row++) {
          const to = ((batch * outputs + output) * outLat + y + row) * outLon;
          out.values.set(sums.subarray(row * lon, row * lon + outLon), to);
        }
      }
    }
  }
}

/** sums[i] += Σ factors[t] · source[start + i·stride + distances[t]]. */
function addTaps(
  sums: Float64Array,
  { source, start, stride }: { source: Float64Array; start: number; stride: number },
  factors: Float64Array,
  distances: Int32Array,
): void {
  let tap = 0;
  for (; tap + 4 <= factors.length; tap += 4) {
    const [f0, f1, f2, f3] = [factors[tap]!, factors[tap + 1]!, factors[tap + 2]!, factors[tap + 3]!];
    const [d0, d1, d2, d3] = [distances[tap]!, distances[tap + 1]!, distances[tap + 2]!, distances[tap + 3]!];
    for (let i = 0, at = start; i < sums.length; i++, at += stride) {
      sums[i]! +=
        f0 * source[at + d0]! + f1 * source[at + d1]! + f2 * source[at + d2]! + f3 * source[at + d3]!;
    }
  }
  for (; tap < factors.length; tap++) {
    const [factor, distance] = [factors[tap]!, distances[tap]!];
    for (let i = 0, at = start; i < sums.length; i++, at += stride)
      sums[i]! += factor * source[at + distance]!;
  }
}

function withZerosAround(
  { values, shape }: Tensor,
  padding: number,
): Tensor & { readonly values: Float64Array } {
  const [batches, channels, lat, lon] = shape;
  const padded: Shape = [batches, channels, lat + 2 * padding, lon + 2 * padding];
  const result = new Float64Array(elementCount(padded));
  for (let plane = 0; plane < batches * channels; plane++) {
    for (let y = 0; y < lat; y++) {
      const from = (plane * lat + y) * lon;
      result.set(values.subarray(from, from + lon), (plane * padded[2] + y + padding) * padded[3] + padding);
    }
  }
  return { values: result, shape: padded };
}

function convolveTransposed(
  { stride }: TransposedConvolution,
  input: Tensor,
  weight: Values,
  out: Tensor,
): void {
  const [batches, inputs, lat, lon] = input.shape;
  const [, outputs, outLat, outLon] = out.shape;
  for (let batch = 0; batch < batches; batch++) {
    for (let output = 0; output < outputs; output++) {
      for (let y = 0; y < outLat; y++) {
        for (let x = 0; x < outLon; x++) {
          const [fromY, fromX] = [Math.floor(y / stride), Math.floor(x / stride)];
          let sum = 0;
          for (let channel = 0; channel < inputs; channel++) {
            const kernel = (channel * outputs + output) * stride * stride;
            sum +=
              weight[kernel + (y % stride) * stride + (x % stride)]! *
              input.values[((batch * inputs + channel) * lat + fromY) * lon + fromX]!;
          }
          out.values[((batch * outputs + output) * outLat + y) * outLon + x] = sum;
        }
      }
    }
  }
}

function resample({ values, shape }: Tensor, latMap: AxisMap, lonMap: AxisMap, out: Values): void {
  const [batches, channels, lat, lon] = shape;
  const [ofLat, ofLon] = [axisMapRows(latMap), axisMapRows(lonMap)];
  const alongLon = new Float64Array(lat * lonMap.to);
  for (let plane = 0; plane < batches * channels; plane++) {
    for (let y = 0; y < lat; y++) {
      for (let x = 0; x < lonMap.to; x++) {
        let sum = 0;
        for (let k = ofLon.offsets[x]!; k < ofLon.offsets[x + 1]!; k++) {
          sum += ofLon.weights[k]! * values[(plane * lat + y) * lon + ofLon.indices[k]!]!;
        }
        alongLon[y * lonMap.to + x] = sum;
      }
    }
    for (let y = 0; y < latMap.to; y++) {
      for (let x = 0; x < lonMap.to; x++) {
        let sum = 0;
        for (let k = ofLat.offsets[y]!; k < ofLat.offsets[y + 1]!; k++) {
          sum += ofLat.weights[k]! * alongLon[ofLat.indices[k]! * lonMap.to + x]!;
        }
        out[(plane * latMap.to + y) * lonMap.to + x] = sum;
      }
    }
  }
}

/** Row by row, so that no long column of small numbers is added to a large one. */
function sumInto(values: Values, from: Shape, out: Values, to: Shape): void {
  const totals = new Float64Array(out.length);
  const target = repeatedIndex(to, from);
  const [batches, channels, lat, lon] = from;
  for (let batch = 0; batch < batches; batch++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < lat; y++) {
        const start = ((batch * channels + channel) * lat + y) * lon;
        if (to[3] === 1) {
          let row = 0;
          for (let x = 0; x < lon; x++) row += values[start + x]!;
          totals[target(batch, channel, y, 0)]! += row;
        } else {
          for (let x = 0; x < lon; x++) totals[target(batch, channel, y, x)]! += values[start + x]!;
        }
      }
    }
  }
  out.set(totals);
}

/** Index of an element in a tensor of shape `shape` that is repeated to another shape along its axes of length 1. */
function repeatedIndex(
  shape: Shape,
  to: Shape,
): (batch: number, channel: number, lat: number, lon: number) => number {
  const stride = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1].map((step, axis) =>
    shape[axis] === 1 && to[axis] !== 1 ? 0 : step,
  );
  return (batch, channel, lat, lon) =>
    batch * stride[0]! + channel * stride[1]! + lat * stride[2]! + lon * stride[3]!;
}

function forEachIndex(
  shape: Shape,
  visit: (batch: number, channel: number, lat: number, lon: number, index: number) => void,
): void {
  let index = 0;
  for (let batch = 0; batch < shape[0]; batch++) {
    for (let channel = 0; channel < shape[1]; channel++) {
      for (let lat = 0; lat < shape[2]; lat++) {
        for (let lon = 0; lon < shape[3]; lon++) visit(batch, channel, lat, lon, index++);
      }
    }
  }
}
