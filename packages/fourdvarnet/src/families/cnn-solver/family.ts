import { z } from 'zod';
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
import { LR_GRAD, N_STEP, OBS_WEIGHT, PRIOR_DOWNSAMP } from '../form-fields.js';
import { anomalies, bilinearPrior, patching, solver } from '../manifest-parts.js';

const schema = z.strictObject({
  architecture: z.literal('cnn-solver'),
  ...bilinearPrior,
  ...solver,
  ...anomalies,
  ...patching,
});
export type CnnSolverManifest = z.infer<typeof schema>;
export type CnnSolverNetwork = BilinearNetwork & {
  architecture: 'cnn-solver';
  solverWidth: number;
  /** Points, odd. */
  solverKernel: number;
};

/** The starter's prior, with convolutions in place of the ConvLSTM: `conv_in` T → G, relu, `conv_hidden` G → G, relu, `conv_out` G → T. */
export const CNN_SOLVER = {
  schema,
  keys: {},
  form: { name: 'CNN solver', numbers: [N_STEP, LR_GRAD, PRIOR_DOWNSAMP, OBS_WEIGHT] },
  describe: () => '4DVarNet, convolutional solver',
  looks: "cnn-solver: 'prior_cost.conv_in.weight' with 'grad_mod.conv_in.weight'",
  anchor: PRIOR_ANCHOR,
  isOf: (shapes) =>
    hasBilinearPrior(shapes) && !shapes.has('grad_mod.gates.weight') && shapes.has('grad_mod.conv_in.weight'),
  recognise(checkpoint, shapes): CnnSolverNetwork {
    const prior = readBilinearPrior(shapes);
    const { daysT } = prior;
    const { solverWidth, solverKernel } = readSolverOutput(shapes, daysT);
    const sizes = `with T = ${daysT} days and a solver of width ${solverWidth}`;
    shapes.needConvolution('grad_mod.conv_in', solverWidth, daysT, solverKernel, sizes);
    shapes.needConvolution('grad_mod.conv_hidden', solverWidth, solverWidth, solverKernel, sizes);
    shapes.needConvolution('grad_mod.conv_out', daysT, solverWidth, solverKernel, sizes);
    const layers = ['grad_mod.conv_in', 'grad_mod.conv_hidden', 'grad_mod.conv_out'];
    return {
      architecture: 'cnn-solver',
      ...prior,
      solverWidth,
      solverKernel,
      quadHint: readQuadHint(checkpoint, prior.hasBilin22, layers),
      ...readRest(shapes, 'the network with a convolutional solver'),
    };
  },
  known: knownOfPrior,
  sizes: ({ priorWidth, solverWidth }) => [
    { name: 'prior width', value: String(priorWidth) },
    { name: 'solver width', value: String(solverWidth) },
  ],
  inputs: () => [],
  extraInputs: () => [],
  fields: () => [],
  blocks: (manifest) => [['prior_downsamp', manifest.prior_downsamp]],
  fit(manifest, network) {
    requireQuad(manifest, network);
    return [];
  },
  isSearchable: true,
} as const satisfies Family<typeof schema, CnnSolverNetwork>;
