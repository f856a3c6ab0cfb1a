import type { GraphBuilder } from '../graph/graph-builder.js';
import { GraphError } from '../graph/graph-error.js';
import type { NodeId } from '../graph/graph.js';
import type { PriorSettings } from './descent-settings.js';
import type { NetworkWeights } from './network-weights.js';

/**
 * φ: a one-scale auto-encoder whose code holds products of features. It maps a state to one that looks like the sea.
 *
 * Source: `BilinAEPriorCost`, CIA-Oceanix/4dvarnet-starter, src/models.py.
 */
export function bilinearPrior(
  g: GraphBuilder,
  weights: NetworkWeights,
  { priorDownsamp, bilinQuad }: PriorSettings,
): (x: NodeId) => NodeId {
  const days = daysOfPrior(weights);
  const width = weights.shape('prior_cost.conv_in.weight', [null, days, null, null])[0]!;
  const factor = priorDownsamp ?? 1;
  const layer = (x: NodeId, name: string, outputs: number) => weights.layer(x, `prior_cost.${name}`, outputs);

  return (x) => {
    requireMultiple(g, x, factor, 'prior_downsamp');
    const a = layer(g.averagePool(x, factor), 'conv_in', width); // [B, width, Y/d, X/d]
    const h = layer(g.relu(a), 'conv_hidden', width);
    const p = layer(h, 'bilin_21', width);
    const product = bilinQuad ? g.square(p) : g.multiply(p, layer(h, 'bilin_22', width));
    const code = g.concatenate(layer(h, 'bilin_1', width), product); // [B, 2·width, Y/d, X/d]
    return g.upsample(layer(code, 'conv_out', days), factor); // [B, T, Y, X]
  };
}

/** T: the days of a state. */
export function daysOfPrior(weights: NetworkWeights): number {
  const days = weights.shape('prior_cost.conv_out.weight', [null, null, null, null])[0]!;
  const inputs = weights.shape('prior_cost.conv_in.weight', [null, null, null, null])[1]!;
  if (inputs !== days) {
    throw new GraphError({
      where: "tensor 'prior_cost.conv_in.weight'",
      found: `for ${inputs} input channels`,
      needed: `${days}, the days that conv_out returns: a prior with further inputs is not known here`,
    });
  }
  return days;
}

/** Blocks that do not tile the grid would leave points at the edge without a state. */
export function requireMultiple(g: GraphBuilder, x: NodeId, factor: number, setting: string): void {
  const [, , lat, lon] = g.shape(x);
  if (!Number.isInteger(factor) || factor < 1 || lat % factor !== 0 || lon % factor !== 0) {
    throw new GraphError({
      where: `the patch with ${setting} ${factor}`,
      found: `${lat} × ${lon} points`,
      needed: 'a whole number of blocks along lat and lon',
    });
  }
}
