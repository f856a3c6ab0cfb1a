import { networkManifestSchema, type ManifestArchitecture } from '@sillage/contracts';

/** What a person needs to know about a key of a manifest. */
export type ManifestKey = {
  /** What it means, without a final stop. */
  meaning: string;
  /** What may stand there. */
  values: string;
  /** What it is called in `.hydra/config.yaml` of 4dvarnet-starter and its relatives. */
  hydra?: string;
};

/** Every key of every kind of manifest; those of blocks by their path. */
export const MANIFEST_KEYS: Readonly<Record<string, ManifestKey>> = {
  architecture: {
    meaning: 'the kind of network',
    values: 'starter, starter-multimodal, core, fixed-point, cnn-solver or onnx',
  },
  n_step: {
    meaning: 'steps of the solver',
    values: 'a whole number, 1…200',
    hydra: 'model.solver.n_step',
  },
  lr_grad: {
    meaning: 'share of the plain gradient in an update',
    values: 'a number from 0',
    hydra: 'model.solver.lr_grad',
  },
  prior_downsamp: {
    meaning: 'blocks over which the prior averages',
    values: 'a whole number, 1…16, or null for none',
    hydra: 'model.solver.prior_cost.downsamp',
  },
  grad_downsamp: {
    meaning: 'blocks over which the solver averages the gradient',
    values: 'a whole number, 1…16, or null for none',
    hydra: 'model.solver.grad_mod.downsamp',
  },
  bilin_quad: {
    meaning: 'whether the bilinear term is a square',
    values: 'true or false',
    hydra: 'model.solver.prior_cost.bilin_quad (true where it is absent)',
  },
  obs_weight: {
    meaning: 'weight of the observation cost; lbd² in ocean4dvarnet',
    values: 'a number above 0',
    hydra: 'model.solver.obs_cost.w, model.solver.lbd',
  },
  init: {
    meaning: 'first state: the observations or 0',
    values: 'obs or zero',
    hydra: 'model.solver._target_ (GradSolverZero: zero)',
  },
  input_fill: {
    meaning: 'what a point without observation is: not observed, or observed as the mean',
    values: 'nan or zero',
  },
  final_projection: {
    meaning: 'whether the prior is applied once more at the end',
    values: 'true or false',
  },
  n_grad: { meaning: 'steps of one cascade', values: 'a whole number, 1…100', hydra: 'params.n_grad' },
  n_fourdvar_iter: {
    meaning: 'cascades',
    values: 'a whole number, 1…20',
    hydra: 'params.n_fourdvar_iter',
  },
  aug_state: {
    meaning: 'whether the state holds a second anomaly',
    values: 'true or false',
    hydra: 'params.aug_state',
  },
  prior: {
    meaning: 'a coarse and a fine bilinear unit, or the fine one alone',
    values: 'two-scale or one-scale',
    hydra: 'phi (Phi_r, Phi_r_OI)',
  },
  norm_obs: { meaning: 'norm of the observation cost', values: 'l1 or l2', hydra: 'params.norm_obs' },
  norm_prior: { meaning: 'norm of the prior cost', values: 'l1 or l2', hydra: 'params.norm_prior' },
  eps_obs: {
    meaning: 'ε of the l1 norm of the observations; default: the stored one',
    values: 'a number above 0',
  },
  eps_prior: {
    meaning: 'ε of the l1 norm of the prior; default: the stored one',
    values: 'a number above 0',
  },
  median_width: {
    meaning: 'width of the median filter on the result; 1: none',
    values: 'an odd number, 1…31',
    hydra: 'params.median_filter_width',
  },
  periodic_boundary: {
    meaning: "whether the solver's cell sees the opposite edge beyond the first and the last row of a patch",
    values: 'true or false',
    hydra: 'params.UsePriodicBoundary',
  },
  stochastic: {
    meaning: 'whether the prior adds noise to its input; such networks are not run',
    values: 'false',
    hydra: 'params.stochastic',
  },
  second_field: {
    meaning: 'what the second observation cost compares the state with',
    values: 'sst, oi (computed from the observations) or oi-map (the maps by OI of the dataset)',
  },
  sst_normalisation: {
    meaning:
      'mean and standard deviation of the SST (with another second_field, of OI) that the network was trained with',
    values: '{mean: …, std: …} in °C (OI: in metres), or {from: sst}',
  },
  background: {
    meaning: 'what the heights of the network are anomalies from: nothing, or OI of the observations',
    values: 'none or oi',
  },
  normalisation: {
    meaning:
      'mean and standard deviation of the heights (with a background: anomalies) that the network was trained with',
    values: '{mean: …, std: …} in metres, {from: train-truth} or {from: observations}',
    hydra: 'datamodule.norm_stats, where it is written down',
  },
  patch: {
    meaning: 'size of a patch',
    values: '{time: days, lat: nodes, lon: nodes}',
    hydra: 'datamodule.xrds_kw.patch_dims',
  },
  strides: {
    meaning: 'distance from one patch to the next',
    values: '{time: days, lat: nodes, lon: nodes}',
    hydra: 'datamodule.xrds_kw.strides',
  },
  reconstruction_weight: {
    meaning: 'weights with which overlapping patches are averaged',
    values: '{time: triangular | uniform | hanning, offset: 0 | 1, crop: {lat: nodes, lon: nodes}}',
    hydra: 'model.rec_weight',
  },
  batch_size: {
    meaning: 'patches that are solved together; it changes the result',
    values: 'a whole number, 1…64',
    hydra: 'datamodule.dl_kw.batch_size',
  },
  fgat_passes: {
    meaning: 'times that observations are moved to noon of their day, and solved again',
    values: 'a whole number, 0…5',
  },
  spacing_deg: {
    meaning: 'distance of the nodes of the grid',
    values: 'degrees, 0.01…2',
  },
  inputs: {
    meaning: "the network's inputs by name, and what they hold",
    values: '{name: [observations, mask, oi, sst, day-of-year, latitude, longitude]}',
  },
  output: {
    meaning: "the network's output",
    values: '{name: …, quantity: ssh | anomaly-from-oi}',
  },
  missing_value: { meaning: 'what stands where nothing was observed', values: 'zero or nan' },
};

