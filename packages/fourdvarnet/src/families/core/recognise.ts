import type { Checkpoint, PlainData } from '../../checkpoint/checkpoint.js';
import { CheckpointError, quoted } from '../../checkpoint/checkpoint-error.js';
import { readPatchWeights } from '../../checkpoint/recognition/patch-weights.js';
import type { Recognised } from '../../checkpoint/recognition/recognised-network.js';
import type { TensorShapes } from '../../checkpoint/recognition/tensor-shapes.js';

/** 4dvarnet-core: state of OI and anomaly, bilinear prior on one or two scales, ConvLSTM. */
export type CoreNetwork = Recognised & {
  architecture: 'core';
  /** dT: days of the fields. */
  daysT: number;
  /** `[OI, anomaly, anomaly]` or `[OI, anomaly]`. */
  state: 'augmented' | 'plain';
  /** Channels of the state: 3·dT or 2·dT. */
  stateChannels: number;
  prior: 'two-scale' | 'oi';
  /** `DimAE`. */
  priorWidth: number;
  /** Of the first convolution of a bilinear unit (7), and of the others (3); points, odd. */
  outerKernel: number;
  innerKernel: number;
  /** Down-sampling of the coarse scale; null for the prior without one. */
  scale: number | null;
  solverWidth: number;
  solverKernel: number;
  /** Of the cost between fields and SST; null without. */
  sst: { featureCount: number; kernel: number } | null;
  /** From `hyper_parameters`; null where the file does not say. */
  settings: {
    gradientSteps: number | null;
    cascades: number | null;
    /** Of the training truth, m. */
    mean: number | null;
    /** Of the training truth, m². */
    variance: number | null;
    normObs: 'l1' | 'l2' | null;
    normPrior: 'l1' | 'l2' | null;
    /** Nodes of the median filter on the result. */
    medianWidth: number | null;
    /** `UsePriodicBoundary`. */
    isPeriodic: boolean | null;
    /** Whether the prior adds noise to its input. */
    isStochastic: boolean | null;
    /** Whether it was trained to calibrate SWOT: its second block is then a global anomaly and its third one of the swath. */
    isCalibration: boolean;
  };
};

const FAMILY = 'the core network';
const PREFIXES = ['phi_r.', 'model_Grad.', 'model_VarCost.', 'model_H.'];
const TWO_SCALE_UNITS = ['phi_r.encoder.nn_lr.0', 'phi_r.encoder.nn_hr.0'];
const ONE_SCALE_UNIT = 'phi_r.encoder.nn.0';
const UP_SAMPLING = 'phi_r.encoder.conv_tr.weight';
/** Of the stochastic variants; a plain network carries them along. And a convolution that nothing calls. */
const UNUSED = [
  ...['correlate_noise', 'regularize_variance'].flatMap((part) =>
    ['conv1', 'conv2', 'conv3'].map((layer) => `phi_r.${part}.${layer}.weight`),
  ),
  'model_Grad.convLayer.weight',
];

/**
 * The core family: bilinear units on one or two scales, ConvLSTM `model_Grad.lstm.Gates`, a 1 × 1 convolution to the state, and
 * the weights of the variational cost.
 *
 * @throws CheckpointError 'inconsistent-network', 'unrecognised-network'.
 * Source: the state_dict of configuration full_core of CIA-Oceanix/4dvarnet-core, 1c36c66b.
 */
