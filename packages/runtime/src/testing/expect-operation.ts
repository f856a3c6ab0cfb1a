import { interpretGraph } from '@sillage/fourdvarnet';
import { expect } from 'vitest';
import type { NetworkRuntime } from '../network-runtime.js';
import type { OperationCase } from './operation-cases.js';

/** Compiles and runs a case, and compares every output with the float64 interpreter's. */
export async function expectOperation(runtime: NetworkRuntime, operationCase: OperationCase): Promise<void> {
  const { graph, inputs, tolerance } = operationCase;
  const network = await runtime.compile(graph);
  try {
    const found = await network.run(inputs);
    const expected = interpretGraph(graph, inputs);
    expect(Object.keys(found).sort()).toEqual([...graph.outputs.keys()].sort());
    for (const [name, values] of Object.entries(expected)) {
      expect(found[name], name).toHaveLength(values.length);
      expect(largestRelativeDifference(found[name]!, values), name).toBeLessThanOrEqual(tolerance);
    }
  } finally {
    await network.release();
  }
}

/** Largest |found − expected| / (1 + |expected|); NaN where either is. */
function largestRelativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!) / (1 + Math.abs(expected[i]!));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
