import { gradient } from '../../graph/gradient.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { GraphError } from '../../graph/graph-error.js';
import type { NodeId } from '../../graph/graph.js';
import { convLstm, type LstmMemory } from '../../networks/conv-lstm.js';
import { requireSteps, rootMeanSquare } from '../../networks/gradient-descent.js';
import type { NetworkBuilder } from '../network-builder.js';
import type { CoreManifest } from './manifest.js';
import type { NetworkWeights, WeightMap } from '../../networks/network-weights.js';
import type { PatchBatch } from '../../networks/patch-batch.js';
import { twoScalePrior } from './two-scale-prior.js';

const SOLVER = 'model_Grad';
const COSTS = 'model_VarCost';
const SST = 'model_H';

export type CoreSettings = {
  readonly architecture: 'core';
  /** Steps of one cascade. */
  readonly nGrad: number;
  /** Cascades. */
  readonly nFourdvarIter: number;
  /** Whether the state holds a second anomaly that is not tied to the observations. */
  readonly augState: boolean;
  readonly normObs: CostNorm;
  readonly normPrior: CostNorm;
  /** Whether the solver's cell sees the opposite edge beyond the first and the last row of a patch. */
  readonly isPeriodic: boolean;
  /** Whether the cell's memory and the size of the first gradient last from one cascade to the next; default: they do. */
  readonly carriesMemory?: boolean;
  /** Nodes along each side of the median filter on the result; 1: none. No part of the graph: see `medianFiltered`. */
  readonly medianWidth: number;
};

/** Of a residual r: Σ r², or Σ √(ε² + r²). */
export type CostNorm = 'l2' | 'l1';

/**
 * 4DVarNet before 4dvarnet-starter: the state holds OI and one or two anomalies from it; cascades of steps, each shaped by
 * a ConvLSTM that remembers across cascades.
 *
 * Differs: in code of 2021, before `forward` of the solver took an internal state, every cascade began without memory and with a
 *   size of its own (`carriesMemory: false`).
 *
 * Source: `LitModelAugstate`, `Solver_Grad_4DVarNN`, `Model_Var_Cost`, CIA-Oceanix/4dvarnet-core.
 */
export function core(
  g: GraphBuilder,
  weights: NetworkWeights,
  settings: CoreSettings,
  batch: PatchBatch,
): { reconstruction: NodeId; cascades: readonly NodeId[]; gradients: readonly NodeId[] } {
  const { nGrad, nFourdvarIter, augState, isPeriodic, carriesMemory = true } = settings;
  requireSteps('n_grad', nGrad, 1);
  requireSteps('n_fourdvar_iter', nFourdvarIter, 1);
  const system = observedSystem(g, weights, settings, batch);
  const phi = twoScalePrior(g, weights);
  const cost = (x: NodeId) => {
    const twoTerms = g.add(
      priorCost(g, weights, { x, phi, norm: settings.normPrior }),
      observationCost(g, weights, { x, system, norm: settings.normObs }),
    );
    return weights.has(`${SST}.conv11.weight`)
      ? g.add(twoTerms, sstCost(g, weights, { x, days: system.days, norm: settings.normObs }))
      : twoTerms;
  };

  const isObserved = g.step(g.sum(system.mask)); // [1, 1, 1, 1]
  let x = system.state;
  let size: NodeId | null = null;
  let memory: LstmMemory | null = null;
  const [cascades, gradients]: [NodeId[], NodeId[]] = [[], []];
  for (let cascade = 0; cascade < nFourdvarIter; cascade++) {
    if (!carriesMemory) [size, memory] = [null, null];
    for (let k = 0; k < nGrad; k++) {
      const slope = gradient(g, cost(x), x); // [B, C, Y, X]
      gradients.push(slope);
      // without observation the result is 0 whatever this is, so it must not be 0 too: 0/0 would survive the product
      size ??= g.maximum(rootMeanSquare(g, slope), g.subtract(g.scalar(1), isObserved));
      const normalised = g.divide(slope, size);
      memory = convLstm(g, weights, { layer: `${SOLVER}.lstm.Gates`, x: normalised, memory, isPeriodic });
      const update = weights.layerWithoutBias(memory.hidden, `${SOLVER}.convLayer.0`, g.shape(x)[1]);
      x = g.subtract(x, g.scale(update, 1 / nGrad));
    }
    cascades.push(x);
  }
  const { days } = system;
  const anomaly = augState ? 2 * days : days;
  const whole = g.add(g.slice(x, 0, days), g.slice(x, anomaly, anomaly + days)); // [B, T, Y, X]
  return { reconstruction: g.multiply(whole, isObserved), cascades, gradients };
}

