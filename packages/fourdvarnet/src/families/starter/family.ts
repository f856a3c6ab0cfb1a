import { z } from 'zod';
import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { TensorShapes } from '../../checkpoint/recognition/tensor-shapes.js';
import {
  hasBilinearPrior,
  knownOfPrior,
  PRIOR_ANCHOR,
  readBilinearPrior,
  readQuadHint,
  readRest,
  readSolverOutput,
  requireQuad,
  type BilinearNetwork,
} from '../bilinear/tensors.js';
import type { Family } from '../family.js';
import { GRAD_DOWNSAMP, LR_GRAD, N_STEP, OBS_WEIGHT, PRIOR_DOWNSAMP } from '../form-fields.js';
import { anomalies, bilinearPrior, convLstm, patching, solver } from '../manifest-parts.js';

/** Keys of a starter network, with a second field or without. */
export const starterKeys = { ...bilinearPrior, ...solver, ...convLstm };

const schema = z.strictObject({
  architecture: z.literal('starter'),
  ...starterKeys,
  ...anomalies,
  ...patching,
});
export type StarterManifest = z.infer<typeof schema>;

/** 4dvarnet-starter and ocean4dvarnet: one-scale bilinear prior, ConvLSTM on the gradient. */
export type StarterShapes = BilinearNetwork & {
  /** `dh_g`. */
  solverWidth: number;
  /** Points, odd. */
  solverKernel: number;
  /** Of the observation cost `mean((A·x − S·sst)²)`; null without SST. */
  multimodal: { featureCount: number; sstDays: number; kernel: number } | null;
};
export type StarterNetwork = StarterShapes & { architecture: 'starter' };

const OBSERVATION_LAYERS = ['obs_cost.conv_ssh', 'obs_cost.conv_sst'];

/** Whether tensors are those of a starter, and whether it compares the state with a second field. */
export function isStarter(shapes: TensorShapes, hasSecondField: boolean): boolean {
  return (
    hasBilinearPrior(shapes) &&
    shapes.has('grad_mod.gates.weight') &&
    OBSERVATION_LAYERS.some((layer) => shapes.has(`${layer}.weight`)) === hasSecondField
  );
}

/**
 * The starter: prior, ConvLSTM `grad_mod.gates` (T + G) → 4G and `grad_mod.conv_out` G → T, and with SST the two convolutions of
 * `obs_cost`.
 *
 * @throws CheckpointError 'inconsistent-network', 'unrecognised-network'.
 * Source: the state_dict of GradSolver with BilinAEPriorCost and ConvLstmGradModel of CIA-Oceanix/4dvarnet-starter, 20f1b5f.
 */
export function readStarter(checkpoint: Checkpoint, shapes: TensorShapes): StarterShapes {
  const prior = readBilinearPrior(shapes);
  const { daysT } = prior;
  const { solverWidth, solverKernel } = readSolverOutput(shapes, daysT);
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
    architecture: 'starter',
    ...prior,
    solverWidth,
    solverKernel,
    multimodal,
    quadHint: readQuadHint(checkpoint, prior.hasBilin22, optimized),
    ...readRest(shapes, 'the starter network'),
  };
}

function readMultimodal(shapes: TensorShapes, daysT: number): StarterShapes['multimodal'] {
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

/** What holds of a starter whether it has a second field or not. */
export const STARTER_PARTS = {
  anchor: PRIOR_ANCHOR,
  known: knownOfPrior,
  sizes: ({ priorWidth, solverWidth }: StarterShapes) => [
    { name: 'prior width', value: String(priorWidth) },
    { name: 'solver width', value: String(solverWidth) },
  ],
  blocks: (
    manifest: Pick<StarterManifest, 'prior_downsamp' | 'grad_downsamp'>,
  ): [string, number | null][] => [
    ['prior_downsamp', manifest.prior_downsamp],
    ['grad_downsamp', manifest.grad_downsamp],
  ],
  fit(manifest: Pick<StarterManifest, 'bilin_quad'>, network: StarterShapes): string[] {
    requireQuad(manifest, network);
    return [];
  },
  isSearchable: true,
} as const;
export const STARTER_NUMBERS = [N_STEP, LR_GRAD, PRIOR_DOWNSAMP, OBS_WEIGHT, GRAD_DOWNSAMP] as const;

export const STARTER = {
  schema,
  keys: {},
  form: { name: 'starter: ConvLSTM solver, bilinear prior', numbers: STARTER_NUMBERS },
  describe: () => '4DVarNet, ConvLSTM solver with a bilinear prior',
  looks: "starter: 'prior_cost.conv_in.weight' with 'grad_mod.gates.weight'",
  isOf: (shapes) => isStarter(shapes, false),
  recognise: (checkpoint, shapes): StarterNetwork => ({
    ...readStarter(checkpoint, shapes),
    architecture: 'starter',
  }),
  inputs: () => [],
  extraInputs: () => [],
  fields: () => [],
  ...STARTER_PARTS,
} as const satisfies Family<typeof schema, StarterNetwork>;