/** The keys of one kind of manifest, in their order, and whether they have no default. */
export function manifestKeysOf(architecture: ManifestArchitecture): { key: string; isRequired: boolean }[] {
  const option = networkManifestSchema.options.find(({ shape }) => shape.architecture.value === architecture);
  return Object.entries(option?.shape ?? {}).map(([key, schema]) => ({
    key,
    isRequired: !schema.safeParse(undefined).success,
  }));
}

/** Names that people write, by the key that they mean. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  batch: 'batch_size',
  anomaly: 'background',
  first_guess: 'background',
  oi: 'background',
  crop: 'reconstruction_weight',
  downsamp: 'prior_downsamp',
  fgat: 'fgat_passes',
  down_samp: 'prior_downsamp',
  fill: 'input_fill',
  lbd: 'obs_weight',
  lr: 'lr_grad',
  lambda: 'lr_grad',
  mean: 'normalisation',
  norm_stats: 'normalisation',
  normalization: 'normalisation',
  patch_dims: 'patch',
  patch_size: 'patch',
  projection: 'final_projection',
  quad: 'bilin_quad',
  rec_weight: 'reconstruction_weight',
  resolution: 'spacing_deg',
  resolution_deg: 'spacing_deg',
  solver: 'architecture',
  spacing: 'spacing_deg',
  std: 'normalisation',
  stride: 'strides',
  steps: 'n_step',
  w: 'obs_weight',
  latitude: 'lat',
  longitude: 'lon',
  days: 'time',
};

/** The candidate that a mistyped name most likely means; null if none is near. */
export function nearestKey(name: string, candidates: readonly string[]): string | null {
  const lower = name.toLowerCase().replaceAll('-', '_');
  const meant = OTHER_NAMES[lower];
  if (meant !== undefined && candidates.includes(meant)) return meant;
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(lower.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions and replacements from one word to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
