import { interpretGraph, type Graph } from '@sillage/fourdvarnet';
import { describe, expect, it, test } from 'vitest';
import { OPERATION_CASES } from '../testing/operation-cases.js';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { lowerForCpu, lowerForWebGpu } from './lower-graph.js';

const LOWERINGS = [
  { name: 'lowerForCpu', lower: lowerForCpu },
  { name: 'lowerForWebGpu', lower: lowerForWebGpu },
];
/** Sums are taken in another order, in float64. */
const TOLERANCE = 1e-12;

describe.each(LOWERINGS)('$name', ({ lower }) => {
  test.each(OPERATION_CASES.filter(({ name }) => name !== 'sum of 900,000 squares'))(
    'keeps the values of $name',
    ({ graph, inputs }) => {
      const lowered = lower(graph);
      expect([...lowered.inputs.keys()].sort()).toEqual([...graph.inputs.keys()].sort());
      const found = interpretGraph(lowered, inputs);
      for (const [name, expected] of Object.entries(interpretGraph(graph, inputs))) {
        expect(found[name], name).toHaveLength(expected.length);
        found[name]!.forEach((value, i) => {
          if (!(Math.abs(value - expected[i]!) <= TOLERANCE * (1 + Math.abs(expected[i]!)))) {
            expect.fail(`${name}[${i}] is ${value}, was ${expected[i]}`);
          }
        });
      }
    },
  );
});

describe('lowerForCpu', () => {
  it('leaves no slice of a convolution, and only whole blocks where tensors meet', () => {
    const small = new SmallGraph();
    const joined = small.concatenate(small.input('v', [1, 15, 6, 5]), small.input('hidden', [1, 48, 6, 5]));
    const weight = small.constant([96, 63, 3, 3], spreadValues(96 * 63 * 9, 1));
    const both = small.convolution(joined, weight, { padding: 1 });
    const product = small.binary('multiply', small.slice(both, 0, 48), small.slice(both, 48, 96));
    const lowered = lowerForCpu(small.graph({ product }));
    expect(kinds(lowered)).not.toContain('slice');
    expect(convolutionInputs(lowered).sort()).toEqual([15, 64, 64]);
  });

  it('leaves a convolution whole where something else reads it', () => {
    const small = new SmallGraph();
    const weight = small.constant([8, 3, 3, 3], spreadValues(216, 1));
    const both = small.convolution(small.input('x', [1, 3, 6, 5]), weight, { padding: 1 });
    const lowered = lowerForCpu(
      small.graph({ half: small.slice(both, 0, 4), all: small.unary('tanh', both) }),
    );
    expect(kinds(lowered)).toContain('slice');
  });
});

describe('lowerForWebGpu', () => {
  it('lets every convolution read a multiple of four channels', () => {
    for (const { graph } of OPERATION_CASES) {
      for (const channels of convolutionInputs(lowerForWebGpu(graph))) expect(channels % 4).toBe(0);
    }
  });
});

function kinds({ nodes }: Graph): string[] {
  return nodes.map(({ operation }) => operation.kind);
}

function convolutionInputs({ nodes }: Graph): number[] {
  return nodes.flatMap(({ operation }) =>
    operation.kind === 'convolution' ? [nodes[operation.input]!.shape[1]] : [],
  );
}
