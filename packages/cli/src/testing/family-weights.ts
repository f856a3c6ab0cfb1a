import type { WeightMap } from '@sillage/fourdvarnet';

type Layer = readonly [outputs: number, inputs: number, kernel: number];

const DAYS = 5;
const [PRIOR_WIDTH, SOLVER_WIDTH] = [4, 3];

const PRIOR: Record<string, Layer> = {
  'prior_cost.conv_in': [PRIOR_WIDTH, DAYS, 3],
  'prior_cost.conv_hidden': [PRIOR_WIDTH, PRIOR_WIDTH, 3],
  'prior_cost.bilin_1': [PRIOR_WIDTH, PRIOR_WIDTH, 3],
  'prior_cost.bilin_21': [PRIOR_WIDTH, PRIOR_WIDTH, 3],
  'prior_cost.bilin_22': [PRIOR_WIDTH, PRIOR_WIDTH, 3],
  'prior_cost.conv_out': [DAYS, 2 * PRIOR_WIDTH, 3],
};
const LSTM: Record<string, Layer> = {
  'grad_mod.gates': [4 * SOLVER_WIDTH, DAYS + SOLVER_WIDTH, 3],
  'grad_mod.conv_out': [DAYS, SOLVER_WIDTH, 3],
};
const CORE_CHANNELS = 2 * DAYS;
const coreUnit = (name: string): Record<string, Layer> => ({
  [`phi_r.encoder.${name}.0.conv1`]: [6, CORE_CHANNELS, 7],
  [`phi_r.encoder.${name}.0.conv2`]: [3, 6, 3],
  [`phi_r.encoder.${name}.0.conv3`]: [CORE_CHANNELS, 6, 3],
  [`phi_r.encoder.${name}.0.bilin0`]: [3, 3, 3],
  [`phi_r.encoder.${name}.0.bilin1`]: [3, 3, 3],
  [`phi_r.encoder.${name}.0.bilin2`]: [3, 3, 3],
});

/** Small networks of five days, as their authors name the tensors; the same at every call. */
export const FAMILY_WEIGHTS = {
  'starter-multimodal': (): WeightMap =>
    new Map([
      ...layers({ ...PRIOR, ...LSTM }),
      ...layers({ 'obs_cost.conv_ssh': [5, DAYS, 3], 'obs_cost.conv_sst': [5, DAYS, 3] }, { hasBias: false }),
    ]),
  'cnn-solver': (): WeightMap =>
    layers({
      ...PRIOR,
      'grad_mod.conv_in': [SOLVER_WIDTH, DAYS, 3],
      'grad_mod.conv_hidden': [SOLVER_WIDTH, SOLVER_WIDTH, 3],
      'grad_mod.conv_out': [DAYS, SOLVER_WIDTH, 3],
    }),
  'fixed-point': (): WeightMap => layers(PRIOR),
  core: (): WeightMap =>
    new Map([
      ...layers(
        {
          ...coreUnit('nn_hr'),
          ...coreUnit('nn_lr'),
          'phi_r.encoder.conv_tr': [CORE_CHANNELS, CORE_CHANNELS, 4],
          'model_Grad.convLayer.0': [CORE_CHANNELS, 4, 1],
        },
        { hasBias: false },
      ),
      ...layers({ 'model_Grad.lstm.Gates': [16, CORE_CHANNELS + 4, 3] }),
      ...Object.entries({
        'model_VarCost.alphaObs': { shape: [1, 1], value: 1.1 },
        'model_VarCost.alphaReg': { shape: [1], value: 0.9 },
        'model_VarCost.WObs': { shape: [1, CORE_CHANNELS], value: 0.8 },
        'model_VarCost.WReg': { shape: [CORE_CHANNELS], value: 1.2 },
        'model_VarCost.epsObs': { shape: [1], value: 0.1 },
        'model_VarCost.epsReg': { shape: [1], value: 0.1 },
      }).map(([name, { shape, value }]) => [name, constant(shape, value)] as const),
    ]),
} as const;

/** Networks that are told apart, and not run. */
export const REFUSED_WEIGHTS = {
  MultiPrior: (): WeightMap =>
    new Map([
      ...layers({ 'prior_cost.prior_costs.0.conv_in': [4, DAYS, 3], 'grad_mod.gates': [12, 8, 3] }),
      ['prior_cost.weight_mods.0.net.0.weight', constant([3], 1)],
    ]),
  'three-dimensional': (): WeightMap =>
    new Map([
      ...FAMILY_WEIGHTS['cnn-solver'](),
      ['prior_cost.conv_in.weight', constant([4, 1, 3, 3, 3], 0.1)],
    ]),
} as const;

function constant(shape: readonly number[], value: number) {
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape: [...shape], data: new Float32Array(count).fill(value) };
}

/** `<layer>.weight`, and `<layer>.bias` where there are some, with values that depend on the sizes alone. */
function layers(sizes: Readonly<Record<string, Layer>>, { hasBias } = { hasBias: true }): WeightMap {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  return new Map(
    Object.entries(sizes).flatMap(([name, [outputs, inputs, kernel]]) => {
      const shape = [outputs, inputs, kernel, kernel];
      const data = Float32Array.from({ length: outputs * inputs * kernel ** 2 }, () => next() / inputs);
      const bias = { shape: [outputs], data: Float32Array.from({ length: outputs }, () => 0.1 * next()) };
      const weight = [`${name}.weight`, { shape, data }] as const;
      return hasBias ? [weight, [`${name}.bias`, bias] as const] : [weight];
    }),
  );
}
