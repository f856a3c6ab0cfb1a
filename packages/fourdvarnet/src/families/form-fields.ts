import { SHARED_KEYS, sentence } from './manifest-words.js';

/** A key of a manifest with a number, as the form on the site asks for it. */
export type NumberSetting = {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  /** What the published configuration has; empty: nothing. */
  readonly base: string;
  /** What an empty field stands for in the manifest; null: the key is then left out. Absent: it may not be empty. */
  readonly empty?: string | null;
  /** Whether the schema has a default, or the checkpoint may say it. */
  readonly isOptional?: boolean;
  readonly isOdd?: boolean;
  /** Whether it waits under *More settings*. */
  readonly isMore?: boolean;
};

/** A key of a manifest with a few values. The value `''` leaves the key out: the checkpoint, or the default, then says it. */
export type ManifestChoice = {
  /** The key; `reconstruction_weight.time` is `time` in that block. */
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  /** The first one stands there before anybody chose. */
  readonly options: readonly { readonly id: string; readonly name: string }[];
  /** Whether everybody meets it; the others wait under *More settings*. */
  readonly isMain: boolean;
};

export const yesOrNo = (unsaid: string): ManifestChoice['options'] => [
  { id: '', name: unsaid },
  { id: 'true', name: 'yes' },
  { id: 'false', name: 'no' },
];

export const N_STEP = { key: 'n_step', label: 'Steps of the solver (n_step)', base: '10' } as const;
export const LR_GRAD = { key: 'lr_grad', label: 'Step size (lr_grad)', base: '1000' } as const;
export const PRIOR_DOWNSAMP = {
  key: 'prior_downsamp',
  label: 'Prior down-sampled (empty: not)',
  base: '2',
  empty: 'null',
  isOptional: true,
} as const;
export const OBS_WEIGHT = {
  key: 'obs_weight',
  label: 'Weight of the observation cost (obs_weight)',
  hint: 'With lbd of ocean4dvarnet: its square.',
  base: '1',
  isOptional: true,
  isMore: true,
} as const;
export const GRAD_DOWNSAMP = {
  key: 'grad_downsamp',
  label: 'Gradient down-sampled (empty: not)',
  base: '',
  empty: 'null',
  isOptional: true,
  isMore: true,
} as const;

/** Choices that several kinds of manifest share: each is offered where the schema has its key. */
export const SHARED_CHOICES: readonly ManifestChoice[] = [
  {
    key: 'background',
    label: 'Heights are (background)',
    hint: `${sentence(SHARED_KEYS.background)} Choose OI only if the network was trained on anomalies: mean and deviation are then those of truth minus OI.`,
    options: [
      { id: 'none', name: 'heights' },
      { id: 'oi', name: 'anomalies from OI of the observations' },
    ],
    isMain: true,
  },
  {
    key: 'bilin_quad',
    label: 'Bilinear term squared (bilin_quad)',
    hint: `${sentence(SHARED_KEYS.bilin_quad)} A checkpoint with its optimizer tells. The class in 4dvarnet-starter squares where the configuration is silent.`,
    options: yesOrNo('as the checkpoint says; else no'),
    isMain: false,
  },
  {
    key: 'input_fill',
    label: 'A point without observation is (input_fill)',
    hint: 'Forks that fill NaN with 0 before the solver observe the mean there: with the wrong choice the map is far off.',
    options: [
      { id: 'nan', name: 'not observed' },
      { id: 'zero', name: 'observed as the mean' },
    ],
    isMain: false,
  },
  {
    key: 'init',
    label: 'First state (init)',
    hint: sentence(SHARED_KEYS.init),
    options: [
      { id: 'obs', name: 'the observations' },
      { id: 'zero', name: '0 (GradSolverZero)' },
    ],
    isMain: false,
  },
  {
    key: 'final_projection',
    label: 'Prior once more at the end (final_projection)',
    hint: sentence(SHARED_KEYS.final_projection),
    options: [
      { id: 'true', name: 'yes' },
      { id: 'false', name: 'no' },
    ],
    isMain: false,
  },
  {
    key: 'reconstruction_weight.time',
    label: 'Days of a patch weigh (reconstruction_weight.time)',
    hint: 'Where patches overlap in time, their maps are averaged with these weights.',
    options: [
      { id: 'triangular', name: 'triangular: most in the middle' },
      { id: 'uniform', name: 'uniform' },
      { id: 'hanning', name: 'hanning: nothing on the first and last day' },
    ],
    isMain: false,
  },
  {
    key: 'reconstruction_weight.offset',
    label: 'Middle of the triangle (offset)',
    hint: '1 puts the peak on the middle day of an odd number of days; 0, the default of the class, beside it.',
    options: [
      { id: '1', name: '1' },
      { id: '0', name: '0' },
    ],
    isMain: false,
  },
];
