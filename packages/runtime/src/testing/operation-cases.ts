import {
  adjointMap,
  averageMap,
  bilinearMap,
  frameMap,
  identityMap,
  wrapMap,
  type BinaryFunction,
  type Graph,
  type NodeId,
  type Shape,
  type UnaryFunction,
} from '@sillage/fourdvarnet';
import { elementCount, SmallGraph, spreadValues } from './small-graph.js';

/** One small graph that every runtime must compute as the float64 interpreter does. */
export type OperationCase = {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** Largest accepted |difference| / (1 + |expected|): a few roundings of float32, more where many terms are added. */
  readonly tolerance: number;
};

const ROUNDINGS = 1e-6;

/** Every operation of a graph in every form that the networks use, and the corners that float32 code gets wrong. */
export const OPERATION_CASES: readonly OperationCase[] = [
  convolutionCase('3×3 with padding and bias', [2, 5, 9, 11], [7, 5, 3, 3], { padding: 1, bias: true }),
  convolutionCase('3×3 without bias', [1, 15, 12, 10], [32, 15, 3, 3], { padding: 1 }),
  convolutionCase('63 channels to 192', [1, 63, 10, 12], [192, 63, 3, 3], { padding: 1, bias: true }),
  convolutionCase('1×1', [1, 6, 4, 5], [3, 6, 1, 1], { bias: true }),
  convolutionCase('5×5 with padding 2', [1, 3, 8, 7], [4, 3, 5, 5], { padding: 2, bias: true }),
  convolutionCase('without padding', [1, 3, 8, 7], [4, 3, 3, 3], { bias: true }),
  convolutionCase('kernel 2 with stride 2', [2, 3, 8, 6], [4, 3, 2, 2], { stride: 2, bias: true }),
  convolutionCase('3×3 with stride 2 and padding', [1, 3, 9, 7], [4, 3, 3, 3], { stride: 2, padding: 1 }),
  convolutionCase('kernel 3×1', [1, 2, 6, 6], [2, 2, 3, 1], {}),
  convolutionCase('padding 2 with a 3×3 kernel', [1, 2, 5, 4], [3, 2, 3, 3], { padding: 2 }),
  fusedConvolution('sigmoid'),
  fusedConvolution('tanh'),
  fusedConvolution('relu'),
  transposedCase(1, [1, 3, 4, 5], 2),
  transposedCase(2, [2, 5, 4, 3], 3),
  transposedCase(3, [1, 2, 3, 4], 4),
  resampleCase('average of pairs', [2, 3, 8, 6], averageMap(8, 2), averageMap(6, 2)),
  resampleCase('average leaves a remainder out', [1, 3, 9, 7], averageMap(9, 2), averageMap(7, 3)),
  resampleCase('identity', [1, 2, 5, 4], identityMap(5), identityMap(4)),
  resampleCase('average along lon only', [1, 2, 5, 6], identityMap(5), averageMap(6, 2)),
  resampleCase(
    'adjoint of average',
    [1, 3, 4, 3],
    adjointMap(averageMap(8, 2)),
    adjointMap(averageMap(6, 2)),
  ),
  resampleCase(
    'adjoint of average with a remainder',
    [1, 3, 4, 2],
    adjointMap(averageMap(9, 2)),
    adjointMap(averageMap(8, 3)),
  ),
  resampleCase('bilinear ×2', [2, 3, 6, 5], bilinearMap(6, 2), bilinearMap(5, 2)),
  resampleCase('bilinear ×3 and ×1', [1, 2, 4, 5], bilinearMap(4, 3), bilinearMap(5, 1)),
  resampleCase('bilinear of a single point', [1, 2, 1, 3], bilinearMap(1, 2), bilinearMap(3, 2)),
  resampleCase(
    'adjoint of bilinear',
    [1, 3, 12, 10],
    adjointMap(bilinearMap(6, 2)),
    adjointMap(bilinearMap(5, 2)),
  ),
  resampleCase('bilinear along long axes', [1, 1, 311, 400], bilinearMap(311, 2), bilinearMap(400, 2)),
  resampleCase(
    'adjoint of bilinear along long axes',
    [1, 1, 622, 800],
    adjointMap(bilinearMap(311, 2)),
    adjointMap(bilinearMap(400, 2)),
  ),
  resampleCase('rows of the other edge and columns of zeros', [2, 3, 6, 5], wrapMap(6, 1), frameMap(5, 1)),
  resampleCase('adjoint of these', [1, 3, 10, 9], adjointMap(wrapMap(6, 2)), adjointMap(frameMap(5, 2))),
  ...(['relu', 'step', 'sigmoid', 'tanh'] as const).map((name) =>
    unaryCase(
      name,
      Float32Array.of(-100, -20, -3, -1, -1e-4, -0, 0, 1e-30, 1e-4, 0.5, 1, 20, 100, 1e30, -1e30, 2),
    ),
  ),
  unaryCase('square-root', Float32Array.of(0, 1e-30, 1e-8, 0.25, 1, 2, 3, 1e30)),
  ...(['add', 'subtract', 'multiply', 'divide', 'maximum'] as const).flatMap((name) => [
    binaryCase(name, [2, 3, 4, 5], [2, 3, 4, 5]),
    binaryCase(name, [2, 3, 4, 5], [1, 1, 1, 1]),
    binaryCase(name, [1, 1, 1, 1], [2, 3, 4, 5]),
    binaryCase(name, [2, 3, 4, 5], [1, 3, 1, 1]),
    binaryCase(name, [1, 3, 4, 1], [2, 1, 4, 5]),
  ]),
  single('the same tensor on both sides', [1, 2, 3, 4], (small, x) => small.binary('multiply', x, x)),
  single('scale', [1, 2, 3, 4], (small, x) => small.scale(x, -0.37)),
  single('scale by a small factor', [1, 2, 3, 4], (small, x) => small.scale(small.scale(x, 1e-20), 1e20)),
  single('concatenate three', [2, 3, 4, 5], (small, x) =>
    small.concatenate(x, small.slice(x, 0, 1), small.unary('relu', x)),
  ),
  single('slice of the middle', [2, 7, 4, 5], (small, x) => small.slice(x, 2, 5)),
  single('sum over everything', [2, 3, 40, 50], (small, x) => small.sum(x, [1, 1, 1, 1])),
  single('sum over channels', [2, 3, 4, 5], (small, x) => small.sum(x, [2, 1, 4, 5])),
  single('sum over batch, lat and lon', [2, 3, 4, 5], (small, x) => small.sum(x, [1, 3, 1, 1])),
  single('sum over nothing', [1, 3, 4, 5], (small, x) => small.sum(x, [1, 3, 4, 5])),
  longSum(),
  single('the input itself is the output', [1, 2, 3, 4], (_, x) => x),
  severalOutputs(),
  gatedCell(),
];

