import { interpretGraph } from '@sillage/fourdvarnet';
import { describe, expect, it } from 'vitest';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { trialNetwork } from '../trial-network.js';
import { stackRuns } from './stack-runs.js';

const SIZES = { prior: 3, solver: 4, steps: 2 };

describe('stackRuns', () => {
  it('computes of each run what the run alone would give, its global means included', () => {
    const { graph, inputs } = trialNetwork(SIZES, { batch: 1, lat: 6, lon: 8 });
    const runs = [1, 100, 0.01].map((factor) => ({
      ...inputs,
      observations: inputs['observations']!.map((value) => value * factor),
    }));
    const stacked = stackRuns(graph, runs.length)!;
    const together = interpretGraph(stacked, {
      observations: runs.flatMap(({ observations }) => [...observations]),
      mask: runs.flatMap(() => [...inputs['mask']!]),
    } as unknown as Record<string, Float32Array>);
    const length = inputs['observations']!.length;
    for (const [k, run] of runs.entries()) {
      const alone = interpretGraph(graph, run)['reconstruction']!;
      expect([...together['reconstruction']!.slice(k * length, (k + 1) * length)]).toEqual([...alone]);
    }
  });

  it('leaves a graph alone whose runs have batches: their sums are over all patches', () => {
    const { graph } = trialNetwork(SIZES, { batch: 2, lat: 4, lon: 4 });
    expect(stackRuns(graph, 2)).toBeNull();
    expect(stackRuns(graph, 1)).toBe(graph);
  });

  it('repeats constants that are concatenated, and gives up on an output that no input decides', () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 1, 2, 2]);
    const known = small.constant([1, 2, 2, 2], spreadValues(8, 1));
    const graph = small.graph({ y: small.concatenate(x, known) });
    const stacked = stackRuns(graph, 2)!;
    const { y } = interpretGraph(stacked, { x: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    const alone = interpretGraph(graph, { x: Float32Array.of(5, 6, 7, 8) })['y']!;
    expect([...y!.slice(12)]).toEqual([...alone]);
    expect(stackRuns(small.graph({ known }), 2)).toBeNull();
  });
});
