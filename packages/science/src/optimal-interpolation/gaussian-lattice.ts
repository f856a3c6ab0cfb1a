/**
 * Nodes per length scale: 0.4 of it apart. Summing the products of two Gaussians over the nodes instead of integrating
 * them ripples by 2·exp(−π²/(4·0.4²)) = 4e-7 of the covariance; at 0.5 it would be 1e-4 and move maps by centimetres.
 */
const NODE_SPACING = 0.4;
/** Nodes that a point uses along an axis; those left out are 2 length scales away or more, exp(−2·2²) = 3e-4 of the largest. */
export const NODES_PER_POINT = 10;
/** Makes the squares of the weights of a point sum to 1: ∫exp(−4u²)du = √π/2. */
const NORMALISATION = Math.sqrt((2 * NODE_SPACING) / Math.sqrt(Math.PI));

/** Evenly spaced nodes at `(firstNode + index)·0.4`, in length scales; the same positions whatever the extent. */
export type LatticeAxis = { readonly firstNode: number; readonly count: number };

/** The nodes that points between `first` and `last` (in length scales) use. */
export function latticeAxis(first: number, last: number): LatticeAxis {
  const firstNode = firstNodeOf(first);
  return { firstNode, count: firstNodeOf(last) + NODES_PER_POINT - firstNode };
}

/**
 * Weights of a point on the nodes around it: half a covariance, in the sense that the sum over nodes of the weights of
 * two points is exp(−d²) for their distance d.
 *
 * @param position - in length scales; between the ends that the axis was made for.
 * @param weights - `NODES_PER_POINT` weights are written from `offset` on.
 * @returns index on the axis of the node that the first weight belongs to.
 */
export function latticeWeights(
  axis: LatticeAxis,
  position: number,
  weights: Float64Array,
  offset: number,
): number {
  const firstNode = firstNodeOf(position);
  for (let k = 0; k < NODES_PER_POINT; k++) {
    const distance = (firstNode + k) * NODE_SPACING - position;
    weights[offset + k] = NORMALISATION * Math.exp(-2 * distance * distance);
  }
  return firstNode - axis.firstNode;
}

function firstNodeOf(position: number): number {
  return Math.floor(position / NODE_SPACING) - NODES_PER_POINT / 2 + 1;
}
