import { MANIFEST_KEYS } from '@sillage/contracts/manifest-keys';

export const GUIDED_ARCHITECTURES = [
  { id: 'starter', name: 'starter: ConvLSTM solver, bilinear prior' },
  { id: 'starter-multimodal', name: 'starter with a second field: SST or OI' },
  { id: 'core', name: 'core: augmented state, two-scale prior' },
  { id: 'cnn-solver', name: 'CNN solver' },
  { id: 'fixed-point', name: 'fixed point: no learned solver' },
  { id: 'onnx', name: 'ONNX: any network, its inputs declared' },
] as const;
export type GuidedArchitecture = (typeof GUIDED_ARCHITECTURES)[number]['id'];

type Option = { id: string; name: string };

/** A key of a manifest with a few values. The value `''` leaves the key out: the checkpoint, or the default, then says it. */
export type ManifestChoice = {
  /** The key; `reconstruction_weight.time` is `time` in that block. */
  key: string;
  label: string;
  hint: string;
  options: readonly Option[];
  /** Architectures whose manifest has the key. */
  of: readonly GuidedArchitecture[];
  /** Whether everybody meets it; the others wait under *More settings*. */
  isMain: boolean;
};

const PRIORS = ['starter', 'starter-multimodal', 'cnn-solver', 'fixed-point'] as const;
const SOLVERS = ['starter', 'starter-multimodal', 'cnn-solver'] as const;
const ALL = [...PRIORS, 'core', 'onnx'] as const;

/** What a key means, as the shell and the refusals say it. */
export function meaningOf(key: string): string {
  const meaning = MANIFEST_KEYS[key]?.meaning ?? '';
  return meaning === '' ? '' : `${meaning[0]!.toUpperCase()}${meaning.slice(1)}.`;
}

const yesOrNo = (unsaid: string): Option[] => [
  { id: '', name: unsaid },
  { id: 'true', name: 'yes' },
  { id: 'false', name: 'no' },
];
const NORMS: readonly Option[] = [
  { id: '', name: 'as the checkpoint says; else l2' },
  { id: 'l2', name: 'l2' },
  { id: 'l1', name: 'l1' },
];

export const SECOND_FIELD: ManifestChoice = {
  key: 'second_field',
  label: 'Second field (second_field)',
  hint: `${meaningOf('second_field')} OI needs no file of yours: it is computed here from the observations, on the network's nodes, seconds on an area of 10°. On a basin that takes minutes: there, take the dataset's maps.`,
  options: [
    { id: 'sst', name: "SST: the dataset's sea surface temperature" },
    { id: 'oi', name: 'OI, computed from the observations' },
    { id: 'oi-map', name: "OI, the dataset's maps" },
  ],
  of: ['starter-multimodal'],
  isMain: true,
};

export const MANIFEST_CHOICES: readonly ManifestChoice[] = [
  SECOND_FIELD,
  {
    key: 'background',
    label: 'Heights are (background)',
    hint: `${meaningOf('background')} Choose OI only if the network was trained on anomalies: mean and deviation are then those of truth minus OI.`,
    options: [
      { id: 'none', name: 'heights' },
      { id: 'oi', name: 'anomalies from OI of the observations' },
    ],
    of: [...PRIORS, 'onnx'],
    isMain: true,
  },
  {
    key: 'bilin_quad',
    label: 'Bilinear term squared (bilin_quad)',
    hint: `${meaningOf('bilin_quad')} A checkpoint with its optimizer tells. The class in 4dvarnet-starter squares where the configuration is silent.`,
    options: yesOrNo('as the checkpoint says; else no'),
    of: PRIORS,
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
    of: SOLVERS,
    isMain: false,
  },
  {
    key: 'init',
    label: 'First state (init)',
    hint: meaningOf('init'),
    options: [
      { id: 'obs', name: 'the observations' },
      { id: 'zero', name: '0 (GradSolverZero)' },
    ],
    of: PRIORS,
    isMain: false,
  },
  {
    key: 'final_projection',
    label: 'Prior once more at the end (final_projection)',
    hint: meaningOf('final_projection'),
    options: [
      { id: 'true', name: 'yes' },
      { id: 'false', name: 'no' },
    ],
    of: PRIORS,
    isMain: false,
  },
  {
    key: 'norm_obs',
    label: 'Norm of the observation cost (norm_obs)',
    hint: 'hyper_parameters of a checkpoint of core hold it.',
    options: NORMS,
    of: ['core'],
    isMain: false,
  },
  {
    key: 'norm_prior',
    label: 'Norm of the prior cost (norm_prior)',
    hint: 'hyper_parameters of a checkpoint of core hold it.',
    options: NORMS,
    of: ['core'],
    isMain: false,
  },
  {
    key: 'periodic_boundary',
    label: 'Opposite edges joined (periodic_boundary)',
    hint: meaningOf('periodic_boundary'),
    options: yesOrNo('as the checkpoint says; else no'),
    of: ['core'],
    isMain: false,
  },
  {
    key: 'carry_memory',
    label: 'Memory lasts from cascade to cascade (carry_memory)',
    hint: meaningOf('carry_memory'),
    options: [
      { id: 'true', name: 'yes' },
      { id: 'false', name: 'no: code of 2021' },
    ],
    of: ['core'],
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
    of: ALL,
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
    of: ALL,
    isMain: false,
  },
];

/** What stands in the form before anybody chose: the default of each key, or nothing where the checkpoint may say it. */
export const CHOICE_DEFAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  MANIFEST_CHOICES.map(({ key, options }) => [key, options[0]!.id]),
);
