import { describe, expect, it } from 'vitest';
import { adjointMap, averageMap, bilinearMap } from '../graph/axis-map.js';
import { GraphBuilder } from '../graph/graph-builder.js';
import { onnxGraph, onnxOutputNames } from './onnx-model.js';

function operators(g: GraphBuilder, outputs: Record<string, number>): string[] {
  return onnxGraph(g.build(outputs)).nodes.map(({ operator }) => operator);
}

describe('onnxGraph', () => {
  it('stores equal constants once, a bias without its axes of one point', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 2, 5, 5]);
    const weights = [0, 1].map((k) => g.constant(`w${k}`, [2, 2, 3, 3], new Float32Array(36).fill(0.5)));
    const bias = g.constant('b', [1, 2, 1, 1], Float32Array.of(1, 2));
    const layer = (input: number, weight: number) => g.convolution(input, { weight, bias, padding: 1 });
    const { initializers, nodes } = onnxGraph(g.build({ y: layer(layer(x, weights[0]!), weights[1]!) }));
    expect(initializers.map(({ dims }) => dims)).toEqual([[2, 2, 3, 3], [2]]);
    expect(nodes[0]!.inputs.slice(1)).toEqual(nodes[1]!.inputs.slice(1));
  });

  it('sums axis by axis, lon first, only along axes that go', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3, 4, 5]);
    expect(operators(g, { y: g.sum(x) })).toEqual([
      'ReduceSum',
      'ReduceSum',
      'ReduceSum',
      'ReduceSum',
      'Identity',
    ]);
    const { initializers } = onnxGraph(g.build({ y: g.sumTo(x, [1, 3, 1, 5]) }));
    expect(initializers.map(({ data }) => [...data])).toEqual([[2n], [0n]]);
  });

  it('pools, spreads, and multiplies by matrices only where nothing exact is faster', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 2, 8, 6]);
    expect(operators(g, { y: g.averagePool(x, 2) })).toEqual(['AveragePool', 'Identity']);
    const spread = g.resample(x, adjointMap(averageMap(16, 2)), adjointMap(averageMap(13, 2)));
    expect(operators(g, { y: spread })).toEqual(['Mul', 'Resize', 'Pad', 'Identity']);
    expect(operators(g, { y: g.upsample(x, 2) })).toEqual(['MatMul', 'MatMul', 'Identity']);
    const mixed = g.resample(x, averageMap(8, 2), bilinearMap(6, 2));
    expect(operators(g, { y: mixed })).toEqual(['MatMul', 'MatMul', 'Identity']);
  });

  it('cuts long axes, each piece with what it reads', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 1, 1, 600]);
    const { nodes, initializers } = onnxGraph(
      g.build({ y: g.resample(x, averageMap(1, 1), bilinearMap(600, 2)) }),
    );
    const count = (operator: string) => nodes.filter((node) => node.operator === operator).length;
    expect([count('Slice'), count('MatMul'), count('Concat')]).toEqual([5, 5, 1]);
    for (const { dims } of initializers.filter(({ dims }) => dims.length === 2)) {
      expect(dims[0]).toBeLessThan(125);
      expect(dims[1]).toBe(240);
    }
  });

  it('leaves out what no output needs, and names values like no input', () => {
    const g = new GraphBuilder();
    const x = g.input('v0', [1, 1, 2, 2]);
    const graph = g.build({ y: g.relu(x) });
    const { nodes } = onnxGraph({
      ...graph,
      nodes: [
        ...graph.nodes,
        { id: 2, shape: [1, 1, 2, 2], operation: { kind: 'unary', function: 'tanh', input: 0 } },
      ],
    });
    expect(nodes.map(({ operator }) => operator)).toEqual(['Relu', 'Identity']);
    expect(nodes[0]!.outputs).not.toContain('v0');
  });
});

describe('onnxOutputNames', () => {
  it('gives an output that is called like an input another name', () => {
    const g = new GraphBuilder();
    const [hidden, taken] = [g.input('hidden', [1, 1, 2, 2]), g.input('hidden.out', [1, 1, 2, 2])];
    const graph = g.build({ hidden: g.add(hidden, taken), y: g.relu(hidden) });
    expect([...onnxOutputNames(graph)]).toEqual([
      ['hidden', 'hidden.out.out'],
      ['y', 'y'],
    ]);
  });
});
