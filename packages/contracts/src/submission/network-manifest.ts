import { z } from 'zod';

/**
 * What a checkpoint does not say about itself: `manifest.yaml`, in the words of the 4DVarNet code bases. Unknown keys are
 * refused.
 */

const count = (max: number) => z.number().int().min(1).max(max);
const positive = z.number().positive();
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

const patching = {
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
const anomalies = {
  /**
   * `oi`: heights are those above a map of the observations by optimal interpolation. Observations are innovations, each height
   * minus OI at its place and time; the result is added to OI. `normalisation` is that of the anomalies.
   */
  background: z.enum(['none', 'oi']).default('none'),
};

const bilinearPrior = { prior_downsamp: downsamp.default(2), bilin_quad: z.boolean().default(false) };

const solver = {
  n_step: count(200),
  lr_grad: z.number().min(0),
  obs_weight: positive.default(1),
  init: z.enum(['obs', 'zero']).default('obs'),
  /** `nan`: missing points are not observed. `zero`: they count as observed, as the mean. */
  input_fill: z.enum(['nan', 'zero']).default('nan'),
  final_projection: z.boolean().default(true),
};

const convLstm = { grad_downsamp: downsamp.default(null) };

const sstInput = {
  sst_normalisation: z.union([
    z.strictObject({ mean: z.number(), std: positive }),
    z.strictObject({ from: z.literal('sst') }),
  ]),
};

const starterManifestSchema = z.strictObject({
  architecture: z.literal('starter'),
  ...bilinearPrior,
  ...solver,
  ...convLstm,
  ...anomalies,
  ...patching,
});
const multimodalManifestSchema = z.strictObject({
  architecture: z.literal('starter-multimodal'),
  /**
   * What its second observation cost compares the state with; `sst_normalisation` is that of this field. `oi`: computed from the
   * observations. `oi-map`: the dataset's maps by OI, on whose days the windows then lie; a basin would be computed for minutes.
   */
  second_field: z.enum(['sst', 'oi', 'oi-map']).default('sst'),
  ...bilinearPrior,
  ...solver,
  ...convLstm,
  ...sstInput,
  ...anomalies,
  ...patching,
});
const cnnSolverManifestSchema = z.strictObject({
  architecture: z.literal('cnn-solver'),
  ...bilinearPrior,
  ...solver,
  ...anomalies,
  ...patching,
});
const fixedPointManifestSchema = z.strictObject({
  architecture: z.literal('fixed-point'),
  ...bilinearPrior,
  n_step: count(200),
  init: z.enum(['obs', 'zero']).default('obs'),
  final_projection: z.boolean().default(true),
  ...anomalies,
  ...patching,
});
const norm = z.enum(['l1', 'l2']).default('l2');
const coreManifestSchema = z.strictObject({
  architecture: z.literal('core'),
  n_grad: count(100),
  n_fourdvar_iter: count(20),
  aug_state: z.boolean().default(true),
  /** `two-scale`: a coarse and a fine unit. `one-scale`: the fine unit alone. */
  prior: z.enum(['two-scale', 'one-scale']).default('two-scale'),
  norm_obs: norm,
  norm_prior: norm,
  /** ε of the l1 norms; default: those of the checkpoint. */
  eps_obs: positive.optional(),
  eps_prior: positive.optional(),
  /** Odd number of nodes of the median filter on the result, patch by patch, zeros beyond its edge; 1: none. */
  median_width: count(31).default(1),
  /** `UsePriodicBoundary`: the solver's cell sees the opposite edge beyond the first and the last row of a patch. */
  periodic_boundary: z.boolean().default(false),
  /** Whether the memory of the solver's cell and the size of the first gradient last from one cascade to the next. */
  carry_memory: z.boolean().default(true),
  /** A prior that adds noise to its input. Known so that it can be refused: its maps cannot be computed again. */
  stochastic: z.boolean().default(false),
  sst_normalisation: sstInput.sst_normalisation.optional(),
  ...patching,
});

/** What an input of an ONNX network holds, on the days and nodes of a patch. */
export const ONNX_INPUT_KINDS = [
  'observations',
  'mask',
  'oi',
  'sst',
  'day-of-year',
  'latitude',
  'longitude',
] as const;
const onnxManifestSchema = z.strictObject({
  architecture: z.literal('onnx'),
  /**
   * The network's inputs by name, each of shape `[batch, time, lat, lon]`; several kinds are concatenated along the
   * second axis in the order given. `day-of-year` (0…1), `latitude` and `longitude` (degrees / 90 and / 180) are not normalised.
   */
  inputs: z.record(z.string().min(1).max(200), z.array(z.enum(ONNX_INPUT_KINDS)).min(1).max(8)),
  /** `[batch, time, lat, lon]`: normalised SSH, or its normalised difference from OI. */
  output: z.strictObject({ name: z.string().min(1).max(200), quantity: z.enum(['ssh', 'anomaly-from-oi']) }),
  /** What stands where nothing was observed. */
  missing_value: z.enum(['zero', 'nan']).default('zero'),
  sst_normalisation: sstInput.sst_normalisation.optional(),
  ...anomalies,
  ...patching,
});

export const networkManifestSchema = z.discriminatedUnion('architecture', [
  starterManifestSchema,
  multimodalManifestSchema,
  coreManifestSchema,
  fixedPointManifestSchema,
  cnnSolverManifestSchema,
  onnxManifestSchema,
]);
export type NetworkManifest = z.infer<typeof networkManifestSchema>;
export type ManifestArchitecture = NetworkManifest['architecture'];

const PATCH_AXES = ['time', 'lat', 'lon'] as const;

/** Axes along which the crop of a manifest leaves nothing of its patches: the rule of the form, the shell and the check. */
export function cropFaults(
  patch: NetworkManifest['patch'],
  { crop }: ReconstructionWeightRecipe,
): { axis: (typeof PATCH_AXES)[number]; message: string }[] {
  return PATCH_AXES.filter((axis) => 2 * crop[axis] >= patch[axis]).map((axis) => ({
    axis,
    message: `a crop of ${crop[axis]} along ${axis} leaves nothing of a patch of ${patch[axis]}: it must be less than half of it`,
  }));
}

/**
 * Whether OI is computed for a network from the observations that it reads, on its own nodes, before it runs. That takes no file of
 * the dataset: seconds on an area, minutes on a basin.
 */
export function computesOi(manifest: NetworkManifest): boolean {
  const isBackground = 'background' in manifest && manifest.background === 'oi';
  return isBackground || (manifest.architecture === 'starter-multimodal' && manifest.second_field === 'oi');
}

/** Input files of the dataset that a network reads besides the observations; OI that is computed for it is none. */
export function extraInputsOf(manifest: NetworkManifest): ('oi' | 'sst')[] {
  switch (manifest.architecture) {
    case 'core':
      return manifest.sst_normalisation === undefined ? ['oi'] : ['oi', 'sst'];
    case 'starter-multimodal':
      return manifest.second_field === 'oi' ? [] : [manifest.second_field === 'sst' ? 'sst' : 'oi'];
    case 'onnx': {
      const kinds = new Set(Object.values(manifest.inputs).flat());
      const needsOi = kinds.has('oi') || manifest.output.quantity === 'anomaly-from-oi';
      return [...(needsOi ? (['oi'] as const) : []), ...(kinds.has('sst') ? (['sst'] as const) : [])];
    }
    case 'starter':
    case 'fixed-point':
    case 'cnn-solver':
      return [];
  }
}
