import { GraphBuilder } from '../graph/graph-builder.js';
import type { Graph } from '../graph/graph.js';
import { NetworkWeights, type WeightMap } from '../networks/network-weights.js';
import type { PatchBatch } from '../networks/patch-batch.js';
import { cnnSolverBuilder } from './cnn-solver/network.js';
import { coreBuilder } from './core/network.js';
import type { CheckpointManifest, NetworkManifest, RecognisedNetwork } from './families.js';
import { fixedPointBuilder } from './fixed-point/network.js';
import type { NetworkBuilder } from './network-builder.js';
import { starterBuilder } from './starter/network.js';
import { starterMultimodalBuilder } from './starter-multimodal/network.js';

/** The builder of each family: a family without one does not compile. */
const BUILDERS = {
  starter: starterBuilder,
  'starter-multimodal': starterMultimodalBuilder,
  core: coreBuilder,
  'cnn-solver': cnnSolverBuilder,
  'fixed-point': fixedPointBuilder,
} satisfies Record<RecognisedNetwork['architecture'], NetworkBuilder>;

/** What the graph of a network depends on besides its weights; the names are those of the manifest, in camel case. */
export type NetworkSettings = ReturnType<(typeof BUILDERS)[keyof typeof BUILDERS]['settings']>;

const builderOf = ({ architecture }: { architecture: keyof typeof BUILDERS }): NetworkBuilder =>
  BUILDERS[architecture];

export function settingsFrom(manifest: CheckpointManifest): NetworkSettings {
  return builderOf(manifest).settings(manifest) as NetworkSettings;
}

/** Weights with what the manifest puts in their place. */
export function weightsFor(manifest: NetworkManifest, weights: WeightMap): WeightMap {
  if (manifest.architecture === 'onnx') return weights;
  return builderOf(manifest).weights?.(manifest, weights) ?? weights;
}

/** Nodes along each side of the median filter on the result of a network; 1: none. */
export function medianWidthOf(settings: NetworkSettings): number {
  return builderOf(settings).medianWidth?.(settings) ?? 1;
}

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
  const reconstruction = builderOf(settings).build(g, new NetworkWeights(g, weights), settings, batch);
  const graph = g.build({ reconstruction });
  return { graph, inputNames: [...graph.inputs.keys()] };
}
