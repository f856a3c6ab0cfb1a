import type { GraphBuilder } from '../../graph/graph-builder.js';
import type { NodeId } from '../../graph/graph.js';
import { bilinearPrior } from '../../networks/bilinear-prior.js';
import { requireSteps } from '../../networks/gradient-descent.js';
import { priorSettings, type PriorSettings } from '../../networks/descent-settings.js';
import type { NetworkBuilder } from '../network-builder.js';
import type { FixedPointManifest } from './family.js';
import type { NetworkWeights } from '../../networks/network-weights.js';
import type { PatchBatch } from '../../networks/patch-batch.js';
import { firstState, observations } from '../starter/network.js';

/** x ← φ(x) where nothing was observed. */
export type FixedPointSettings = PriorSettings & {
  readonly architecture: 'fixed-point';
  /** How often observations are put back after φ. */
  readonly nStep: number;
  readonly init: 'obs' | 'zero';
  /** Whether one more φ follows; without it the result is what was observed, where it was observed. */
  readonly finalProjection: boolean;
};

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

export const fixedPointBuilder: NetworkBuilder<FixedPointManifest, FixedPointSettings> = {
  settings: (manifest) => ({
    architecture: 'fixed-point',
    ...priorSettings(manifest),
    nStep: manifest.n_step,
    init: manifest.init,
    finalProjection: manifest.final_projection,
  }),
  build: (g, weights, settings, batch) => fixedPoint(g, weights, settings, batch),
};
