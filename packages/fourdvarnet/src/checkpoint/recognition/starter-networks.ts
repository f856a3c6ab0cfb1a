import type { Checkpoint } from '../checkpoint.js';
import { readBilinearPrior, readQuadHint } from './bilinear-prior.js';
import { readPatchWeights } from './patch-weights.js';
import type { CnnSolverNetwork, FixedPointNetwork, StarterNetwork } from './recognised-network.js';
import { shapeText, type TensorShapes } from './tensor-shapes.js';

const PREFIXES = ['prior_cost.', 'grad_mod.', 'obs_cost.'];

/**
 * The starter: prior, ConvLSTM `grad_mod.gates` (T + G) → 4G and `grad_mod.conv_out` G → T, and with SST the two convolutions of
 * `obs_cost`.
 *
 * @throws CheckpointError 'inconsistent-network', 'unrecognised-network'.
 * Source: the state_dict of GradSolver with BilinAEPriorCost and ConvLstmGradModel of CIA-Oceanix/4dvarnet-starter, 20f1b5f.
 */
export function readStarterNetwork(checkpoint: Checkpoint, shapes: TensorShapes): StarterNetwork {
  const prior = readBilinearPrior(shapes);
  const { daysT } = prior;
  const [outputs, solverWidth] = shapes.need('grad_mod.conv_out.weight', 4) as [number, number];
  const solverKernel = shapes.kernelOf('grad_mod.conv_out.weight');
  if (outputs !== daysT) throw wrongSteps(shapes, daysT);
  const sizes = `with T = ${daysT} days and a solver of width ${solverWidth}`;
  shapes.needConvolution('grad_mod.gates', 4 * solverWidth, daysT + solverWidth, solverKernel, sizes);
  shapes.needConvolution('grad_mod.conv_out', daysT, solverWidth, solverKernel, sizes);
  const multimodal = readMultimodal(shapes, daysT);
  const optimized = [
    'grad_mod.gates',
    'grad_mod.conv_out',
    ...(multimodal === null ? [] : OBSERVATION_LAYERS),
  ];
  return {
    architecture: multimodal === null ? 'starter' : 'starter-multimodal',
    ...prior,
    solverWidth,
    solverKernel,
    multimodal,
    quadHint: readQuadHint(checkpoint, prior.hasBilin22, optimized),
    ...readRest(shapes, 'the starter network'),
  };
}

/**
 * Convolutions in place of the ConvLSTM: `grad_mod.conv_in` T → G, `conv_hidden` G → G, `conv_out` G → T.
 *
 * @throws CheckpointError 'inconsistent-network', 'unrecognised-network'.
 */
export function readCnnSolverNetwork(checkpoint: Checkpoint, shapes: TensorShapes): CnnSolverNetwork {
  const prior = readBilinearPrior(shapes);
  const { daysT } = prior;
  const [outputs, solverWidth] = shapes.need('grad_mod.conv_out.weight', 4) as [number, number];
  const solverKernel = shapes.kernelOf('grad_mod.conv_out.weight');
  if (outputs !== daysT) throw wrongSteps(shapes, daysT);
  const sizes = `with T = ${daysT} days and a solver of width ${solverWidth}`;
  shapes.needConvolution('grad_mod.conv_in', solverWidth, daysT, solverKernel, sizes);
  shapes.needConvolution('grad_mod.conv_hidden', solverWidth, solverWidth, solverKernel, sizes);
  shapes.needConvolution('grad_mod.conv_out', daysT, solverWidth, solverKernel, sizes);
  return {
    architecture: 'cnn-solver',
    ...prior,
    solverWidth,
    solverKernel,
    quadHint: readQuadHint(checkpoint, prior.hasBilin22, [
      'grad_mod.conv_in',
      'grad_mod.conv_hidden',
      'grad_mod.conv_out',
    ]),
    ...readRest(shapes, 'the network with a convolutional solver'),
  };
}

/**
 * The prior alone.
 *
 * @throws CheckpointError 'inconsistent-network', 'unrecognised-network'.
 */
export function readFixedPointNetwork(checkpoint: Checkpoint, shapes: TensorShapes): FixedPointNetwork {
  const prior = readBilinearPrior(shapes);
  return {
    architecture: 'fixed-point',
    ...prior,
    quadHint: readQuadHint(checkpoint, prior.hasBilin22, []),
    ...readRest(shapes, 'the fixed-point network'),
  };
}

const OBSERVATION_LAYERS = ['obs_cost.conv_ssh', 'obs_cost.conv_sst'];

function readMultimodal(shapes: TensorShapes, daysT: number): StarterNetwork['multimodal'] {
  if (!OBSERVATION_LAYERS.some((layer) => shapes.has(`${layer}.weight`))) return null;
  const [featureCount, inputs] = shapes.need('obs_cost.conv_ssh.weight', 4) as [number, number];
  const kernel = shapes.kernelOf('obs_cost.conv_ssh.weight');
  const sstDays = shapes.need('obs_cost.conv_sst.weight', 4)[1]!;
  if (inputs !== daysT)
    throw shapes.mismatch(
      'obs_cost.conv_ssh.weight',
      `for ${inputs} days`,
      `for ${daysT}, the days of the state`,
    );
  shapes.needShape('obs_cost.conv_sst.weight', [featureCount, sstDays, kernel, kernel], 'as for SSH');
  return { featureCount, sstDays, kernel };
}

function readRest(shapes: TensorShapes, family: string) {
  const patchWeights = readPatchWeights(shapes, 'rec_weight');
  shapes.refuseUnclaimed(PREFIXES, family);
  return {
    parameterCount: shapes.countParameters(PREFIXES),
    patchWeights,
    unusedTensors: [],
    unknownTensors: shapes.unclaimed(),
  };
}

function wrongSteps(shapes: TensorShapes, daysT: number) {
  return shapes.mismatch(
    'grad_mod.conv_out.weight',
    shapeText(shapes.need('grad_mod.conv_out.weight', 4)),
    `[${daysT}, …]: a step for each of the ${daysT} days of 'prior_cost'`,
  );
}
