/**
 * The keys of a manifest in words: what the shell prints into a template, what refusals quote, and what the form on the site says
 * beside its fields.
 */

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
  carry_memory: {
    meaning:
      "whether the memory of the solver's cell and the size of the first gradient last from one cascade to the next; in code of 2021 each cascade began anew",
    values: 'true or false',
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

/** What `.hydra/config.yaml` of the code bases has at the top, and no manifest has. */
const HYDRA_BLOCKS = ['model', 'datamodule', 'params', 'trainer', 'lit_mod'];

/** Whether a mapping is a configuration of hydra rather than a manifest. */
export function isHydraConfig(mapping: Readonly<Record<string, unknown>>): boolean {
  const isBlock = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return mapping['architecture'] === undefined && HYDRA_BLOCKS.some((block) => isBlock(mapping[block]));
}