/** The first state, what it is compared with and where, all `[B, C, Y, X]`, and the mask `[B, T, Y, X]`. */
type ObservedSystem = {
  readonly days: number;
  readonly mask: NodeId;
  readonly state: NodeId;
  readonly observed: NodeId;
  readonly isCompared: NodeId;
};

function observedSystem(
  g: GraphBuilder,
  weights: NetworkWeights,
  { augState }: CoreSettings,
  { batch, lat, lon }: PatchBatch,
): ObservedSystem {
  const channels = weights.shape(`${SOLVER}.convLayer.0.weight`, [null, null, 1, 1])[0]!;
  const days = channels / (augState ? 3 : 2);
  if (!Number.isInteger(days)) {
    throw new GraphError({
      where: `the state of ${channels} channels (tensor '${SOLVER}.convLayer.0.weight')`,
      found: `with aug_state ${augState}`,
      needed: `a multiple of ${augState ? 3 : 2} channels`,
    });
  }
  const shape = [batch, days, lat, lon] as const;
  const oi = g.input('oi', shape);
  const mask = g.input('mask', shape);
  const anomaly = g.multiply(mask, g.subtract(g.input('observations', shape), oi));
  const zeros = g.scale(mask, 0);
  const ones = g.add(zeros, g.scalar(1));
  if (!augState) {
    const state = g.concatenate(oi, anomaly);
    return { days, mask, state, observed: state, isCompared: g.concatenate(ones, mask) };
  }
  return {
    days,
    mask,
    state: g.concatenate(oi, anomaly, anomaly),
    observed: g.concatenate(oi, anomaly, zeros),
    isCompared: g.concatenate(ones, mask, zeros),
  };
}

function priorCost(
  g: GraphBuilder,
  weights: NetworkWeights,
  { x, phi, norm }: { x: NodeId; phi: (x: NodeId) => NodeId; norm: CostNorm },
): NodeId {
  const channels = g.shape(x)[1];
  weights.shape(`${COSTS}.WReg`, [channels]);
  return weightedNorm(g, g.subtract(x, phi(x)), {
    norm,
    weight: g.constant(`${COSTS}.WReg`, [1, channels, 1, 1], weights.values(`${COSTS}.WReg`)),
    alpha: weights.value(`${COSTS}.alphaReg`),
    epsilon: () => weights.value(`${COSTS}.epsReg`),
  });
}

function observationCost(
  g: GraphBuilder,
  weights: NetworkWeights,
  { x, system, norm }: { x: NodeId; system: ObservedSystem; norm: CostNorm },
): NodeId {
  const difference = g.multiply(g.subtract(x, system.observed), system.isCompared);
  return weightedNorm(g, difference, { norm, ...observationTerm(g, weights, 0, g.shape(x)[1]) });
}

