import { z } from 'zod';
import {
  hasBilinearPrior,
  knownOfPrior,
  PRIOR_ANCHOR,
  readBilinearPrior,
  readQuadHint,
  readRest,
  requireQuad,
  type BilinearNetwork,
} from '../bilinear/tensors.js';
import type { Family } from '../family.js';
import { N_STEP, PRIOR_DOWNSAMP } from '../form-fields.js';
import { anomalies, bilinearPrior, count, patching } from '../manifest-parts.js';

const schema = z.strictObject({
  architecture: z.literal('fixed-point'),
  ...bilinearPrior,
  n_step: count(200),
  init: z.enum(['obs', 'zero']).default('obs'),
  final_projection: z.boolean().default(true),
  ...anomalies,
  ...patching,
});
export type FixedPointManifest = z.infer<typeof schema>;
export type FixedPointNetwork = BilinearNetwork & { architecture: 'fixed-point' };

/** The starter's prior alone, applied again and again: x ← φ(x) where nothing was observed. */
export const FIXED_POINT = {
  schema,
  keys: {},
  form: { name: 'fixed point: no learned solver', numbers: [N_STEP, PRIOR_DOWNSAMP] },
  describe: () => 'fixed-point iteration of the prior',
  looks: "fixed-point: 'prior_cost.*' alone",
  anchor: PRIOR_ANCHOR,
  isOf: (shapes) =>
    hasBilinearPrior(shapes) && !shapes.names().some((name) => /^(grad_mod|obs_cost)\./.test(name)),
  recognise(checkpoint, shapes): FixedPointNetwork {
    const prior = readBilinearPrior(shapes);
    return {
      architecture: 'fixed-point',
      ...prior,
      quadHint: readQuadHint(checkpoint, prior.hasBilin22, []),
      ...readRest(shapes, 'the fixed-point network'),
    };
  },
  known: knownOfPrior,
  sizes: ({ priorWidth }) => [{ name: 'prior width', value: String(priorWidth) }],
  inputs: () => [],
  extraInputs: () => [],
  fields: () => [],
  blocks: (manifest) => [['prior_downsamp', manifest.prior_downsamp]],
  fit(manifest, network) {
    requireQuad(manifest, network);
    return [];
  },
  isSearchable: false,
} as const satisfies Family<typeof schema, FixedPointNetwork>;
