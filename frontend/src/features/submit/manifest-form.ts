import {
  cropFaults,
  FAMILIES,
  hasKey,
  manifestKindOf,
  networkManifestSchema,
  type FamilyForm,
  type ManifestArchitecture,
  type ManifestChoice,
  type NetworkManifest,
  type NumberSetting,
} from '@sillage/fourdvarnet/families';
import { CHOICE_DEFAULTS, hasChoice, MANIFEST_CHOICES, meaningOf } from './manifest-choices';
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

/** How the second field of a network is scaled; with OI it is always given. */
export const FIELD_NORMALISATIONS = [
  { id: 'none', name: 'it reads no SST' },
  { id: 'sst', name: 'those of the SST being mapped' },
  { id: 'given', name: 'mean and deviation, given' },
] as const;

export const NORMALISATIONS = [
  { id: 'given', name: 'mean and deviation, given' },
  { id: 'train-truth', name: 'those of the training truth' },
  { id: 'observations', name: 'those of the observations' },
] as const;

/** Every value as it stands in its field. */
export type ManifestValues = {
  architecture: ManifestArchitecture;
  normalisation: (typeof NORMALISATIONS)[number]['id'];
  /** Of SST, or of OI in its place. */
  fieldNormalisation: (typeof FIELD_NORMALISATIONS)[number]['id'];
  /** By key of the manifest. */
  choices: Readonly<Record<string, string>>;
  /** Of an ONNX network: what it reads and gives. */
  contract: OnnxContractValues;
} & Record<NumberField, string>;

/** Fields of what every manifest has, in the order of the form. */
const COMMON_FIELDS = {
  mean: { label: 'Mean, m', base: '' },
  std: { label: 'Standard deviation, m', base: '' },
  sstMean: { label: 'SST: mean', base: '' },
  sstStd: { label: 'SST: standard deviation', base: '' },
  patchTime: { label: 'Patch: days', base: '15' },
  patchLat: { label: 'Patch: nodes of latitude', base: '240' },
  patchLon: { label: 'Patch: nodes of longitude', base: '240' },
  strideTime: { label: 'Stride: days', base: '1' },
  strideLat: { label: 'Stride: nodes of latitude', base: '200' },
  strideLon: { label: 'Stride: nodes of longitude', base: '200' },
  cropLat: { label: 'Edge left out: nodes of latitude', base: '20' },
  cropLon: { label: 'Edge left out: nodes of longitude', base: '20' },
  batch_size: { label: 'Patches together (batch_size)', base: '4', isOptional: true },
  spacing_deg: { label: 'Distance of nodes, degrees', base: '0.05' },
  fgat_passes: {
    label: 'Moves to noon (fgat_passes)',
    hint: `${meaningOf('fgat_passes')} 0: a measurement counts as one of its day, whenever it was made. Each pass costs one more solve.`,
    base: '0',
    isOptional: true,
  },
  cropTime: { label: 'Edge left out: days', base: '0', isOptional: true, isMore: true },
} as const satisfies Record<string, Omit<NumberSetting, 'key'>>;

const SOLVER_SETTINGS = FAMILIES.flatMap(({ form }): readonly NumberSetting[] => form.numbers);
type SolverField = (typeof FAMILIES)[number]['form']['numbers'][number]['key'];
export type NumberField = SolverField | keyof typeof COMMON_FIELDS;

/** What the form says of its fields with a number, in their order: those of the families first. */
export const NUMBER_SETTINGS = {
  ...Object.fromEntries(SOLVER_SETTINGS.map((setting) => [setting.key, setting])),
  ...COMMON_FIELDS,
} as Readonly<Record<NumberField, Omit<NumberSetting, 'key'>>>;
export const NUMBER_FIELDS = Object.keys(NUMBER_SETTINGS) as NumberField[];

/** What the published base configuration says; the first thing to check against one's own. */
export const MANIFEST_DEFAULTS: ManifestValues = {
  architecture: 'starter',
  normalisation: 'given',
  fieldNormalisation: 'sst',
  choices: CHOICE_DEFAULTS,
  contract: ONNX_CONTRACT_DEFAULTS,
  ...(Object.fromEntries(NUMBER_FIELDS.map((field) => [field, NUMBER_SETTINGS[field].base])) as Record<
    NumberField,
    string
  >),
};

const formOf = (architecture: ManifestArchitecture): FamilyForm => manifestKindOf(architecture).form;