/** Features of the state against features of SST, where the gate lets them through. */
function sstCost(
  g: GraphBuilder,
  weights: NetworkWeights,
  { x, days, norm }: { x: NodeId; days: number; norm: CostNorm },
): NodeId {
  const [batch, , lat, lon] = g.shape(x);
  const sst = g.input('sst', [batch, days, lat, lon]);
  const ofState = weights.layerWithoutBias(x, `${SST}.conv11`, null); // [B, features, Y, X]
  const features = g.shape(ofState)[1];
  const ofSst = weights.layerWithoutBias(sst, `${SST}.conv21`, features);
  // SST is whole, so its mask is 1; the zeros around the grid still make the gate differ at the border
  const isKnown = g.filled([1, days, lat, lon], 1);
  const gate = g.sigmoid(weights.layerWithoutBias(isKnown, `${SST}.conv_m`, features)); // [1, features, Y, X]
  const difference = g.multiply(g.subtract(ofState, ofSst), gate);
  return weightedNorm(g, difference, { norm, ...observationTerm(g, weights, 1, features) });
}

type NormOptions = {
  readonly norm: CostNorm;
  /** `[1, C, 1, 1]`. */
  readonly weight: NodeId;
  readonly alpha: number;
  /** Asked for by `l1` only: older checkpoints lack it. */
  readonly epsilon: () => number;
};

/** α² Σ_c w_c² Σ r² / n, or with √(ε² + r²) in place of r²; n is the number of points of a channel in the batch. */
function weightedNorm(g: GraphBuilder, r: NodeId, { norm, weight, alpha, epsilon }: NormOptions): NodeId {
  const [batch, , lat, lon] = g.shape(r);
  const squares = g.square(r);
  const sizes = norm === 'l2' ? squares : g.squareRoot(g.add(squares, g.scalar(epsilon() ** 2)));
  return g.scale(g.sum(g.multiply(sizes, g.square(weight))), alpha ** 2 / (batch * lat * lon));
}

/** Weight, α and ε of the n-th kind of observation: rows of the tensors of the checkpoint. */
function observationTerm(
  g: GraphBuilder,
  weights: NetworkWeights,
  row: number,
  channels: number,
): Omit<NormOptions, 'norm'> {
  const name = `${COSTS}.WObs`;
  const [rows, columns] = weights.shape(name, [null, null]);
  if (row >= rows! || channels > columns!) {
    throw new GraphError({
      where: `tensor '${name}'`,
      found: `of shape [${rows}, ${columns}]`,
      needed: `row ${row + 1} with ${channels} values or more`,
    });
  }
  const weight = g.derivedConstant(`${name} ${row} ${channels}`, () => ({
    name: `${name} (${row})`,
    shape: [1, channels, 1, 1],
    data: weights.values(name).slice(row * columns!, row * columns! + channels),
  }));
  return {
    weight,
    alpha: weights.value(`${COSTS}.alphaObs`, row),
    epsilon: () => weights.value(`${COSTS}.epsObs`, row),
  };
}

/** Weights with ε of the l1 norms as the manifest says. */
function withEpsilon(manifest: CoreManifest, weights: WeightMap): WeightMap {
  const replaced = new Map(weights);
  for (const [name, value] of [
    ['model_VarCost.epsObs', manifest.eps_obs],
    ['model_VarCost.epsReg', manifest.eps_prior],
  ] as const) {
    const tensor = weights.get(name);
    if (value !== undefined && tensor !== undefined)
      replaced.set(name, { shape: tensor.shape, data: tensor.data.map(() => value) });
  }
  return replaced;
}

export const coreBuilder: NetworkBuilder<CoreManifest, CoreSettings> = {
  settings: (manifest) => ({
    architecture: 'core',
    nGrad: manifest.n_grad,
    nFourdvarIter: manifest.n_fourdvar_iter,
    augState: manifest.aug_state,
    normObs: manifest.norm_obs,
    normPrior: manifest.norm_prior,
    isPeriodic: manifest.periodic_boundary,
    carriesMemory: manifest.carry_memory,
    medianWidth: manifest.median_width,
  }),
  build: (g, weights, settings, batch) => core(g, weights, settings, batch).reconstruction,
  weights: withEpsilon,
  medianWidth: (settings) => settings.medianWidth,
};
