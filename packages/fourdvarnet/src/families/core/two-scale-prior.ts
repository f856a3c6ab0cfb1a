import type { GraphBuilder } from '../../graph/graph-builder.js';
import { GraphError } from '../../graph/graph-error.js';
import type { NodeId } from '../../graph/graph.js';
import { requireMultiple } from '../../networks/bilinear-prior.js';
import type { NetworkWeights } from '../../networks/network-weights.js';

/** Points along each side of a block that the coarse branch sees as one. */
const COARSE_FACTOR = 4;

/**
 * φ of the core family: a bilinear unit on the grid, and in newer checkpoints another on averages over 4 × 4 points, whose
 * result a transposed convolution brings back to the grid.
 *
 * Source: `Phi_r`, `Phi_r_OI`, `BiLinUnit`, CIA-Oceanix/4dvarnet-core, models.py.
 */
export function twoScalePrior(g: GraphBuilder, weights: NetworkWeights): (x: NodeId) => NodeId {
  const encoder = 'phi_r.encoder';
  const fine = [`${encoder}.nn_hr.0`, `${encoder}.nn.0`].find((unit) => weights.has(`${unit}.conv1.weight`));
  if (fine === undefined) {
    throw new GraphError({
      where: 'the prior',
      found: `without '${encoder}.nn_hr.0.conv1.weight' and without '${encoder}.nn.0.conv1.weight'`,
      needed: 'one of them: a bilinear prior on one or two scales',
    });
  }
  const coarse = `${encoder}.nn_lr.0`;
  if (!weights.has(`${coarse}.conv1.weight`)) return (x) => bilinearUnit(g, weights, fine, x);
  return (x) => {
    requireMultiple(g, x, COARSE_FACTOR, 'the pooling of the prior by');
    const channels = g.shape(x)[1];
    const onBlocks = bilinearUnit(g, weights, coarse, g.averagePool(x, COARSE_FACTOR)); // [B, C, Y/4, X/4]
    const up = weights.patchKernel(`${encoder}.conv_tr.weight`, [channels, channels, COARSE_FACTOR]);
    return g.add(g.transposedConvolution(onBlocks, up), bilinearUnit(g, weights, fine, x)); // [B, C, Y, X]
  };
}

/** All convolutions without bias. */
function bilinearUnit(g: GraphBuilder, weights: NetworkWeights, unit: string, x: NodeId): NodeId {
  const layer = (value: NodeId, name: string, outputs: number | null) =>
    weights.layerWithoutBias(value, `${unit}.${name}`, outputs);
  const a = layer(x, 'conv1', null); // [B, 2D, Y, X]
  const b = layer(g.relu(a), 'conv2', null); // [B, D, Y, X]
  const width = g.shape(b)[1];
  const product = g.multiply(layer(b, 'bilin1', width), layer(b, 'bilin2', width));
  return layer(g.concatenate(layer(b, 'bilin0', width), product), 'conv3', g.shape(x)[1]); // [B, C, Y, X]
}
