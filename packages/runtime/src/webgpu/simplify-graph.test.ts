import { averageMap, type Graph, interpretGraph } from '@sillage/fourdvarnet';
import { describe, expect, it } from 'vitest';
import { elementCount, SmallGraph, spreadValues } from '../testing/small-graph.js';
import { simplifyGraph } from './simplify-graph.js';

const kinds = (graph: Graph) => graph.nodes.map(({ operation }) => operation.kind);
const count = (graph: Graph, kind: string) => kinds(graph).filter((found) => found === kind).length;

function expectSameValues(graph: Graph): Graph {
  const inputs = Object.fromEntries(
    [...graph.inputs].map(([name, id]) => [name, spreadValues(elementCount(graph.nodes[id]!.shape), id + 1)]),
  );
  const simplified = simplifyGraph(graph);
  const expected = interpretGraph(graph, inputs);
  for (const [name, values] of Object.entries(interpretGraph(simplified, inputs))) {
    expect(values).toHaveLength(expected[name]!.length);
    values.forEach((value, i) => expect(value).toBeCloseTo(expected[name]![i]!, 12));
  }
  return simplified;
}

describe('simplifyGraph', () => {
  it('pulls factors out of everything linear and multiplies them', () => {
    const small = new SmallGraph();
    const x = small.scale(small.input('x', [1, 4, 4, 6]), 1e-6);
    const weight = small.constant([3, 4, 3, 3], spreadValues(108, 2));
    const convolved = small.convolution(x, weight, { padding: 1 });
    const pooled = small.resample(convolved, averageMap(4, 2), averageMap(6, 2));
    const graph = small.graph({ y: small.scale(small.slice(small.unary('relu', pooled), 1, 3), 1e3) });
    const simplified = expectSameValues(graph);
    expect(count(simplified, 'scale')).toBe(1);
    const last = simplified.nodes.at(-1)!.operation;
    expect(last.kind === 'scale' ? last.factor : null).toBeCloseTo(1e-3, 15);
  });

  it('takes a multiplication by one number as a factor', () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 2, 3, 3]);
    const two = small.constant([1, 1, 1, 1], Float32Array.of(2));
    const simplified = expectSameValues(small.graph({ y: small.binary('multiply', two, x) }));
    expect(kinds(simplified)).toEqual(['input', 'scale']);
  });

  it('keeps a factor out of what is not linear', () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 2, 3, 3]);
    const graph = small.graph({
      a: small.unary('tanh', small.scale(x, 3)),
      b: small.unary('relu', small.scale(x, -2)),
      c: small.binary('add', small.scale(x, 3), x),
      d: small.binary('maximum', small.scale(x, -1), x),
      e: small.binary('divide', small.scale(x, 3), small.scale(x, 5)),
    });
    expectSameValues(graph);
  });

  it('drops what is multiplied by zero, added to zero or convolved with zero', () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 2, 4, 4]);
    const zeros = small.constant([1, 3, 4, 4], new Float32Array(48));
    const weight = small.constant([3, 5, 3, 3], spreadValues(135, 3));
    const gate = small.convolution(small.concatenate(x, zeros), weight, { padding: 1 });
    const simplified = expectSameValues(
      small.graph({ y: small.binary('add', small.binary('multiply', gate, zeros), gate) }),
    );
    expect(kinds(simplified)).toEqual(['input', 'constant', 'convolution']);
    expect(simplified.nodes[1]!.shape).toEqual([3, 2, 3, 3]);
  });

  it('makes a convolution of which only slices are used one convolution for each', () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 2, 4, 4]);
    const weight = small.constant([6, 2, 3, 3], spreadValues(108, 3));
    const bias = small.constant([1, 6, 1, 1], spreadValues(6, 4));
    const both = small.convolution(x, weight, { bias, padding: 1 });
    const simplified = expectSameValues(
      small.graph({ a: small.slice(both, 0, 2), b: small.slice(both, 2, 6) }),
    );
    expect(count(simplified, 'slice')).toBe(0);
    expect(count(simplified, 'convolution')).toBe(2);
  });

  it('makes a sum of convolutions one convolution of all their inputs', () => {
    const small = new SmallGraph();
    const x = small.input('x', [2, 2, 4, 4]);
    const y = small.input('y', [2, 3, 4, 4]);
    const ofX = small.convolution(x, small.constant([4, 2, 3, 3], spreadValues(72, 3)), { padding: 1 });
    const ofY = small.convolution(y, small.constant([4, 3, 3, 3], spreadValues(108, 4)), { padding: 1 });
    const again = small.convolution(x, small.constant([4, 2, 3, 3], spreadValues(72, 5)), { padding: 1 });
    const simplified = expectSameValues(
      small.graph({ z: small.binary('add', small.binary('add', ofX, ofY), again) }),
    );
    expect(count(simplified, 'convolution')).toBe(1);
    expect(count(simplified, 'binary')).toBe(0);
  });
});
