import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointTensor, OptimizerTrace, PlainData } from '../checkpoint.js';
import { CheckpointError } from '../checkpoint-error.js';
import { recogniseNetwork } from './recognise-network.js';

type Shapes = Record<string, number[]>;

function checkpointOf(
  shapes: Shapes,
  {
    hyperParameters = null,
    optimizers = [],
  }: { hyperParameters?: PlainData; optimizers?: OptimizerTrace[] } = {},
): Checkpoint {
  const tensors = Object.entries(shapes).map(([name, shape], index): [string, CheckpointTensor] => {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = new Float32Array(count).fill(index + 1); // no two tensors are equal
    return [name, { name, sourceName: name, dtype: 'float32', shape, data }];
  });
  return {
    format: 'zip',
    place: 'state_dict',
    tensors: new Map(tensors),
    hyperParameters,
    lightning: null,
    optimizers,
    metadata: {},
    foreignGlobals: [],
    warnings: [],
  };
}

const convolution = (name: string, outputs: number, inputs: number, kernel = 3): Shapes => ({
  [`${name}.weight`]: [outputs, inputs, kernel, kernel],
  [`${name}.bias`]: [outputs],
});

const prior = (days = 5, width = 4, kernel = 3): Shapes => ({
  ...convolution('prior_cost.conv_in', width, days, kernel),
  ...convolution('prior_cost.conv_hidden', width, width, kernel),
  ...convolution('prior_cost.bilin_1', width, width, kernel),
  ...convolution('prior_cost.bilin_21', width, width, kernel),
  ...convolution('prior_cost.bilin_22', width, width, kernel),
  ...convolution('prior_cost.conv_out', days, 2 * width, kernel),
});

const lstm = (days = 5, width = 6): Shapes => ({
  ...convolution('grad_mod.gates', 4 * width, days + width),
  ...convolution('grad_mod.conv_out', days, width),
});

const STARTER = { ...prior(), ...lstm() };
const SST = { 'obs_cost.conv_ssh.weight': [5, 5, 3, 3], 'obs_cost.conv_sst.weight': [5, 5, 3, 3] };

const without = (shapes: Shapes, ...names: string[]): Shapes =>
  Object.fromEntries(
    Object.entries(shapes).filter(([name]) => !names.some((start) => name.startsWith(start))),
  );