export function readCoreNetwork(checkpoint: Checkpoint, shapes: TensorShapes): CoreNetwork {
  const isTwoScale = shapes.has(UP_SAMPLING);
  const units = isTwoScale ? TWO_SCALE_UNITS : [ONE_SCALE_UNIT];
  const stateChannels = shapes.need(`${units[0]}.conv1.weight`, 4)[1]!;
  const priorWidth = shapes.need(`${units[0]}.conv2.weight`, 4)[0]!;
  const outerKernel = shapes.kernelOf(`${units[0]}.conv1.weight`);
  const innerKernel = shapes.kernelOf(`${units[0]}.conv2.weight`);
  for (const unit of units) needUnit(shapes, unit, { stateChannels, priorWidth, outerKernel, innerKernel });

  const scale = isTwoScale ? shapes.need(UP_SAMPLING, 4)[2]! : null;
  if (scale !== null)
    shapes.needShape(UP_SAMPLING, [stateChannels, stateChannels, scale, scale], 'channels of the state');

  const solverWidth = shapes.need('model_Grad.convLayer.0.weight', 4)[1]!;
  const solverKernel = shapes.kernelOf('model_Grad.lstm.Gates.weight');
  const sizes = `with ${stateChannels} channels of the state and a solver of width ${solverWidth}`;
  shapes.needShape('model_Grad.convLayer.0.weight', [stateChannels, solverWidth, 1, 1], sizes);
  shapes.needConvolution(
    'model_Grad.lstm.Gates',
    4 * solverWidth,
    stateChannels + solverWidth,
    solverKernel,
    sizes,
  );

  const hasSst = shapes.has('model_H.conv11.weight');
  needCost(shapes, stateChannels, hasSst ? 2 : 1);
  const patchWeights = readPatchWeights(shapes, storedPatchWeights(shapes));
  shapes.claim('w_loss');
  UNUSED.forEach((name) => shapes.claim(name));
  const days = daysOf(checkpoint, shapes, stateChannels, hasSst, patchWeights?.patch.days ?? null);
  const sst = hasSst ? needSst(shapes, stateChannels, days.daysT) : null;
  shapes.refuseUnclaimed(PREFIXES, FAMILY);
  return {
    architecture: 'core',
    ...days,
    stateChannels,
    prior: isTwoScale ? 'two-scale' : 'oi',
    priorWidth,
    outerKernel,
    innerKernel,
    scale,
    solverWidth,
    solverKernel,
    sst,
    settings: {
      gradientSteps: hyperNumber(checkpoint.hyperParameters, 'n_grad'),
      cascades: hyperNumber(checkpoint.hyperParameters, 'n_fourdvar_iter'),
      mean: hyperNumber(checkpoint.hyperParameters, 'mean_Tr'),
      variance: hyperNumber(checkpoint.hyperParameters, 'var_Tr'),
      normObs: hyperNorm(checkpoint.hyperParameters, 'norm_obs'),
      normPrior: hyperNorm(checkpoint.hyperParameters, 'norm_prior'),
      medianWidth: hyperNumber(checkpoint.hyperParameters, 'median_filter_width'),
      isPeriodic: hyperBoolean(checkpoint.hyperParameters, 'UsePriodicBoundary'),
      isStochastic: hyperBoolean(checkpoint.hyperParameters, 'stochastic'),
      isCalibration: hyperValue(checkpoint.hyperParameters, 'swot_anom_wrt') !== undefined,
    },
    parameterCount: shapes.countParameters(PREFIXES),
    patchWeights,
    unusedTensors: UNUSED.filter((name) => shapes.has(name)),
    unknownTensors: shapes.unclaimed(),
  };
}

/** Older code kept the weights of patches as `w_loss` alone, which newer code has for the days of a patch. */
function storedPatchWeights(shapes: TensorShapes): string {
  const isOlder = !shapes.has('patch_weight') && shapes.values('w_loss')?.shape.length === 3;
  return isOlder ? 'w_loss' : 'patch_weight';
}

type UnitSizes = { stateChannels: number; priorWidth: number; outerKernel: number; innerKernel: number };

/** C → 2D → D, three bilinear branches D → D of which two are multiplied, 2D → C; no biases. */
function needUnit(shapes: TensorShapes, unit: string, sizes: UnitSizes): void {
  const { stateChannels: channels, priorWidth: width, outerKernel: outer, innerKernel: inner } = sizes;
  const meaning = `with ${channels} channels of the state and width ${width}`;
  shapes.needShape(`${unit}.conv1.weight`, [2 * width, channels, outer, outer], meaning);
  shapes.needShape(`${unit}.conv2.weight`, [width, 2 * width, inner, inner], meaning);
  shapes.needShape(`${unit}.conv3.weight`, [channels, 2 * width, inner, inner], meaning);
  for (const branch of ['bilin0', 'bilin1', 'bilin2'])
    shapes.needShape(`${unit}.${branch}.weight`, [width, width, inner, inner], meaning);
}