function convolutionCase(
  name: string,
  inputShape: Shape,
  weightShape: Shape,
  { stride = 1, padding = 0, bias = false }: { stride?: number; padding?: number; bias?: boolean },
): OperationCase {
  const small = new SmallGraph();
  const input = small.input('x', inputShape);
  const weight = small.constant(weightShape, spreadValues(elementCount(weightShape), 1));
  const biasNode = bias ? small.constant([1, weightShape[0], 1, 1], spreadValues(weightShape[0], 2)) : null;
  const output = small.convolution(input, weight, { bias: biasNode, stride, padding });
  return finish(`convolution: ${name}`, small.graph({ y: output }), 2e-5);
}

function fusedConvolution(name: UnaryFunction): OperationCase {
  const small = new SmallGraph();
  const weight = small.constant([16, 16, 3, 3], spreadValues(16 * 16 * 9, 1));
  const bias = small.constant([1, 16, 1, 1], spreadValues(16, 2));
  const output = small.convolution(small.input('x', [1, 16, 12, 13]), weight, { bias, padding: 1 });
  return finish(`convolution followed by ${name}`, small.graph({ y: small.unary(name, output) }), 2e-5);
}

function transposedCase(stride: number, inputShape: Shape, outputs: number): OperationCase {
  const small = new SmallGraph();
  const weightShape: Shape = [inputShape[1], outputs, stride, stride];
  const weight = small.constant(weightShape, spreadValues(elementCount(weightShape), 1));
  const output = small.transposedConvolution(small.input('x', inputShape), weight);
  return finish(`transposed convolution: stride ${stride}`, small.graph({ y: output }), 5e-6);
}

