import type { GraphBuilder } from '../graph/graph-builder.js';
import type { NodeId } from '../graph/graph.js';
import { bilinearPrior } from './bilinear-prior.js';
import { requireSteps } from './gradient-descent.js';
import type { FixedPointSettings } from './network-settings.js';
import type { NetworkWeights } from './network-weights.js';
import type { PatchBatch } from './patch-batch.js';
import { firstState, observations } from './starter.js';

/**
 * The solver without parameters: what φ makes of the state where nothing was observed, the observations elsewhere, again
 * and again, and, unless the settings say otherwise, φ once more at the end.
 *
 * Source: fixed-point solver of CIA-Oceanix/DinAE_4DVarNN_torch.
 */
export function fixedPoint(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: FixedPointSettings,
  batch: PatchBatch,
): NodeId {
  const y = observations(g, weights, batch); // [B, T, Y, X]
  const mask = g.input('mask', g.shape(y));
  const isMissing = g.subtract(g.scalar(1), mask);
  const observed = g.multiply(mask, y);
  const phi = bilinearPrior(g, weights, settings);
  requireSteps('n_step', settings.nStep, 0);
  let x = firstState(g, settings, observed);
  for (let k = 0; k < settings.nStep; k++) x = g.add(observed, g.multiply(isMissing, phi(x)));
  return settings.finalProjection ? phi(x) : x;
}