/** The values with another architecture: what still stands as one base configuration has it becomes what the other has. */
export function valuesOfArchitecture(
  values: ManifestValues,
  architecture: ManifestArchitecture,
): ManifestValues {
  const baseOf = (chosen: ManifestArchitecture) => ({
    ...MANIFEST_DEFAULTS,
    ...formOf(chosen).base?.numbers,
  });
  const [before, after] = [baseOf(values.architecture), baseOf(architecture)];
  const changed = NUMBER_FIELDS.filter((field) => values[field] === before[field]);
  const timeKey = 'reconstruction_weight.time';
  const timeOf = (chosen: ManifestArchitecture) => formOf(chosen).base?.time ?? CHOICE_DEFAULTS[timeKey]!;
  const isTimeBase = values.choices[timeKey] === timeOf(values.architecture);
  return {
    ...values,
    ...Object.fromEntries(changed.map((field) => [field, after[field]])),
    architecture,
    fieldNormalisation: readsSstMaybe(architecture) ? 'none' : 'sst',
    choices: { ...values.choices, ...(isTimeBase ? { [timeKey]: timeOf(architecture) } : {}) },
  };
}

/** Whether networks of an architecture may read SST or not: the form then asks whether. */
export function readsSstMaybe(architecture: ManifestArchitecture): boolean {
  return formOf(architecture).sst === 'optional';
}

/** Whether the second field of a multimodal network is OI, computed or of the dataset. */
export function hasOiField({ architecture, choices }: ManifestValues): boolean {
  return hasKey(architecture, 'second_field') && choices['second_field'] !== 'sst';
}

/** Whether it is to be chosen how SST is scaled: OI in its place is always scaled by what is given. */
export function asksForSst(values: ManifestValues): boolean {
  return formOf(values.architecture).sst !== undefined && !hasOiField(values);
}

/** How the second field is scaled: OI has no statistics of its own to take. */
export function fieldNormalisationOf(values: ManifestValues): ManifestValues['fieldNormalisation'] {
  if (values.architecture === 'onnx')
    return readsSst(values.contract) ? values.contract.sstNormalisation : 'none';
  if (formOf(values.architecture).sst === undefined) return 'none';
  return hasOiField(values) ? 'given' : values.fieldNormalisation;
}

/** The choices that the values chosen so far ask for, in the order of the form. */
export function choicesOf({ architecture, choices }: ManifestValues): ManifestChoice[] {
  return MANIFEST_CHOICES.filter(
    (choice) =>
      hasChoice(architecture, choice) &&
      (choice.key !== 'reconstruction_weight.offset' ||
        choices['reconstruction_weight.time'] === 'triangular'),
  );
}

/** Whether a field waits under *More settings*. */
export function isMoreField(field: NumberField): boolean {
  return NUMBER_SETTINGS[field].isMore === true;
}

/** Keys and fields under *More settings* that do not stand as the published configuration of the architecture has them. */
export function unusualMoreSettings(values: ManifestValues): string[] {
  const base = valuesOfArchitecture(MANIFEST_DEFAULTS, values.architecture);
  return [
    ...choicesOf(values).flatMap(({ key, isMain }) =>
      !isMain && values.choices[key] !== base.choices[key] ? [key] : [],
    ),
    ...numberFieldsOf(values).filter(
      (field) => isMoreField(field) && values[field].trim() !== base[field].trim(),
    ),
  ];
}

/** The fields that the values chosen so far ask for, in the order of the form. */
export function numberFieldsOf(values: ManifestValues): NumberField[] {
  const solver = solverFieldsOf(values.architecture);
  return NUMBER_FIELDS.filter((field) => {
    if (field === 'mean' || field === 'std') return values.normalisation === 'given';
    if (field === 'sstMean' || field === 'sstStd') return fieldNormalisationOf(values) === 'given';
    return field in COMMON_FIELDS || solver.includes(field);
  });
}

function solverFieldsOf(architecture: ManifestArchitecture): NumberField[] {
  return formOf(architecture).numbers.map(({ key }) => key as NumberField);
}

/** A value as it stands in its field, or a block of them; null: left out. */
type Entry = string | null | { readonly [key: string]: Entry };

