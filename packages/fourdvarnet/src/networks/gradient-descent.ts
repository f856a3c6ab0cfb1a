import { gradient } from '../graph/gradient.js';
import { elementCount, type GraphBuilder } from '../graph/graph-builder.js';
import { GraphError } from '../graph/graph-error.js';
import type { NodeId } from '../graph/graph.js';

/** What one step computed: for those who want to look inside. */
export type DescentStep = { readonly state: NodeId; readonly gradient: NodeId; readonly update: NodeId };

/**
 * √(mean g²) over everything, the batch included.
 *
 * g is near 1e-6 and its squares near the smallest float32, so it is multiplied by its number of elements first, and the
 * root divided by it.
 */
export function rootMeanSquare(g: GraphBuilder, x: NodeId): NodeId {
  const count = elementCount(g.shape(x));
  return g.scale(g.squareRoot(g.meanSquare(g.scale(x, count))), 1 / count);
}

/** @throws GraphError unless a number of iterations is whole and not below `fewest`. */
export function requireSteps(setting: string, found: number, fewest: number): void {
  if (Number.isInteger(found) && found >= fewest) return;
  throw new GraphError({ where: setting, found: String(found), needed: `a whole number from ${fewest} up` });
}

/**
 * x ← x − [ u/(k + 1) + λ·(k + 1)/K · ∇J(x) ], K times. `solver` makes the update u of the gradient divided by its size
 * at the first step. Where x is still the observations themselves, the slope of the observation cost is 0, and so are
 * the nodes for it.
 *
 * Source: `GradSolver`, CIA-Oceanix/4dvarnet-starter, src/models.py.
 *
 * @throws GraphError unless `nStep` is a whole number above 0.
 * @returns the states after each step, with what led to them.
 */
export function descend(
  g: GraphBuilder,
  options: {
    start: NodeId;
    cost: (x: NodeId) => NodeId;
    solver: (normalisedGradient: NodeId) => NodeId;
    nStep: number;
    lrGrad: number;
  },
): readonly DescentStep[] {
  const { start, cost, solver, nStep, lrGrad } = options;
  requireSteps('n_step', nStep, 1);
  const steps: DescentStep[] = [];
  let x = start;
  let size: NodeId | null = null;
  for (let k = 0; k < nStep; k++) {
    const slope = gradient(g, cost(x), x); // [B, T, Y, X]
    size ??= rootMeanSquare(g, slope); // [1, 1, 1, 1]
    const update = solver(g.divide(slope, size)); // [B, T, Y, X]
    const learnt = g.scale(update, 1 / (k + 1));
    const plain = g.scale(slope, (lrGrad * (k + 1)) / nStep);
    x = g.subtract(x, lrGrad === 0 ? learnt : g.add(learnt, plain));
    steps.push({ state: x, gradient: slope, update });
  }
  return steps;
}
