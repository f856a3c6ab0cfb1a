import { z } from 'zod';

/** Blocks of keys that several kinds of manifest share, in the words of the 4DVarNet code bases. */

export const count = (max: number) => z.number().int().min(1).max(max);
export const positive = z.number().positive();
const downsamp = count(16).nullable();

/** How heights become network units: (v − mean) / std. */
export const normalisationSchema = z.union([
  z.strictObject({ mean: z.number(), std: positive }),
  z.strictObject({
    /** `train-truth`: the statistics that the challenge publishes of its training truth. `observations`: those of the observations being mapped. */
    from: z.enum(['train-truth', 'observations']),
  }),
]);

/** Nodes along each axis; days along time. */
const nodesSchema = z.strictObject({ time: count(365), lat: count(4096), lon: count(4096) });

/** Weights with which the patches that overlap are averaged. */
export const reconstructionWeightSchema = z.strictObject({
  /**
   * Along time. `uniform`: 1. `triangular`: 1 − |offset + 2t − T|/T. `hanning`: the symmetric window, 0 on the first and
   * the last day.
   */
  time: z.enum(['uniform', 'triangular', 'hanning']).default('triangular'),
  offset: z.number().int().min(0).max(1).default(1),
  /** Nodes and days within this distance of the edge of a patch count nothing. */
  crop: z.strictObject({
    time: z.number().int().min(0).max(182).default(0),
    lat: z.number().int().min(0).max(2048),
    lon: z.number().int().min(0).max(2048),
  }),
});
export type ReconstructionWeightRecipe = z.infer<typeof reconstructionWeightSchema>;

export const patching = {
  normalisation: normalisationSchema,
  patch: nodesSchema,
  strides: nodesSchema,
  reconstruction_weight: reconstructionWeightSchema,
  /** Patches that are solved together: they share the means of the cost and of the gradient, so it changes the result. */
  batch_size: count(64).default(4),
  /**
   * How often the network solves again after every observation was moved to noon of its UTC day by the tendency of the
   * solution before. 0: a measurement counts as one of its day, whenever it was made.
   */
  fgat_passes: z.number().int().min(0).max(5).default(0),
  /** Distance of the nodes of the grid that the network works on. */
  spacing_deg: z.number().min(0.01).max(2),
};

/** For networks whose state is not tied to OI by their own architecture. */
export const anomalies = {
  /**
   * `oi`: heights are those above a map of the observations by optimal interpolation. Observations are innovations, each height
   * minus OI at its place and time; the result is added to OI. `normalisation` is that of the anomalies.
   */
  background: z.enum(['none', 'oi']).default('none'),
};

export const bilinearPrior = { prior_downsamp: downsamp.default(2), bilin_quad: z.boolean().default(false) };

export const solver = {
  n_step: count(200),
  lr_grad: z.number().min(0),
  obs_weight: positive.default(1),
  init: z.enum(['obs', 'zero']).default('obs'),
  /** `nan`: missing points are not observed. `zero`: they count as observed, as the mean. */
  input_fill: z.enum(['nan', 'zero']).default('nan'),
  final_projection: z.boolean().default(true),
};

export const convLstm = { grad_downsamp: downsamp.default(null) };

export const sstInput = {
  sst_normalisation: z.union([
    z.strictObject({ mean: z.number(), std: positive }),
    z.strictObject({ from: z.literal('sst') }),
  ]),
};

/** What every manifest has: how heights are scaled, and how patches are laid. */
export type PatchingManifest = z.infer<z.ZodObject<typeof patching>>;

const PATCH_AXES = ['time', 'lat', 'lon'] as const;

/** Axes along which the crop of a manifest leaves nothing of its patches: the rule of the form, the shell and the check. */
export function cropFaults(
  patch: PatchingManifest['patch'],
  { crop }: ReconstructionWeightRecipe,
): { axis: (typeof PATCH_AXES)[number]; message: string }[] {
  return PATCH_AXES.filter((axis) => 2 * crop[axis] >= patch[axis]).map((axis) => ({
    axis,
    message: `a crop of ${crop[axis]} along ${axis} leaves nothing of a patch of ${patch[axis]}: it must be less than half of it`,
  }));
}
