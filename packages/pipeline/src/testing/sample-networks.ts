import { GraphBuilder, onnxModel, type WeightMap, type WeightTensor } from '@sillage/fourdvarnet';

type Layer = readonly [outputs: number, inputs: number, kernel: number];

/** The prior of the starter family. */
function priorLayers(days: number, width: number): Record<string, Layer> {
  return {
    'prior_cost.conv_in': [width, days, 3],
    'prior_cost.conv_hidden': [width, width, 3],
    'prior_cost.bilin_1': [width, width, 3],
    'prior_cost.bilin_21': [width, width, 3],
    'prior_cost.bilin_22': [width, width, 3],
    'prior_cost.conv_out': [days, 2 * width, 3],
  };
}

function lstmLayers(days: number, width: number): Record<string, Layer> {
  return { 'grad_mod.gates': [4 * width, days + width, 3], 'grad_mod.conv_out': [days, width, 3] };
}

/** Weights of a starter network, small enough that it stays tame; the same for the same sizes. */
export function starterWeights(days: number, priorWidth = 4, solverWidth = 3): WeightMap {
  return layerWeights({ ...priorLayers(days, priorWidth), ...lstmLayers(days, solverWidth) });
}

/** A starter with SST in its observation cost. */
export function multimodalWeights(days: number, priorWidth = 4, solverWidth = 3): WeightMap {
  return new Map([
    ...starterWeights(days, priorWidth, solverWidth),
    ...kernelWeights({ 'obs_cost.conv_ssh': [5, days, 3], 'obs_cost.conv_sst': [5, days, 3] }),
  ]);
}

/** A starter whose solver is three convolutions. */
export function cnnSolverWeights(days: number, priorWidth = 4, solverWidth = 3): WeightMap {
  return layerWeights({
    ...priorLayers(days, priorWidth),
    'grad_mod.conv_in': [solverWidth, days, 3],
    'grad_mod.conv_hidden': [solverWidth, solverWidth, 3],
    'grad_mod.conv_out': [days, solverWidth, 3],
  });
}

/** A prior alone, for the fixed-point solver. */
export function priorWeights(days: number, width = 4): WeightMap {
  return layerWeights(priorLayers(days, width));
}

/** A core network with a two-scale prior: state `[OI, anomaly]`, or with a second anomaly; with or without SST. */
export function coreWeights(days: number, options: { isAugmented: boolean; hasSst: boolean }): WeightMap {
  const channels = (options.isAugmented ? 3 : 2) * days;
  const [priorWidth, solverWidth] = [3, 4];
  const unit = (name: string): Record<string, Layer> => ({
    [`phi_r.encoder.${name}.0.conv1`]: [2 * priorWidth, channels, 7],
    [`phi_r.encoder.${name}.0.conv2`]: [priorWidth, 2 * priorWidth, 3],
    [`phi_r.encoder.${name}.0.conv3`]: [channels, 2 * priorWidth, 3],
    [`phi_r.encoder.${name}.0.bilin0`]: [priorWidth, priorWidth, 3],
    [`phi_r.encoder.${name}.0.bilin1`]: [priorWidth, priorWidth, 3],
    [`phi_r.encoder.${name}.0.bilin2`]: [priorWidth, priorWidth, 3],
  });
  const rows = options.hasSst ? 2 : 1;
  const filled = (value: number, ...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(value),
  });
  return new Map([
    ...kernelWeights({
      ...unit('nn_hr'),
      ...unit('nn_lr'),
      'phi_r.encoder.conv_tr': [channels, channels, 4],
      'model_Grad.convLayer.0': [channels, solverWidth, 1],
      ...(options.hasSst
        ? {
            'model_H.conv11': [5, channels, 3],
            'model_H.conv21': [5, days, 3],
            'model_H.conv_m': [5, days, 3],
          }
        : {}),
    }),
    ...layerWeights({ 'model_Grad.lstm.Gates': [4 * solverWidth, channels + solverWidth, 3] }),
    ['model_VarCost.alphaObs', filled(1.1, rows, 1)],
    ['model_VarCost.alphaReg', filled(0.9, 1)],
    ['model_VarCost.WObs', filled(0.8, rows, channels)],
    ['model_VarCost.WReg', filled(1.2, channels)],
    ['model_VarCost.epsObs', filled(0.1, rows)],
    ['model_VarCost.epsReg', filled(0.1, 1)],
  ] as [string, WeightTensor][]);
}

/** `<layer>.weight` and `<layer>.bias` with values that depend on the sizes alone. */
function layerWeights(layers: Readonly<Record<string, Layer>>): WeightMap {
  return filledLayers(layers, true);
}

/** `<layer>.weight` alone. */
function kernelWeights(layers: Readonly<Record<string, Layer>>): WeightMap {
  return filledLayers(layers, false);
}

function filledLayers(layers: Readonly<Record<string, Layer>>, hasBias: boolean): WeightMap {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  return new Map(
    Object.entries(layers).flatMap(([name, [outputs, inputs, kernel]]) => {
      const weight = Float32Array.from({ length: outputs * inputs * kernel * kernel }, () => next() / inputs);
      const tensors: [string, WeightTensor][] = [
        [`${name}.weight`, { shape: [outputs, inputs, kernel, kernel], data: weight }],
      ];
      if (hasBias)
        tensors.push([
          `${name}.bias`,
          { shape: [outputs], data: Float32Array.from({ length: outputs }, () => 0.1 * next()) },
        ]);
      return tensors;
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
