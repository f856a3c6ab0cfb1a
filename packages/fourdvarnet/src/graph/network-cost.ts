import { elementCount, operandsOf } from './graph-builder.js';
import type { Graph } from './graph.js';

export type NetworkCost = {
  /** Two per multiply-add of a convolution, points of padding included; element-wise work is bound by memory. */
  readonly flopPerRun: number;
  /** Most bytes of float32 that are needed at one moment if each node is a tensor of its own, run in the graph's order. */
  readonly peakActivationBytes: number;
  /** Of all constants. */
  readonly weightBytes: number;
};

const BYTES = 4;

/** What one run of a graph costs, counted before it runs: an executor that fuses or works in place needs less memory. */
export function networkCost(graph: Graph): NetworkCost {
  const lastUse = lastUses(graph);
  let [flopPerRun, weightBytes, held, peakActivationBytes] = [0, 0, 0, 0];
  for (const [, input] of graph.inputs) held += BYTES * elementCount(graph.nodes[input]!.shape);
  const endsAt = new Map<number, number>();
  for (const { id, shape, operation } of graph.nodes) {
    const bytes = BYTES * elementCount(shape);
    if (operation.kind === 'constant') {
      weightBytes += bytes;
      continue;
    }
    if (operation.kind !== 'input') held += bytes;
    endsAt.set(lastUse[id]!, (endsAt.get(lastUse[id]!) ?? 0) + bytes);
    peakActivationBytes = Math.max(peakActivationBytes, held);
    held -= endsAt.get(id) ?? 0;
    if (operation.kind === 'convolution') {
      const [, inputs, kernelLat, kernelLon] = graph.nodes[operation.weight]!.shape;
      flopPerRun += 2 * elementCount(shape) * inputs * kernelLat * kernelLon;
    } else if (operation.kind === 'transposed-convolution') {
      flopPerRun += 2 * elementCount(shape) * graph.nodes[operation.weight]!.shape[0];
    }
  }
  return { flopPerRun, peakActivationBytes, weightBytes };
}

/** Per node, the node after which it may be forgotten; outputs are kept. */
function lastUses({ nodes, outputs }: Graph): readonly number[] {
  const last = nodes.map(({ id }) => id);
  for (const { id, operation } of nodes) for (const operand of operandsOf(operation)) last[operand] = id;
  for (const output of outputs.values()) last[output] = nodes.length;
  return last;
}
