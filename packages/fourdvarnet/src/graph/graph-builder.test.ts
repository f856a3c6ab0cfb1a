import { describe, expect, it, test } from 'vitest';
import { averageMap } from './axis-map.js';
import { GraphBuilder, type ConvolutionOptions } from './graph-builder.js';
import { GraphError } from './graph-error.js';
import type { NodeId, Shape } from './graph.js';

const constant = (g: GraphBuilder, shape: Shape, name = 'w') =>
  g.constant(name, shape, new Float32Array(shape[0] * shape[1] * shape[2] * shape[3]));
const kinds = (g: GraphBuilder, outputs: Record<string, NodeId>) =>
  g.build(outputs).nodes.map(({ operation }) => operation.kind);

describe('GraphBuilder', () => {
  it('knows the shape of every result', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3, 9, 12]);
    expect(g.shape(g.convolution(x, { weight: constant(g, [5, 3, 3, 3]), padding: 1 }))).toEqual([
      2, 5, 9, 12,
    ]);
    expect(g.shape(g.convolution(x, { weight: constant(g, [5, 3, 4, 4]), stride: 4 }))).toEqual([2, 5, 2, 3]);
    expect(g.shape(g.transposedConvolution(x, constant(g, [3, 4, 2, 2])))).toEqual([2, 4, 18, 24]);
    expect(g.shape(g.averagePool(x, 2))).toEqual([2, 3, 4, 6]);
    expect(g.shape(g.upsample(x, 3))).toEqual([2, 3, 27, 36]);
    expect(g.shape(g.add(constant(g, [1, 3, 1, 1]), x))).toEqual([2, 3, 9, 12]);
    expect(g.shape(g.concatenate(x, g.slice(x, 1, 2)))).toEqual([2, 4, 9, 12]);
    expect(g.shape(g.meanSquare(x))).toEqual([1, 1, 1, 1]);
    expect(g.shape(g.sumTo(x, [2, 1, 9, 1]))).toEqual([2, 1, 9, 1]);
  });

  it('makes one node of the same operation on the same nodes', () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input('x', [1, 1, 2, 2]), g.input('y', [1, 1, 2, 2])];
    const data = Float32Array.of(1, 2);
    expect(g.add(x, y)).toBe(g.add(y, x));
    expect(g.subtract(x, y)).not.toBe(g.subtract(y, x));
    expect(g.tanh(x)).toBe(g.tanh(x));
    expect(g.slice(g.concatenate(x, y), 0, 1)).toBe(g.slice(g.concatenate(x, y), 0, 1));
    expect(g.averagePool(x, 2)).toBe(g.resample(x, averageMap(2, 2), averageMap(2, 2)));
    expect(g.constant('w', [1, 2, 1, 1], data)).toBe(g.constant('w', [1, 2, 1, 1], data));
    expect(g.constant('w', [1, 2, 1, 1], data)).not.toBe(g.constant('w', [2, 1, 1, 1], data));
    expect(g.input('x', [1, 1, 2, 2])).toBe(x);
  });

  it('multiplies factors before it runs, and leaves out what changes nothing', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 2, 2, 2]);
    expect(g.scale(x, 1)).toBe(x);
    expect(g.scale(g.scale(x, 3), 0.5)).toBe(g.scale(x, 1.5));
    expect(g.multiply(g.scalar(4), x)).toBe(g.scale(x, 4));
    expect(g.add(x, x)).toBe(g.scale(x, 2));
    expect(g.slice(x, 0, 2)).toBe(x);
    expect(g.concatenate(x)).toBe(x);
    expect(g.averagePool(x, 1)).toBe(x);
    expect(g.sumTo(x, [1, 2, 2, 2])).toBe(x);
  });

  it('builds what the outputs need and nothing else', () => {
    const g = new GraphBuilder();
    const [x, unused] = [g.input('x', [1, 1, 2, 2]), g.input('unused', [1, 1, 2, 2])];
    g.relu(unused);
    const weight = constant(g, [1, 1, 3, 3]);
    const y = g.convolution(x, { weight, padding: 1 });
    g.tanh(y);
    const outputs = { y, squared: g.square(y), again: y };
    expect(kinds(g, outputs)).toEqual(['input', 'constant', 'convolution', 'binary']);
    const graph = g.build(outputs);
    expect([...graph.inputs]).toEqual([['x', 0]]);
    expect(Object.fromEntries(graph.outputs)).toEqual({ y: 2, squared: 3, again: 2 });
    graph.nodes.forEach(({ id }, position) => expect(id).toBe(position));
    expect(graph.nodes[2]!.operation).toMatchObject({ input: 0, weight: 1, bias: null });
  });

  const convolution = (options: (g: GraphBuilder) => ConvolutionOptions) => (g: GraphBuilder, x: NodeId) =>
    g.convolution(x, options(g));
  test.each<{ name: string; make: (g: GraphBuilder, x: NodeId) => unknown; message: string | RegExp }>([
    {
      name: 'a kernel for other channels',
      make: convolution((g) => ({ weight: constant(g, [16, 4, 3, 3], 'conv1/kernel') })),
      message:
        "tensor 'conv1/kernel' is of shape [16, 4, 3, 3], needs 3 input channels, since it is applied to [2, 3, 6, 8]",
    },
    {
      name: 'a bias of another length',
      make: convolution((g) => ({
        weight: constant(g, [2, 3, 3, 3]),
        bias: constant(g, [1, 3, 1, 1], 'conv1/bias'),
      })),
      message: "tensor 'conv1/bias' is of shape [1, 3, 1, 1], needs shape [1, 2, 1, 1]",
    },
    {
      name: 'a computed kernel',
      make: (g, x) => g.convolution(x, { weight: g.tanh(x) }),
      message: /computed in the graph, needs a constant/,
    },
    {
      name: 'a kernel longer than the grid',
      make: convolution((g) => ({ weight: constant(g, [1, 3, 9, 9]) })),
      message: /is 6 × 8 points, needs at least 9 × 9/,
    },
    {
      name: 'a kernel with an impossible stride',
      make: convolution((g) => ({ weight: constant(g, [1, 3, 1, 1]), stride: 0 })),
      message: /stride of tensor 'w' is 0, needs a whole number from 1 up/,
    },
    {
      name: 'a transposed kernel for other channels',
      make: (g, x) => g.transposedConvolution(x, constant(g, [2, 3, 4, 4])),
      message: /needs \[3, outputs, stride, stride\]/,
    },
    {
      name: 'operands that do not fit',
      make: (g, x) => g.add(x, g.input('sst', [2, 3, 6, 4])),
      message: "the operands of 'add' is tensor 'x' [2, 3, 6, 8] and tensor 'sst' [2, 3, 6, 4]",
    },
    {
      name: 'a slice past the end',
      make: (g, x) => g.slice(x, 2, 4),
      message: /channels 2 to 4, needs a range inside its 3 channels/,
    },
    {
      name: 'a concatenation along other sizes',
      make: (g, x) => g.concatenate(x, g.averagePool(x, 2)),
      message: /\[2, 3, 3, 4\], needs shape \[2, 3, 6, 8\]/,
    },
    { name: 'a sum to a longer axis', make: (g, x) => g.sumTo(x, [2, 3, 6, 9]), message: /either kept or 1/ },
    {
      name: 'blocks longer than the grid',
      make: (g, x) => g.averagePool(x, 7),
      message: /6 × 8 to 0 × 1 points/,
    },
    {
      name: 'an infinite factor',
      make: (g, x) => g.scale(x, 1 / 0),
      message: /Infinity, needs a finite number/,
    },
    {
      name: 'a constant of another length',
      make: (g) => g.constant('short', [1, 2, 1, 1], new Float32Array(3)),
      message: "tensor 'short' is 3 values long, needs 2 values for shape [1, 2, 1, 1]",
    },
    { name: 'an input without points', make: (g) => g.input('empty', [1, 0, 1, 1]), message: /'empty'/ },
    {
      name: 'an input of two shapes',
      make: (g) => g.input('x', [1, 3, 6, 8]),
      message: "tensor 'x' is of shape [2, 3, 6, 8], needs shape [1, 3, 6, 8]",
    },
    { name: 'a node of nowhere', make: (g) => g.relu(77), message: /node 77 of another graph/ },
  ])('refuses $name', ({ make, message }) => {
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3, 6, 8]);
    expect(() => make(g, x)).toThrow(GraphError);
    expect(() => make(g, x)).toThrow(message);
  });
});
