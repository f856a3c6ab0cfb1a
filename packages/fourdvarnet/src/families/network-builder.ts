import type { GraphBuilder } from '../graph/graph-builder.js';
import type { NodeId } from '../graph/graph.js';
import type { NetworkWeights, WeightMap } from '../networks/network-weights.js';
import type { PatchBatch } from '../networks/patch-batch.js';

/** How the graph of a family is made. */
export type NetworkBuilder<Manifest = { architecture: string }, Settings = { architecture: string }> = {
  /** What of a manifest the graph depends on, in camel case. */
  settings(manifest: Manifest): Settings;
  /** The reconstruction, `[B, T, Y, X]`, normalised. */
  build(g: GraphBuilder, weights: NetworkWeights, settings: Settings, batch: PatchBatch): NodeId;
  /** Weights with what the manifest puts in their place; default: as they are. */
  weights?(manifest: Manifest, weights: WeightMap): WeightMap;
  /** Nodes along each side of the median filter on the result; default 1: none. No part of the graph: see `medianFiltered`. */
  medianWidth?(settings: Settings): number;
};
