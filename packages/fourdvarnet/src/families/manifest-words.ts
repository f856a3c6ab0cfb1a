/** What is said of the keys that several kinds of manifest share: in templates, refusals and beside the fields of the form. */

/** What a person needs to know about a key of a manifest. */
export type ManifestKey = {
  /** What it means, without a final stop. */
  meaning: string;
  /** What may stand there. */
  values: string;
  /** What it is called in `.hydra/config.yaml` of 4dvarnet-starter and its relatives. */
  hydra?: string;
};

export type ManifestKeys = Readonly<Record<string, ManifestKey>>;

/** A meaning as a sentence. */
export function sentence({ meaning }: ManifestKey): string {
  return `${meaning[0]!.toUpperCase()}${meaning.slice(1)}.`;
}

export const SHARED_KEYS = {
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
} as const satisfies ManifestKeys;
