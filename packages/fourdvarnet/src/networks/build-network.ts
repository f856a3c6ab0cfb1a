import { GraphBuilder } from '../graph/graph-builder.js';
import type { Graph, NodeId } from '../graph/graph.js';
import { cnnSolver } from './cnn-solver.js';
import { core } from './core.js';
import { fixedPoint } from './fixed-point.js';
import type { NetworkSettings } from './network-settings.js';
import { NetworkWeights, type WeightMap } from './network-weights.js';
import type { PatchBatch } from './patch-batch.js';
import { starter } from './starter.js';
import { starterMultimodal } from './starter-multimodal.js';

export type Network = {
  readonly graph: Graph;
  /** The inputs that this network reads, each `[B, T, Y, X]`: a network need not read all of them. */
  readonly inputNames: readonly string[];
};

/**
 * The graph of a network for batches of one size, with one output, `reconstruction` `[B, T, Y, X]`, normalised.
 *
 * Inputs, all `[B, T, Y, X]`: `observations`, normalised, 0 where nothing was observed; `mask`, 1 where observed, else 0;
 * `oi` (core) and `sst` (with SST), normalised, 0 where missing.
 *
 * @throws GraphError if weights, settings and the size of the batch do not go together.
 */
export function buildNetwork(weights: WeightMap, settings: NetworkSettings, batch: PatchBatch): Network {
  const g = new GraphBuilder();
  const graph = g.build({
    reconstruction: reconstruction(g, new NetworkWeights(g, weights), settings, batch),
  });
  return { graph, inputNames: [...graph.inputs.keys()] };
}

function reconstruction(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: NetworkSettings,
  batch: PatchBatch,
): NodeId {
  switch (settings.architecture) {
    case 'starter':
      return starter(g, weights, settings, batch).reconstruction;
    case 'starter-multimodal':
      return starterMultimodal(g, weights, settings, batch).reconstruction;
    case 'cnn-solver':
      return cnnSolver(g, weights, settings, batch).reconstruction;
    case 'core':
      return core(g, weights, settings, batch).reconstruction;
    case 'fixed-point':
      return fixedPoint(g, weights, settings, batch);
  }
}
