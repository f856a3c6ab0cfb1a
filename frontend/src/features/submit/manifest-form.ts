import { networkManifestSchema } from '@sillage/contracts';
import {
  contractFaults,
  contractFromFile,
  contractLines,
  ONNX_CONTRACT_DEFAULTS,
  readsSst,
  type OnnxContractValues,
  type OnnxFileFacts,
  type PatchText,
} from './onnx-contract';

export const GUIDED_ARCHITECTURES = [
  { id: 'starter', name: 'starter: ConvLSTM solver, bilinear prior' },
  { id: 'starter-multimodal', name: 'starter with SST' },
  { id: 'core', name: 'core: augmented state, two-scale prior' },
  { id: 'cnn-solver', name: 'CNN solver' },
  { id: 'fixed-point', name: 'fixed point: no learned solver' },
  { id: 'onnx', name: 'ONNX: any network, its inputs declared' },
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
  /** Of an ONNX network: what it reads and gives. */
  contract: OnnxContractValues;
} & Record<NumberField, string>;

export const NUMBER_FIELDS = [
  'n_step',
  'lr_grad',
  'n_grad',
  'n_fourdvar_iter',
  'prior_downsamp',
  'mean',
  'std',
  'sstMean',
  'sstStd',
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
  contract: ONNX_CONTRACT_DEFAULTS,
  n_step: '10',
  lr_grad: '1000',
  n_grad: '5',
  n_fourdvar_iter: '1',
  prior_downsamp: '2',
  mean: '',
  std: '',
  sstMean: '',
  sstStd: '',
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
  onnx: [],
};

/** The fields that the values chosen so far ask for, in the order of the form. */
export function numberFieldsOf({ architecture, normalisation, contract }: ManifestValues): NumberField[] {
  const solver = SOLVER[architecture];
  return NUMBER_FIELDS.filter((field) => {
    if (field === 'mean' || field === 'std') return normalisation === 'given';
    if (field === 'sstMean' || field === 'sstStd')
      return architecture === 'onnx' && readsSst(contract) && contract.sstNormalisation === 'given';
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
    ...(values.architecture === 'onnx'
      ? contractLines(values.contract, { mean: values.sstMean.trim(), std: values.sstStd.trim() })
      : []),
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

/** The values with what an ONNX file itself says; strides and edges follow the patch as those of the base configuration do. */
export function valuesFromFile(values: ManifestValues, file: OnnxFileFacts): ManifestValues {
  const { contract, patch } = contractFromFile(file);
  const edge = (nodes: string | undefined) => (nodes === undefined ? null : Math.floor(Number(nodes) / 12));
  const [cropLat, cropLon] = [edge(patch.lat), edge(patch.lon)];
  return {
    ...values,
    architecture: 'onnx',
    contract: { ...values.contract, ...contract },
    ...(patch.time === undefined ? {} : { patchTime: patch.time }),
    ...(patch.batch === undefined ? {} : { batch_size: patch.batch }),
    ...(patch.lat === undefined || cropLat === null
      ? {}
      : {
          patchLat: patch.lat,
          cropLat: String(cropLat),
          strideLat: String(Number(patch.lat) - 2 * cropLat),
        }),
    ...(patch.lon === undefined || cropLon === null
      ? {}
      : {
          patchLon: patch.lon,
          cropLon: String(cropLon),
          strideLon: String(Number(patch.lon) - 2 * cropLon),
        }),
  };
}

function patchTextOf({ patchTime, patchLat, patchLon, batch_size: batch }: ManifestValues): PatchText {
  return { time: patchTime, lat: patchLat, lon: patchLon, batch };
}

/** A field of numbers, `architecture`, or one of the contract: `contract.inputs.0.name` and the like. */
export type ManifestField = NumberField | 'architecture' | `contract.${string}`;

/**
 * What is off in the values, by field, before anything is sent.
 *
 * @param file - what an ONNX file declares; null for other files, and where it was not read.
 */
export function manifestFaultsOf(
  values: ManifestValues,
  file: OnnxFileFacts | null = null,
): Partial<Record<ManifestField, string>> {
  if (values.architecture === 'onnx') {
    const contract = contractFaults(values.contract, patchTextOf(values), file);
    return {
      ...Object.fromEntries(Object.entries(contract).map(([field, text]) => [`contract.${field}`, text])),
      ...numberFaultsOf(values),
    };
  }
  const isOther: Partial<Record<ManifestField, string>> =
    file === null
      ? {}
      : { architecture: 'The file is an ONNX network: choose ONNX here, or give the checkpoint.' };
  return { ...isOther, ...numberFaultsOf(values) };
}

function numberFaultsOf(values: ManifestValues): Partial<Record<NumberField, string>> {
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
    ...(values.architecture === 'onnx' ? contractOf(values) : {}),
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

function contractOf({ contract, sstMean, sstStd }: ManifestValues) {
  const { inputs, outputName, quantity, missing, sstNormalisation } = contract;
  return {
    inputs: Object.fromEntries(inputs.map(({ name, kinds }) => [name, kinds])),
    output: { name: outputName, quantity },
    missing_value: missing,
    ...(readsSst(contract)
      ? {
          sst_normalisation:
            sstNormalisation === 'sst' ? { from: 'sst' } : { mean: Number(sstMean), std: Number(sstStd) },
        }
      : {}),
  };
}

const FIELD_OF_PATH: Partial<Record<string, NumberField>> = {
  ...Object.fromEntries(NUMBER_FIELDS.map((field) => [field, field])),
  'normalisation.mean': 'mean',
  'normalisation.std': 'std',
  'sst_normalisation.mean': 'sstMean',
  'sst_normalisation.std': 'sstStd',
  'patch.time': 'patchTime',
  'patch.lat': 'patchLat',
  'patch.lon': 'patchLon',
  'strides.time': 'strideTime',
  'strides.lat': 'strideLat',
  'strides.lon': 'strideLon',
  'reconstruction_weight.crop.lat': 'cropLat',
  'reconstruction_weight.crop.lon': 'cropLon',
};
