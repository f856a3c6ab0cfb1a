import { buildNetwork } from '@sillage/fourdvarnet';

const DAYS = 15;

/** Widths and steps of the two published sizes of the starter network. */
export const NETWORKS = {
  base: { prior: 32, solver: 48, steps: 10 },
  larger: { prior: 64, solver: 96, steps: 15 },
};

/** Repeatable numbers between −1 and 1. */
function spread(length, seed) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The starter network with random weights. */
export function starterGraph({ prior, solver, steps }, size) {
  const weights = new Map();
  const layer = (name, outputs, inputs) => {
    const bound = 1 / Math.sqrt(9 * inputs);
    const scaled = (length) => spread(length, weights.size + 1).map((value) => value * bound);
    weights.set(`${name}.weight`, { shape: [outputs, inputs, 3, 3], data: scaled(outputs * inputs * 9) });
    weights.set(`${name}.bias`, { shape: [outputs], data: scaled(outputs) });
  };
  layer('prior_cost.conv_in', prior, DAYS);
  for (const name of ['conv_hidden', 'bilin_1', 'bilin_21', 'bilin_22'])
    layer(`prior_cost.${name}`, prior, prior);
  layer('prior_cost.conv_out', DAYS, 2 * prior);
  layer('grad_mod.gates', 4 * solver, DAYS + solver);
  layer('grad_mod.conv_out', DAYS, solver);
  const settings = {
    architecture: 'starter',
    nStep: steps,
    lrGrad: 1000,
    priorDownsamp: 2,
    gradDownsamp: null,
    bilinQuad: false,
    obsWeight: 1,
    init: 'obs',
    inputFill: 'nan',
    finalProjection: true,
  };
  return buildNetwork(weights, settings, size).graph;
}

/** A tenth of the points observed. */
export function starterInputs({ batch, lat, lon }) {
  const length = batch * DAYS * lat * lon;
  const mask = spread(length, 1).map((value) => (value > 0.8 ? 1 : 0));
  const observations = spread(length, 2).map((value, i) => value * mask[i]);
  return { observations, mask };
}
