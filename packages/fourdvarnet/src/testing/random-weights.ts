import type { WeightTensor } from '../networks/network-weights.js';
import { noise } from './noise.js';

/** Weights of the given shapes, small enough that a network of them stays tame. */
export function randomWeights(
  shapes: Readonly<Record<string, readonly number[]>>,
  seed = 1,
): Map<string, WeightTensor> {
  return new Map(
    Object.entries(shapes).map(([name, shape], position) => {
      const count = shape.reduce((product, length) => product * length, 1);
      const inputs = shape.slice(1).reduce((product, length) => product * length, 1);
      const values = noise(count, seed + position).map((value) => value / Math.sqrt(inputs));
      return [name, { shape, data: values }];
    }),
  );
}

function convolutionShapes(layer: string, [outputs, inputs, size]: readonly [number, number, number]) {
  return { [`${layer}.weight`]: [outputs, inputs, size, size], [`${layer}.bias`]: [outputs] };
}

/** The layers of the starter's prior: `days` T, `width` dh_p, kernels of length `size`. */
export function priorShapes(days: number, width: number, size = 3): Record<string, readonly number[]> {
  return {
    ...convolutionShapes('prior_cost.conv_in', [width, days, size]),
    ...convolutionShapes('prior_cost.conv_hidden', [width, width, size]),
    ...convolutionShapes('prior_cost.bilin_1', [width, width, size]),
    ...convolutionShapes('prior_cost.bilin_21', [width, width, size]),
    ...convolutionShapes('prior_cost.bilin_22', [width, width, size]),
    ...convolutionShapes('prior_cost.conv_out', [days, 2 * width, size]),
  };
}

/** The layers of the starter's ConvLSTM: `width` dh_g. */
export function lstmShapes(days: number, width: number, size = 3): Record<string, readonly number[]> {
  return {
    ...convolutionShapes('grad_mod.gates', [4 * width, days + width, size]),
    ...convolutionShapes('grad_mod.conv_out', [days, width, size]),
  };
}
