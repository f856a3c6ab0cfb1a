import { networkManifestSchema } from '@sillage/contracts';

/** Architectures that the guided form knows; an ONNX file names its own inputs, so its manifest is written by hand. */
export const GUIDED_ARCHITECTURES = [
  { id: 'starter', name: 'starter: ConvLSTM solver, bilinear prior' },
  { id: 'starter-multimodal', name: 'starter with SST' },
  { id: 'core', name: 'core: augmented state, two-scale prior' },
  { id: 'cnn-solver', name: 'CNN solver' },
  { id: 'fixed-point', name: 'fixed point: no learned solver' },
] as const;
export type GuidedArchitecture = (typeof GUIDED_ARCHITECTURES)[number]['id'];

export const NORMALISATIONS = [
  { id: 'given', name: 'mean and deviation, given' },
  { id: 'train-truth', name: 'those of the training truth' },
  { id: 'observations', name: 'those of the observations' },
] as const;

/** Every value as it stands in its field. */
export type ManifestValues = {
  architecture: GuidedArchitecture;
  normalisation: (typeof NORMALISATIONS)[number]['id'];
} & Record<NumberField, string>;

export const NUMBER_FIELDS = [
  'n_step',
  'lr_grad',
  'n_grad',
  'n_fourdvar_iter',
  'prior_downsamp',
  'mean',
  'std',
  'patchTime',
  'patchLat',
  'patchLon',
  'strideTime',
  'strideLat',
  'strideLon',
  'cropLat',
  'cropLon',
  'batch_size',
  'spacing_deg',
] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** What the published base configuration says; the first thing to check against one's own. */
export const MANIFEST_DEFAULTS: ManifestValues = {
  architecture: 'starter',
  normalisation: 'given',
  n_step: '10',
  lr_grad: '1000',
  n_grad: '5',
  n_fourdvar_iter: '1',
  prior_downsamp: '2',
  mean: '',
  std: '',
  patchTime: '15',
  patchLat: '240',
  patchLon: '240',
  strideTime: '1',
  strideLat: '200',
  strideLon: '200',
  cropLat: '20',
  cropLon: '20',
  batch_size: '4',
  spacing_deg: '0.05',
};

const SOLVER: Record<GuidedArchitecture, readonly NumberField[]> = {
  starter: ['n_step', 'lr_grad', 'prior_downsamp'],
  'starter-multimodal': ['n_step', 'lr_grad', 'prior_downsamp'],
  core: ['n_grad', 'n_fourdvar_iter'],
  'cnn-solver': ['n_step', 'lr_grad', 'prior_downsamp'],
  'fixed-point': ['n_step', 'prior_downsamp'],
};

/** The fields that the values chosen so far ask for, in the order of the form. */
export function numberFieldsOf({ architecture, normalisation }: ManifestValues): NumberField[] {
  const solver = SOLVER[architecture];
  return NUMBER_FIELDS.filter((field) => {
    if (field === 'mean' || field === 'std') return normalisation === 'given';
    return ALL_SOLVERS.has(field) ? solver.includes(field) : true;
  });
}
const ALL_SOLVERS: ReadonlySet<NumberField> = new Set(Object.values(SOLVER).flat());

/** The manifest that the form stands for, as YAML. Empty fields stay empty: the check of the text names them. */
export function manifestText(values: ManifestValues): string {
  const solver = SOLVER[values.architecture].map((field) => `${field}: ${valueOf(field, values[field])}`);
  const normalisation =
    values.normalisation === 'given'
      ? `{mean: ${values.mean.trim()}, std: ${values.std.trim()}}`
      : `{from: ${values.normalisation}}`;
  const nodes = (time: string, lat: string, lon: string) =>
    `{time: ${time.trim()}, lat: ${lat.trim()}, lon: ${lon.trim()}}`;
  return [
    `architecture: ${values.architecture}`,
    ...solver,
    `normalisation: ${normalisation}`,
    ...(values.architecture === 'starter-multimodal' ? ['sst_normalisation: {from: sst}'] : []),
    `patch: ${nodes(values.patchTime, values.patchLat, values.patchLon)}`,
    `strides: ${nodes(values.strideTime, values.strideLat, values.strideLon)}`,
    `reconstruction_weight: {time: triangular, offset: 1, crop: {lat: ${values.cropLat.trim()}, lon: ${values.cropLon.trim()}}}`,
    `batch_size: ${values.batch_size.trim()}`,
    `spacing_deg: ${values.spacing_deg.trim()}`,
    '',
  ].join('\n');
}

function valueOf(field: NumberField, text: string): string {
  const trimmed = text.trim();
  return trimmed === '' && field === 'prior_downsamp' ? 'null' : trimmed; // no down-sampling
}

/** What is off in the values, by field, before anything is sent. */
export function manifestFaultsOf(values: ManifestValues): Partial<Record<NumberField, string>> {
  const faults: Partial<Record<NumberField, string>> = {};
  for (const field of numberFieldsOf(values)) {
    const text = values[field].trim();
    if (text === '' && field === 'prior_downsamp') continue;
    if (text === '' || !Number.isFinite(Number(text))) faults[field] = 'Give a number.';
  }
  if (Object.keys(faults).length > 0) return faults;
  const number = (field: NumberField) => Number(values[field]);
  const parsed = networkManifestSchema.safeParse({
    architecture: values.architecture,
    ...Object.fromEntries(
      SOLVER[values.architecture].map((field) => [field, values[field].trim() === '' ? null : number(field)]),
    ),
    normalisation:
      values.normalisation === 'given'
        ? { mean: number('mean'), std: number('std') }
        : { from: values.normalisation },
    ...(values.architecture === 'starter-multimodal' ? { sst_normalisation: { from: 'sst' } } : {}),
    patch: { time: number('patchTime'), lat: number('patchLat'), lon: number('patchLon') },
    strides: { time: number('strideTime'), lat: number('strideLat'), lon: number('strideLon') },
    reconstruction_weight: { crop: { lat: number('cropLat'), lon: number('cropLon') } },
    batch_size: number('batch_size'),
    spacing_deg: number('spacing_deg'),
  });
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const field = FIELD_OF_PATH[issue.path.join('.')];
    if (field !== undefined) faults[field] ??= issue.message;
  }
  return faults;
}

const FIELD_OF_PATH: Partial<Record<string, NumberField>> = {
  ...Object.fromEntries(NUMBER_FIELDS.map((field) => [field, field])),
  'normalisation.mean': 'mean',
  'normalisation.std': 'std',
  'patch.time': 'patchTime',
  'patch.lat': 'patchLat',
  'patch.lon': 'patchLon',
  'strides.time': 'strideTime',
  'strides.lat': 'strideLat',
  'strides.lon': 'strideLon',
  'reconstruction_weight.crop.lat': 'cropLat',
  'reconstruction_weight.crop.lon': 'cropLon',
};