function needCost(shapes: TensorShapes, stateChannels: number, observationCount: number): void {
  const meaning = `for ${observationCount} kinds of observations and ${stateChannels} channels`;
  shapes.needShape('model_VarCost.alphaObs', [observationCount, 1], meaning);
  shapes.needShape('model_VarCost.alphaReg', [1], meaning);
  shapes.needShape('model_VarCost.WObs', [observationCount, stateChannels], meaning);
  shapes.needShape('model_VarCost.WReg', [stateChannels], meaning);
  shapes.needShape('model_VarCost.epsObs', [observationCount], meaning);
  shapes.needShape('model_VarCost.epsReg', [1], meaning);
}

function needSst(shapes: TensorShapes, stateChannels: number, daysT: number): CoreNetwork['sst'] {
  const featureCount = shapes.need('model_H.conv11.weight', 4)[0]!;
  const kernel = shapes.kernelOf('model_H.conv11.weight');
  const meaning = `for ${featureCount} features of the state and of ${daysT} days of SST`;
  shapes.needShape('model_H.conv11.weight', [featureCount, stateChannels, kernel, kernel], meaning);
  shapes.needShape('model_H.conv21.weight', [featureCount, daysT, kernel, kernel], meaning);
  shapes.needShape('model_H.conv_m.weight', [featureCount, daysT, kernel, kernel], meaning);
  return { featureCount, kernel };
}

/** 3·dT channels when the state is augmented, 2·dT when not; dT is asked of whatever knows it. */
function daysOf(
  checkpoint: Checkpoint,
  shapes: TensorShapes,
  stateChannels: number,
  hasSst: boolean,
  patchDays: number | null,
): Pick<CoreNetwork, 'daysT' | 'state'> {
  const stated = [
    patchDays,
    hasSst ? shapes.need('model_H.conv21.weight', 4)[1]! : null,
    hyperNumber(checkpoint.hyperParameters, 'dT'),
  ].find((days) => days !== null);
  const candidates = [
    { daysT: stateChannels / 3, state: 'augmented' as const },
    { daysT: stateChannels / 2, state: 'plain' as const },
  ].filter(({ daysT }) => Number.isInteger(daysT) && daysT > 0 && (stated === undefined || daysT === stated));
  if (candidates.length === 1) return candidates[0]!;
  throw new CheckpointError({
    code: 'inconsistent-network',
    where: `tensor ${quoted('phi_r')}`,
    found:
      candidates.length === 0
        ? `${stateChannels} channels of the state are neither two nor three times ${stated ?? 'a number of'} days`
        : `${stateChannels} channels of the state can be ${stateChannels / 3} days, augmented, or ${stateChannels / 2} days, plain`,
    expected: "'patch_weight', hyper_parameters.dT or SST to tell the number of days",
    fix: 'Upload the Lightning checkpoint, which has them, not only the state_dict of the solver.',
  });
}

function hyperNumber(data: PlainData, name: string): number | null {
  const value = hyperValue(data, name);
  return typeof value === 'number' ? value : null;
}

function hyperBoolean(data: PlainData, name: string): boolean | null {
  const value = hyperValue(data, name);
  return typeof value === 'boolean' ? value : null;
}

function hyperNorm(data: PlainData, name: string): 'l1' | 'l2' | null {
  const value = hyperValue(data, name);
  return value === 'l1' || value === 'l2' ? value : null;
}

/** A value of `hyper_parameters`, or of a group in it. */
function hyperValue(data: PlainData, name: string): PlainData | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  if (Object.hasOwn(data, name)) return data[name];
  for (const group of ['hparam', 'params', 'hparams', 'cfg']) {
    const inner = Object.hasOwn(data, group) ? data[group] : undefined;
    if (inner === undefined || typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    if (Object.hasOwn(inner, name)) return inner[name];
  }
  return undefined;
}