/** The manifest that the form stands for, key by key. */
function entriesOf(values: ManifestValues): Readonly<Record<string, Entry>> {
  const chosen = new Map(choicesOf(values).map(({ key }) => [key, values.choices[key] || null]));
  const scale = (mean: string, std: string): Entry => ({ mean, std });
  const field = fieldNormalisationOf(values);
  const top = Object.fromEntries([...chosen].filter(([key]) => !key.includes('.')));
  return {
    ...Object.fromEntries(
      solverFieldsOf(values.architecture).map((name) => [name, entryOf(name, values[name])]),
    ),
    ...top,
    normalisation:
      values.normalisation === 'given' ? scale(values.mean, values.std) : { from: values.normalisation },
    sst_normalisation:
      values.architecture === 'onnx' || field === 'none'
        ? null
        : field === 'given'
          ? scale(values.sstMean, values.sstStd)
          : { from: 'sst' },
    patch: { time: values.patchTime, lat: values.patchLat, lon: values.patchLon },
    strides: { time: values.strideTime, lat: values.strideLat, lon: values.strideLon },
    reconstruction_weight: {
      time: chosen.get('reconstruction_weight.time') ?? null,
      offset: chosen.get('reconstruction_weight.offset') ?? null,
      crop: { time: values.cropTime, lat: values.cropLat, lon: values.cropLon },
    },
    batch_size: values.batch_size,
    fgat_passes: values.fgat_passes,
    spacing_deg: values.spacing_deg,
  };
}

function entryOf(field: NumberField, text: string): string | null {
  const { empty } = NUMBER_SETTINGS[field];
  return text.trim() === '' && empty !== undefined ? empty : text;
}

/** The manifest that the form stands for, as YAML. Empty fields stay empty: the check of the text names them. */
export function manifestText(values: ManifestValues): string {
  const isOnnx = values.architecture === 'onnx';
  return [
    `architecture: ${values.architecture}`,
    ...(isOnnx
      ? contractLines(values.contract, { mean: values.sstMean.trim(), std: values.sstStd.trim() })
      : []),
    ...Object.entries(entriesOf(values)).flatMap(([key, entry]) =>
      entry === null ? [] : [`${key}: ${yamlOf(entry)}`],
    ),
    '',
  ].join('\n');
}

function yamlOf(entry: Exclude<Entry, null>): string {
  if (typeof entry === 'string') return entry.trim();
  const parts = Object.entries(entry).flatMap(([key, value]) =>
    value === null ? [] : [`${key}: ${yamlOf(value)}`],
  );
  return `{${parts.join(', ')}}`;
}

/** What a reader of the YAML sees. */
function dataOf(entry: Exclude<Entry, null>): unknown {
  if (typeof entry !== 'string')
    return Object.fromEntries(
      Object.entries(entry).flatMap(([key, value]) => (value === null ? [] : [[key, dataOf(value)]])),
    );
  const text = entry.trim();
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
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
    if (text === '' && NUMBER_SETTINGS[field].empty !== undefined) continue;
    if (text === '' || !Number.isFinite(Number(text))) faults[field] = 'Give a number.';
    else if (NUMBER_SETTINGS[field].isOdd === true && Number(text) % 2 === 0)
      faults[field] = 'Give an odd number of nodes: an even window has no node in its middle.';
  }
  if (Object.keys(faults).length > 0) return faults;
  const parsed = networkManifestSchema.safeParse({
    architecture: values.architecture,
    ...(values.architecture === 'onnx' ? contractOf(values) : {}),
    ...Object.fromEntries(
      Object.entries(entriesOf(values)).flatMap(([key, entry]) =>
        entry === null ? [] : [[key, dataOf(entry)]],
      ),
    ),
  });
  for (const { path, message } of parsed.success ? cropIssues(parsed.data) : parsed.error.issues) {
    const field = FIELD_OF_PATH[path.join('.')];
    if (field !== undefined) faults[field] ??= message;
  }
  return faults;
}

function cropIssues(manifest: NetworkManifest): { path: string[]; message: string }[] {
  return cropFaults(manifest.patch, manifest.reconstruction_weight).map(({ axis, message }) => ({
    path: ['reconstruction_weight', 'crop', axis],
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
  }));
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

const PATHS: Partial<Record<NumberField, string>> = {
  mean: 'normalisation.mean',
  std: 'normalisation.std',
  sstMean: 'sst_normalisation.mean',
  sstStd: 'sst_normalisation.std',
  patchTime: 'patch.time',
  patchLat: 'patch.lat',
  patchLon: 'patch.lon',
  strideTime: 'strides.time',
  strideLat: 'strides.lat',
  strideLon: 'strides.lon',
  cropTime: 'reconstruction_weight.crop.time',
  cropLat: 'reconstruction_weight.crop.lat',
  cropLon: 'reconstruction_weight.crop.lon',
};

/** Where a manifest has the value of a field. */
export function pathOfField(field: NumberField): string {
  return PATHS[field] ?? field;
}

const FIELD_OF_PATH: Partial<Record<string, NumberField>> = Object.fromEntries(
  NUMBER_FIELDS.map((field) => [pathOfField(field), field]),
);