function refusal(checkpoint: Checkpoint): CheckpointError {
  try {
    recogniseNetwork(checkpoint);
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('it was recognised');
}

describe('recogniseNetwork', () => {
  it('recognises a starter, and names tensors that are not of the network', () => {
    expect(recogniseNetwork(checkpointOf({ ...STARTER, 'norm.mean': [1] }))).toEqual({
      architecture: 'starter',
      daysT: 5,
      priorWidth: 4,
      priorKernel: 3,
      hasBilin22: true,
      solverWidth: 6,
      solverKernel: 3,
      multimodal: null,
      quadHint: null,
      patchWeights: null,
      parameterCount: Object.values(STARTER).reduce(
        (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
        0,
      ),
      unusedTensors: [],
      unknownTensors: ['norm.mean'],
    });
  });

  it.each([
    ['the base network', 15, 32, 48, 165_550],
    ['the bigger one', 15, 64, 96, 570_686],
    ['the one of nine days', 9, 64, 96, 534_386],
  ])('counts the parameters of %s', (_, days, priorWidth, solverWidth, count) => {
    const network = recogniseNetwork(
      checkpointOf({ ...prior(days, priorWidth), ...lstm(days, solverWidth) }),
    );
    expect(network).toMatchObject({ daysT: days, priorWidth, solverWidth, parameterCount: count });
  });

  it('recognises SST in the observation cost', () => {
    expect(recogniseNetwork(checkpointOf({ ...STARTER, ...SST }))).toMatchObject({
      architecture: 'starter-multimodal',
      multimodal: { featureCount: 5, sstDays: 5, kernel: 3 },
    });
  });

  it('recognises a convolutional solver', () => {
    const shapes = {
      ...prior(),
      ...convolution('grad_mod.conv_in', 7, 5, 5),
      ...convolution('grad_mod.conv_hidden', 7, 7, 5),
      ...convolution('grad_mod.conv_out', 5, 7, 5),
    };
    expect(recogniseNetwork(checkpointOf(shapes))).toMatchObject({
      architecture: 'cnn-solver',
      daysT: 5,
      solverWidth: 7,
      solverKernel: 5,
      priorKernel: 3,
    });
  });

  it('recognises a prior alone as a fixed-point network', () => {
    expect(recogniseNetwork(checkpointOf(prior(5, 4, 5)))).toMatchObject({
      architecture: 'fixed-point',
      daysT: 5,
      priorKernel: 5,
    });
  });

  it('reads the size of patches and what is cropped off them', () => {
    const checkpoint = checkpointOf({ rec_weight: [5, 6, 7], ...STARTER });
    const weights = checkpoint.tensors.get('rec_weight')!.data.fill(0 as never);
    for (let t = 1; t < 5; t++)
      for (let y = 2; y < 5; y++) for (let x = 1; x < 7; x++) weights[(t * 6 + y) * 7 + x] = 1;
    expect(recogniseNetwork(checkpoint)).toMatchObject({
      patchWeights: {
        tensor: 'rec_weight',
        patch: { days: 5, lat: 6, lon: 7 },
        crop: { days: { before: 1, after: 0 }, lat: { before: 2, after: 1 }, lon: { before: 1, after: 0 } },
        timeWeights: [0, 1, 1, 1, 1],
      },
    });
    weights[(2 * 6 + 3) * 7 + 4] = 0.5;
    expect(recogniseNetwork(checkpoint)).toMatchObject({ patchWeights: { timeWeights: null } });
  });

  describe('tells whether the prior is quadratic', () => {
    const names = [
      ...['grad_mod.gates', 'grad_mod.conv_out'],
      ...['conv_in', 'conv_hidden', 'bilin_1', 'bilin_21', 'bilin_22', 'conv_out'].map(
        (name) => `prior_cost.${name}`,
      ),
    ].flatMap((name) => [`${name}.weight`, `${name}.bias`]);
    const trace = (parameters: string[], shapes: Shapes, unused: number[]): OptimizerTrace => ({
      parameterIndices: parameters.map((_, i) => i),
      stateShapes: new Map(
        parameters.flatMap((name, i) =>
          unused.includes(i) ? [] : [[i, shapes[name]!] as [number, number[]]],
        ),
      ),
    });
    const hintOf = (shapes: Shapes, optimizers: OptimizerTrace[]) => {
      const network = recogniseNetwork(checkpointOf(shapes, { optimizers }));
      return network.architecture === 'core' ? undefined : network.quadHint?.isQuadratic;
    };

    it('from a state of Adam that is missing for bilin_22 alone', () => {
      expect(hintOf(STARTER, [trace(names, STARTER, [12, 13])])).toBe(true);
      expect(hintOf(STARTER, [trace(names, STARTER, [])])).toBe(false);
    });

    it('behind the parameters of the observation cost, where there is one', () => {
      const shapes = { ...STARTER, ...SST };
      const parameters = [...names.slice(0, 4), ...Object.keys(SST), ...names.slice(4)];
      expect(hintOf(shapes, [trace(parameters, shapes, [14, 15])])).toBe(true);
      expect(hintOf(shapes, [trace(parameters, shapes, [])])).toBe(false);
    });

    it('but not where other parameters have no state, the shapes differ, or half of it is missing', () => {
      expect(hintOf(STARTER, [trace(names, STARTER, [10, 11, 12, 13])])).toBeUndefined();
      expect(hintOf(STARTER, [trace([...names].reverse(), STARTER, [])])).toBeUndefined();
      expect(hintOf(STARTER, [trace(names, STARTER, [12])])).toBeUndefined();
      expect(hintOf(STARTER, [trace(names.slice(0, 12), STARTER, [])])).toBeUndefined();
      expect(hintOf(STARTER, [])).toBeUndefined();
    });

    it('from a bilin_22 that is missing or equals bilin_21', () => {
      expect(hintOf(without(STARTER, 'prior_cost.bilin_22'), [])).toBe(true);
      const checkpoint = checkpointOf(STARTER);
      for (const kind of ['weight', 'bias']) {
        const source = checkpoint.tensors.get(`prior_cost.bilin_21.${kind}`)!.data;
        checkpoint.tensors.get(`prior_cost.bilin_22.${kind}`)!.data.set(source as never);
      }
      expect(recogniseNetwork(checkpoint)).toMatchObject({ quadHint: { isQuadratic: true } });
    });
  });

  const unit = (name: string, channels: number, width: number): Shapes => ({
    [`${name}.conv1.weight`]: [2 * width, channels, 7, 7],
    [`${name}.conv2.weight`]: [width, 2 * width, 3, 3],
    [`${name}.conv3.weight`]: [channels, 2 * width, 3, 3],
    [`${name}.bilin0.weight`]: [width, width, 3, 3],
    [`${name}.bilin1.weight`]: [width, width, 3, 3],
    [`${name}.bilin2.weight`]: [width, width, 3, 3],
  });
  const core = (channels: number, isTwoScale = true, width = 4): Shapes => ({
    ...(isTwoScale
      ? {
          'phi_r.encoder.conv_tr.weight': [channels, channels, 4, 4],
          ...unit('phi_r.encoder.nn_lr.0', channels, width),
          ...unit('phi_r.encoder.nn_hr.0', channels, width),
        }
      : unit('phi_r.encoder.nn.0', channels, width)),
    'model_Grad.convLayer.weight': [1, 1, 1, 1],
    'model_Grad.convLayer.0.weight': [channels, 6, 1, 1],
    ...convolution('model_Grad.lstm.Gates', 24, channels + 6),
    'model_VarCost.alphaObs': [1, 1],
    'model_VarCost.alphaReg': [1],
    'model_VarCost.WObs': [1, channels],
    'model_VarCost.WReg': [channels],
    'model_VarCost.epsObs': [1],
    'model_VarCost.epsReg': [1],
  });

  it('recognises a core network with its settings', () => {
    const hyperParameters = {
      dT: 7,
      n_grad: 10,
      n_fourdvar_iter: 3,
      mean_Tr: 0.35,
      var_Tr: 0.15,
      norm_obs: 'l1',
      norm_prior: 'a third',
      median_filter_width: 3,
      UsePriodicBoundary: true,
    };
    const shapes = { patch_weight: [7, 8, 8], w_loss: [7], ...core(21) };
    expect(recogniseNetwork(checkpointOf(shapes, { hyperParameters }))).toMatchObject({
      architecture: 'core',
      daysT: 7,
      state: 'augmented',
      stateChannels: 21,
      prior: 'two-scale',
      scale: 4,
      outerKernel: 7,
      innerKernel: 3,
      solverWidth: 6,
      sst: null,
      settings: {
        gradientSteps: 10,
        cascades: 3,
        mean: 0.35,
        variance: 0.15,
        normObs: 'l1',
        normPrior: null,
        medianWidth: 3,
        isPeriodic: true,
        isStochastic: null,
        isCalibration: false,
      },
      patchWeights: { patch: { days: 7, lat: 8, lon: 8 } },
      unusedTensors: ['model_Grad.convLayer.weight'],
      unknownTensors: [],
    });
    const calibrating = { hparam: { ...hyperParameters, swot_anom_wrt: 'low_res' } };
    expect(recogniseNetwork(checkpointOf(shapes, { hyperParameters: calibrating }))).toMatchObject({
      settings: { isCalibration: true },
    });
  });

  it.each([
    [10, {}, { daysT: 5, state: 'plain' }],
    [15, {}, { daysT: 5, state: 'augmented' }],
    [30, { dT: 15 }, { daysT: 15, state: 'plain' }],
    [30, { dT: 10 }, { daysT: 10, state: 'augmented' }],
  ])('tells the days of a core state of %i channels', (channels, hyperParameters, expected) => {
    expect(recogniseNetwork(checkpointOf(core(channels, false), { hyperParameters }))).toMatchObject({
      ...expected,
      prior: 'oi',
      scale: null,
    });
  });

  it('reads patches and days from w_loss, where older code kept the weights of patches', () => {
    expect(recogniseNetwork(checkpointOf({ ...core(30), w_loss: [10, 6, 8] }))).toMatchObject({
      daysT: 10,
      state: 'augmented',
      patchWeights: { tensor: 'w_loss', patch: { days: 10, lat: 6, lon: 8 } },
    });
    expect(
      recogniseNetwork(checkpointOf({ ...core(21), patch_weight: [7, 6, 8], w_loss: [7] })).patchWeights,
    ).toMatchObject({ tensor: 'patch_weight' });
  });

  it('asks for the days where channels alone do not tell', () => {
    expect(refusal(checkpointOf(core(30)))).toMatchObject({
      code: 'inconsistent-network',
      message: expect.stringContaining('10 days, augmented, or 15 days, plain'),
    });
    expect(refusal(checkpointOf(core(21), { hyperParameters: { dT: 5 } })).code).toBe('inconsistent-network');
  });

  it.each<[name: string, shapes: Shapes, code: string, message: string]>([
    [
      'a classifier',
      { 'fc.weight': [10, 5], 'fc.bias': [10] },
      'unrecognised-network',
      "'fc.weight' [10, 5]",
    ],
    ['a solver without prior', lstm(), 'unrecognised-network', 'one of these families'],
    [
      'a solver that is neither',
      { ...prior(), ...convolution('grad_mod.conv_state', 5, 5) },
      'unrecognised-network',
      '',
    ],
    [
      'a starter with a further part',
      { ...STARTER, 'prior_cost.weight_mods.0.net.0.weight': [3] },
      'unrecognised-network',
      "several priors weighted by place (MultiPrior): it has 'prior_cost.weight_mods.0.net.0.weight' [3]",
    ],
    [
      'several priors',
      { 'prior_cost.prior_costs.0.conv_in.weight': [4, 5, 3, 3], ...lstm() },
      'unrecognised-network',
      'MultiPrior',
    ],
    [
      'three-dimensional convolutions',
      { ...STARTER, 'grad_mod.gates.weight': [24, 11, 3, 3, 3] },
      'unrecognised-network',
      'three-dimensional convolutions',
    ],
    [
      'a starter with another further part',
      { ...STARTER, 'prior_cost.weight3_torch': [1] },
      'unrecognised-network',
      "also has 'prior_cost.weight3_torch' [1]",
    ],
    [
      'a prior with coordinates',
      { ...STARTER, ...convolution('prior_cost.conv_in', 4, 8) },
      'inconsistent-network',
      '8 input channels',
    ],
    [
      'a missing bias',
      without(STARTER, 'grad_mod.gates.bias'),
      'inconsistent-network',
      "'grad_mod.gates.bias'",
    ],
    [
      'gates of another width',
      { ...STARTER, ...convolution('grad_mod.gates', 20, 11) },
      'inconsistent-network',
      'it is [20, 11, 3, 3]; expected [24, 11, 3, 3]',
    ],
    ['an even kernel', prior(5, 4, 2), 'inconsistent-network', 'a kernel of 2 × 2 points'],
    [
      'a solver of other days',
      { ...prior(), ...lstm(7) },
      'inconsistent-network',
      'a step for each of the 5 days',
    ],
    [
      'a prior without biases',
      Object.fromEntries(Object.entries(STARTER).filter(([name]) => !/^prior_cost.*bias$/.test(name))),
      'inconsistent-network',
      "as are all biases of 'prior_cost'; expected convolutions with biases. If the network was trained without",
    ],
    [
      'two copies of a network of which none is the outer one',
      Object.fromEntries(
        ['net.', 'teacher.'].flatMap((place) =>
          Object.entries(STARTER).map(([name, shape]) => [place + name, shape]),
        ),
      ),
      'unrecognised-network',
      "there are 2 of them, below 'net.', 'teacher.'",
    ],
    [
      'weights that others are computed from',
      { ...STARTER, 'prior_cost.conv_in.parametrizations.weight.original0': [4, 1, 1, 1] },
      'unrecognised-network',
      'remove_parametrizations before saving',
    ],
    ['an empty convolution', prior(0, 4), 'inconsistent-network', 'sizes from 1 to'],
    ['weights of patches without days', { ...STARTER, rec_weight: [6, 7] }, 'inconsistent-network', '3 axes'],
    [
      'SST for half',
      { ...STARTER, 'obs_cost.conv_ssh.weight': [5, 5, 3, 3] },
      'inconsistent-network',
      'conv_sst',
    ],
    [
      'a core network with a further part',
      { ...core(21), 'phi_r.more': [1] },
      'unrecognised-network',
      "'phi_r.more' [1]",
    ],
  ])('refuses %s', (_, shapes, code, message) => {
    const error = refusal(checkpointOf(shapes));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('refuses tensors that lie in the solver beside its parts, such as a learned step size', () => {
    const checkpoint = checkpointOf({ ...STARTER, lr_grad: [1], best_loss: [1] });
    const held = new Map(
      [...checkpoint.tensors].map(([name, tensor]) => [
        name,
        { ...tensor, sourceName: name === 'best_loss' ? name : `module.solver.${name}` },
      ]),
    );
    expect(refusal({ ...checkpoint, tensors: held }).message).toContain("but also has 'lr_grad' [1];");
    held.delete('lr_grad');
    expect(recogniseNetwork({ ...checkpoint, tensors: held }).unknownTensors).toEqual(['best_loss']);
  });

  it('refuses a network of integers', () => {
    const checkpoint = checkpointOf(STARTER);
    const tensors = new Map(checkpoint.tensors);
    tensors.set('prior_cost.conv_in.weight', {
      ...tensors.get('prior_cost.conv_in.weight')!,
      dtype: 'int8',
    });
    expect(refusal({ ...checkpoint, tensors }).message).toContain('int8');
  });
});
