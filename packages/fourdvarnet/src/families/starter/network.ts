import type { GraphBuilder } from '../../graph/graph-builder.js';
import type { NodeId } from '../../graph/graph.js';
import { bilinearPrior, daysOfPrior, requireMultiple } from '../../networks/bilinear-prior.js';
import { convLstm, type LstmMemory } from '../../networks/conv-lstm.js';
import { descend, type DescentStep } from '../../networks/gradient-descent.js';
import { descentSettings, type DescentSettings } from '../../networks/descent-settings.js';
import type { NetworkBuilder } from '../network-builder.js';
import type { StarterManifest } from './family.js';
import type { NetworkWeights } from '../../networks/network-weights.js';
import type { PatchBatch } from '../../networks/patch-batch.js';

export type StarterSettings = DescentSettings & {
  readonly architecture: 'starter';
  /** Averages over blocks of this many points before the solver's cell, interpolates after it; null: neither. */
  readonly gradDownsamp: number | null;
};

/**
 * 4DVarNet as 4dvarnet-starter has it: K steps down the variational cost of a state of T days, each shaped by a ConvLSTM.
 *
 * Source: `GradSolver`, `ConvLstmGradModel`, `BaseObsCost`, CIA-Oceanix/4dvarnet-starter, src/models.py.
 */
export function starter(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: Omit<StarterSettings, 'architecture'>,
  batch: PatchBatch,
): { reconstruction: NodeId; steps: readonly DescentStep[]; memories: readonly LstmMemory[] } {
  const y = observations(g, weights, batch); // [B, T, Y, X]
  const phi = bilinearPrior(g, weights, settings);
  const cost = (x: NodeId) => g.add(priorCost(g, phi, x), observationCost(g, settings, { x, y }));

  const solver = lstmSolver(g, weights, settings);
  const steps = descend(g, { ...settings, start: firstState(g, settings, y), cost, solver: solver.update });
  return { reconstruction: lastState(settings, phi, steps), steps, memories: solver.memories };
}

/** y: normalised, 0 where nothing was observed. */
export function observations(
  g: GraphBuilder,
  weights: NetworkWeights,
  { batch, lat, lon }: PatchBatch,
): NodeId {
  return g.input('observations', [batch, daysOfPrior(weights), lat, lon]);
}

/** P(x): the mean square of x − φ(x). */
export function priorCost(g: GraphBuilder, phi: (x: NodeId) => NodeId, x: NodeId): NodeId {
  return g.meanSquare(g.subtract(x, phi(x)));
}

/**
 * O(x): w times the mean square of x − y over what was observed in the whole batch, so what a patch becomes depends on
 * the patches beside it. Without any observation it is 0.
 */
export function observationCost(
  g: GraphBuilder,
  { obsWeight, inputFill }: Pick<DescentSettings, 'obsWeight' | 'inputFill'>,
  { x, y }: { x: NodeId; y: NodeId },
): NodeId {
  const squares = g.square(g.subtract(x, y));
  if (inputFill === 'zero') return g.scale(g.mean(squares), obsWeight);
  const mask = g.input('mask', g.shape(y));
  const count = g.maximum(g.sum(mask), g.scalar(1));
  return g.scale(g.divide(g.sum(g.multiply(mask, squares)), count), obsWeight);
}

export function firstState(g: GraphBuilder, { init }: Pick<DescentSettings, 'init'>, y: NodeId): NodeId {
  return init === 'obs' ? y : g.scale(y, 0);
}

/** φ(x) or x after the last step. */
export function lastState(
  { finalProjection }: Pick<DescentSettings, 'finalProjection'>,
  phi: (x: NodeId) => NodeId,
  steps: readonly DescentStep[],
): NodeId {
  const x = steps.at(-1)!.state;
  return finalProjection ? phi(x) : x;
}

/** A ConvLSTM with a convolution behind it. It remembers the steps before. */
export function lstmSolver(
  g: GraphBuilder,
  weights: NetworkWeights,
  { gradDownsamp }: Pick<StarterSettings, 'gradDownsamp'>,
): { update: (gradient: NodeId) => NodeId; memories: readonly LstmMemory[] } {
  const factor = gradDownsamp ?? 1;
  const memories: LstmMemory[] = [];
  const update = (gradient: NodeId): NodeId => {
    requireMultiple(g, gradient, factor, 'grad_downsamp');
    const x = g.averagePool(gradient, factor); // [B, T, Y/d, X/d]
    const memory = convLstm(g, weights, { layer: 'grad_mod.gates', x, memory: memories.at(-1) ?? null });
    memories.push(memory);
    const u = weights.layer(memory.hidden, 'grad_mod.conv_out', g.shape(gradient)[1]);
    return g.upsample(u, factor); // [B, T, Y, X]
  };
  return { update, memories };
}

export const starterBuilder: NetworkBuilder<StarterManifest, StarterSettings> = {
  settings: (manifest) => ({
    architecture: 'starter',
    ...descentSettings(manifest),
    gradDownsamp: manifest.grad_downsamp,
  }),
  build: (g, weights, settings, batch) => starter(g, weights, settings, batch).reconstruction,
};
