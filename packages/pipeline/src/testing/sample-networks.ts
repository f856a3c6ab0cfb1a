import { GraphBuilder, onnxModel, type WeightMap } from '@sillage/fourdvarnet';

type Shape = readonly [number, number, number];

/** Weights of a starter network, small enough that it stays tame; the same for the same sizes. */
export function starterWeights(days: number, priorWidth = 4, solverWidth = 3): WeightMap {
  const layers: Record<string, Shape> = {
    'prior_cost.conv_in': [priorWidth, days, 3],
    'prior_cost.conv_hidden': [priorWidth, priorWidth, 3],
    'prior_cost.bilin_1': [priorWidth, priorWidth, 3],
    'prior_cost.bilin_21': [priorWidth, priorWidth, 3],
    'prior_cost.bilin_22': [priorWidth, priorWidth, 3],
    'prior_cost.conv_out': [days, 2 * priorWidth, 3],
    'grad_mod.gates': [4 * solverWidth, days + solverWidth, 3],
    'grad_mod.conv_out': [days, solverWidth, 3],
  };
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  return new Map(
    Object.entries(layers).flatMap(([name, [outputs, inputs, kernel]]) => {
      const weight = Float32Array.from({ length: outputs * inputs * kernel * kernel }, () => next() / inputs);
      return [
        [`${name}.weight`, { shape: [outputs, inputs, kernel, kernel], data: weight }],
        [
          `${name}.bias`,
          { shape: [outputs], data: Float32Array.from({ length: outputs }, () => 0.1 * next()) },
        ],
      ];
    }),
  );
}

/** An ONNX network of fixed shape with one input `x` and one output `y` = `factor` · x. */
export function scalingOnnx(
  shape: readonly [batch: number, channels: number, lat: number, lon: number],
  factor = 1,
): Uint8Array {
  const g = new GraphBuilder();
  return onnxModel(g.build({ y: g.scale(g.input('x', shape), factor) }));
}

/** An ONNX network that gives back one of several fields which lie behind each other along the channels. */
export function pickingOnnx(
  [batch, days, lat, lon]: readonly [batch: number, days: number, lat: number, lon: number],
  fields: { count: number; picked: number },
): Uint8Array {
  const g = new GraphBuilder();
  const x = g.input('x', [batch, fields.count * days, lat, lon]);
  return onnxModel(g.build({ y: g.slice(x, fields.picked * days, (fields.picked + 1) * days) }));
}