function resampleCase(
  name: string,
  inputShape: Shape,
  lat: Parameters<SmallGraph['resample']>[1],
  lon: Parameters<SmallGraph['resample']>[2],
): OperationCase {
  return single(`resample: ${name}`, inputShape, (small, x) => small.resample(x, lat, lon));
}

function unaryCase(name: UnaryFunction, values: Float32Array): OperationCase {
  const small = new SmallGraph();
  const output = small.unary(name, small.input('x', [1, 1, 1, values.length]));
  return {
    name: `unary: ${name}`,
    graph: small.graph({ y: output }),
    inputs: { x: values },
    tolerance: ROUNDINGS,
  };
}

function binaryCase(name: BinaryFunction, left: Shape, right: Shape): OperationCase {
  const small = new SmallGraph();
  const output = small.binary(name, small.input('x', left), small.input('divisor', right));
  return finish(
    `binary: ${name} of [${left.join()}] and [${right.join()}]`,
    small.graph({ y: output }),
    ROUNDINGS,
  );
}

function single(name: string, shape: Shape, build: (small: SmallGraph, x: NodeId) => NodeId): OperationCase {
  const small = new SmallGraph();
  const output = build(small, small.input('x', shape));
  return finish(name, small.graph({ y: output }), 2 * ROUNDINGS);
}

/** One after the other in float32, these 900,000 positive squares lose the fourth digit of their mean. */
function longSum(): OperationCase {
  const small = new SmallGraph();
  const x = small.input('x', [1, 15, 240, 250]);
  const sum = small.sum(small.binary('multiply', x, x), [1, 1, 1, 1]);
  return finish('sum of 900,000 squares', small.graph({ y: small.scale(sum, 1 / 900_000) }), ROUNDINGS);
}

function severalOutputs(): OperationCase {
  const small = new SmallGraph();
  const x = small.input('x', [1, 2, 3, 4]);
  const twice = small.scale(x, 2);
  const mask = small.constant([1, 1, 3, 4], Float32Array.of(1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0));
  const masked = small.binary('multiply', twice, mask);
  small.unary('tanh', masked);
  return finish(
    'several outputs, a constant and an unused node',
    small.graph({ twice, masked, again: twice, mask, x }),
    ROUNDINGS,
  );
}

/** A step of a convolutional LSTM: four gates cut from one convolution. */
function gatedCell(): OperationCase {
  const [visible, hiddenWidth] = [3, 16];
  const small = new SmallGraph();
  const x = small.input('x', [2, visible, 10, 9]);
  const hidden = small.input('hidden', [2, hiddenWidth, 10, 9]);
  const cell = small.input('cell', [2, hiddenWidth, 10, 9]);
  const weightShape: Shape = [4 * hiddenWidth, visible + hiddenWidth, 3, 3];
  const gates = small.convolution(
    small.concatenate(x, hidden),
    small.constant(
      weightShape,
      spreadValues(elementCount(weightShape), 3).map((w) => w / 4),
    ),
    { bias: small.constant([1, 4 * hiddenWidth, 1, 1], spreadValues(4 * hiddenWidth, 4)), padding: 1 },
  );
  const gate = (k: number) => small.slice(gates, k * hiddenWidth, (k + 1) * hiddenWidth);
  const candidate = small.binary('multiply', small.unary('sigmoid', gate(0)), small.unary('tanh', gate(3)));
  const nextCell = small.binary(
    'add',
    small.binary('multiply', small.unary('sigmoid', gate(1)), cell),
    candidate,
  );
  const nextHidden = small.binary('multiply', small.unary('sigmoid', gate(2)), small.unary('tanh', nextCell));
  return finish('a gated cell', small.graph({ hidden: nextHidden, cell: nextCell }), 1e-5);
}

/** Fills every input with spread values; a `divisor` stays away from 0. */
function finish(name: string, graph: Graph, tolerance: number): OperationCase {
  const inputs: Record<string, Float32Array> = {};
  for (const [input, id] of graph.inputs) {
    const values = spreadValues(elementCount(graph.nodes[id]!.shape), 10 + id);
    inputs[input] = input === 'divisor' ? values.map((value) => value + Math.sign(value) * 0.5) : values;
  }
  return { name, graph, inputs, tolerance };
}
