import type { GraphBuilder } from '../../graph/graph-builder.js';
import type { NodeId } from '../../graph/graph.js';
import { bilinearPrior } from '../../networks/bilinear-prior.js';
import { descend, type DescentStep } from '../../networks/gradient-descent.js';
import { descentSettings, type DescentSettings } from '../../networks/descent-settings.js';
import type { NetworkBuilder } from '../network-builder.js';
import type { CnnSolverManifest } from './family.js';
import type { NetworkWeights } from '../../networks/network-weights.js';
import type { PatchBatch } from '../../networks/patch-batch.js';
import { firstState, lastState, observationCost, observations, priorCost } from '../starter/network.js';

/** Of a starter, with three convolutions without memory in place of the ConvLSTM. */
export type CnnSolverSettings = DescentSettings & { readonly architecture: 'cnn-solver' };

/**
 * The starter with a solver that has no memory: three convolutions shape the gradient of each step by itself.
 *
 * Weights: `grad_mod.conv_in`, `grad_mod.conv_hidden`, `grad_mod.conv_out`, each with bias.
 */
export function cnnSolver(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: CnnSolverSettings,
  batch: PatchBatch,
): { reconstruction: NodeId; steps: readonly DescentStep[] } {
  const y = observations(g, weights, batch); // [B, T, Y, X]
  const phi = bilinearPrior(g, weights, settings);
  const cost = (x: NodeId) => g.add(priorCost(g, phi, x), observationCost(g, settings, { x, y }));

  const solver = (gradient: NodeId): NodeId => {
    const a = g.relu(weights.layer(gradient, 'grad_mod.conv_in', null)); // [B, width, Y, X]
    const b = g.relu(weights.layer(a, 'grad_mod.conv_hidden', g.shape(a)[1]));
    return weights.layer(b, 'grad_mod.conv_out', g.shape(gradient)[1]); // [B, T, Y, X]
  };
  const steps = descend(g, { ...settings, start: firstState(g, settings, y), cost, solver });
  return { reconstruction: lastState(settings, phi, steps), steps };
}

export const cnnSolverBuilder: NetworkBuilder<CnnSolverManifest, CnnSolverSettings> = {
  settings: (manifest) => ({ architecture: 'cnn-solver', ...descentSettings(manifest) }),
  build: (g, weights, settings, batch) => cnnSolver(g, weights, settings, batch).reconstruction,
};
