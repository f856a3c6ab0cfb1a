import type { GraphBuilder } from '../../graph/graph-builder.js';
import type { NodeId } from '../../graph/graph.js';
import { bilinearPrior } from '../../networks/bilinear-prior.js';
import { descend, type DescentStep } from '../../networks/gradient-descent.js';
import { descentSettings } from '../../networks/descent-settings.js';
import type { NetworkBuilder } from '../network-builder.js';
import type { StarterMultimodalManifest } from './family.js';
import type { NetworkWeights } from '../../networks/network-weights.js';
import type { PatchBatch } from '../../networks/patch-batch.js';
import {
  firstState,
  lastState,
  lstmSolver,
  observationCost,
  observations,
  priorCost,
  type StarterSettings,
} from '../starter/network.js';

/** As {@link StarterSettings}, with SST in the observation cost. */
export type StarterMultimodalSettings = Omit<StarterSettings, 'architecture'> & {
  readonly architecture: 'starter-multimodal';
};

/**
 * The starter with SST: the observation cost gains the distance between features of the state and features of SST,
 * which have no weight w of their own.
 *
 * Source: `MultiModalObsCost`, CIA-Oceanix/4dvarnet-starter, src/models.py.
 */
export function starterMultimodal(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: StarterMultimodalSettings,
  batch: PatchBatch,
): { reconstruction: NodeId; steps: readonly DescentStep[] } {
  const y = observations(g, weights, batch); // [B, T, Y, X]
  const phi = bilinearPrior(g, weights, settings);
  const cost = (x: NodeId) => multimodalCost(g, weights, settings, { x, y, phi });

  const solver = lstmSolver(g, weights, settings);
  const steps = descend(g, { ...settings, start: firstState(g, settings, y), cost, solver: solver.update });
  return { reconstruction: lastState(settings, phi, steps), steps };
}

/** J(x): prior, observations and SST. */
export function multimodalCost(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: StarterMultimodalSettings,
  { x, y, phi }: { x: NodeId; y: NodeId; phi: (x: NodeId) => NodeId },
): NodeId {
  const starterCost = g.add(priorCost(g, phi, x), observationCost(g, settings, { x, y }));
  return g.add(starterCost, sstCost(g, weights, x));
}

/** The mean square of A·x − S·sst over all features and points. */
function sstCost(g: GraphBuilder, weights: NetworkWeights, x: NodeId): NodeId {
  const sst = g.input('sst', g.shape(x));
  const ofState = weights.layerWithoutBias(x, 'obs_cost.conv_ssh', null); // [B, features, Y, X]
  const ofSst = weights.layerWithoutBias(sst, 'obs_cost.conv_sst', g.shape(ofState)[1]);
  return g.meanSquare(g.subtract(ofState, ofSst));
}

export const starterMultimodalBuilder: NetworkBuilder<StarterMultimodalManifest, StarterMultimodalSettings> =
  {
    settings: (manifest) => ({
      architecture: 'starter-multimodal',
      ...descentSettings(manifest),
      gradDownsamp: manifest.grad_downsamp,
    }),
    build: (g, weights, settings, batch) => starterMultimodal(g, weights, settings, batch).reconstruction,
  };
