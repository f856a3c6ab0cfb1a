import { type ONNX_INPUT_KINDS } from '@sillage/fourdvarnet/families';

export type OnnxInputKind = (typeof ONNX_INPUT_KINDS)[number];

export const ONNX_KIND_NAMES: Record<OnnxInputKind, string> = {
  observations: 'observations',
  mask: 'mask: 1 where observed, else 0',
  oi: 'optimal interpolation (OI)',
  sst: 'sea surface temperature (SST)',
  'day-of-year': 'day of the year, 0 to 1',
  latitude: 'latitude, degrees / 90',
  longitude: 'longitude, degrees / 180',
};

export const ONNX_QUANTITIES = [
  { id: 'ssh', name: 'sea surface height, normalised' },
  { id: 'anomaly-from-oi', name: 'difference from OI, normalised' },
] as const;

export const ONNX_MISSING_VALUES = [
  { id: 'zero', name: 'zero, the mean' },
  { id: 'nan', name: 'NaN' },
] as const;

export const SST_NORMALISATIONS = [
  { id: 'sst', name: 'mean and deviation of the SST being mapped' },
  { id: 'given', name: 'mean and deviation, given' },
] as const;

/** One input of the network: the fields that lie behind each other along its second axis; an empty one is not chosen yet. */
export type OnnxInputValues = { name: string; kinds: (OnnxInputKind | '')[] };

/** What an ONNX network reads and gives, as it stands in the form. */
export type OnnxContractValues = {
  inputs: OnnxInputValues[];
  outputName: string;
  quantity: (typeof ONNX_QUANTITIES)[number]['id'];
  missing: (typeof ONNX_MISSING_VALUES)[number]['id'];
  sstNormalisation: (typeof SST_NORMALISATIONS)[number]['id'];
};

export const ONNX_CONTRACT_DEFAULTS: OnnxContractValues = {
  inputs: [{ name: '', kinds: ['observations'] }],
  outputName: '',
  quantity: 'ssh',
  missing: 'zero',
  sstNormalisation: 'sst',
};

export const MOST_KINDS = 8;

/** An input or output as the file declares it: a length, the name of a free axis, or null for one without a name. */
export type OnnxPortFacts = { name: string; dims: readonly (number | string | null)[] | null };
export type OnnxFileFacts = { inputs: readonly OnnxPortFacts[]; outputs: readonly OnnxPortFacts[] };

export type PatchText = { time: string; lat: string; lon: string; batch: string };

export function readsSst({ inputs }: OnnxContractValues): boolean {
  return inputs.some(({ kinds }) => kinds.includes('sst'));
}

export function shapeText({ dims }: OnnxPortFacts): string {
  return dims === null ? 'any shape' : `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
}

/**
 * What a file's own graph says about its contract: names, and where its axes are fixed, the patch and how many fields an
 * input holds. What a field holds is guessed from the name of a lone one, else left open: a wrong guess would still run.
 */
export function contractFromFile({ inputs, outputs }: OnnxFileFacts): {
  contract: Pick<OnnxContractValues, 'inputs' | 'outputName'>;
  patch: Partial<PatchText>;
} {
  const [output] = outputs;
  const outputDims = output?.dims?.length === 4 ? output.dims : null;
  const channels = inputs.map(({ dims }) => (dims?.length === 4 ? fixed(dims[1]) : null));
  const days = fixed(outputDims?.[1]) ?? (channels.length === 1 ? (channels[0] ?? null) : null);
  const axis = (index: number): number | null =>
    fixed(outputDims?.[index]) ??
    inputs.map(({ dims }) => (dims?.length === 4 ? fixed(dims[index]) : null)).find((dim) => dim !== null) ??
    null;
  return {
    contract: {
      inputs: inputs.map(({ name }, position) => {
        const count = fieldCount(channels[position] ?? null, days);
        return {
          name,
          kinds: count === 1 ? [kindOfName(name)] : Array.from({ length: count }, () => '' as const),
        };
      }),
      outputName: output?.name ?? '',
    },
    patch: Object.fromEntries(
      Object.entries({ time: days, lat: axis(2), lon: axis(3), batch: axis(0) }).flatMap(([key, value]) =>
        value === null ? [] : [[key, String(value)]],
      ),
    ),
  };
}

function fixed(dim: number | string | null | undefined): number | null {
  return typeof dim === 'number' && dim > 0 ? dim : null;
}

function fieldCount(channels: number | null, days: number | null): number {
  if (channels === null || days === null || channels % days !== 0) return 1;
  return Math.min(MOST_KINDS, channels / days);
}

const NAMED_KINDS: readonly [RegExp, OnnxInputKind][] = [
  [/mask/i, 'mask'],
  [/(^|[^a-z])(oi|duacs|background|first_?guess)([^a-z]|$)/i, 'oi'],
  [/sst|temperature/i, 'sst'],
  [/(^|[^a-z])(day|doy)([^a-z]|$)|season/i, 'day-of-year'],
  [/(^|[^a-z])lat/i, 'latitude'],
  [/(^|[^a-z])lon/i, 'longitude'],
  [/obs|ssh|sla|altim|nadir/i, 'observations'],
];

function kindOfName(name: string): OnnxInputKind | '' {
  return NAMED_KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? '';
}

/** The contract as lines of the manifest. */
export function contractLines(values: OnnxContractValues, sst: { mean: string; std: string }): string[] {
  const inputs = values.inputs.map(({ name, kinds }) => `  ${JSON.stringify(name)}: [${kinds.join(', ')}]`);
  return [
    'inputs:',
    ...inputs,
    `output: {name: ${JSON.stringify(values.outputName)}, quantity: ${values.quantity}}`,
    `missing_value: ${values.missing}`,
    ...(readsSst(values)
      ? [
          `sst_normalisation: ${values.sstNormalisation === 'sst' ? '{from: sst}' : `{mean: ${sst.mean}, std: ${sst.std}}`}`,
        ]
      : []),
  ];
}

/**
 * What is off in a contract, by field (`inputs.0.name`, `inputs.0.kinds.1`, `inputs`, `outputName`).
 *
 * @param file - what the file itself declares; null where it was not read.
 */
export function contractFaults(
  values: OnnxContractValues,
  patch: PatchText,
  file: OnnxFileFacts | null,
): Partial<Record<string, string>> {
  const faults: Partial<Record<string, string>> = {};
  const names = values.inputs.map(({ name }) => name);
  const list = file?.inputs.map(({ name }) => name).join(', ') ?? '';
  for (const [position, { name, kinds }] of values.inputs.entries()) {
    const port = file?.inputs.find((input) => input.name === name);
    if (name.trim() === '')
      faults[`inputs.${position}.name`] = 'Give the name that the input has in the file.';
    else if (names.indexOf(name) < position)
      faults[`inputs.${position}.name`] = `'${name}' stands above already.`;
    else if (file !== null && port === undefined)
      faults[`inputs.${position}.name`] = `The file has no input '${name}'; it has ${list}.`;
    for (const [place, kind] of kinds.entries())
      if (kind === '') faults[`inputs.${position}.kinds.${place}`] = 'Say what it holds.';
    const shape = port === undefined ? null : shapeFault(port, kinds.length, patch);
    if (shape !== null) faults[`inputs.${position}.name`] ??= shape;
  }
  const kinds = values.inputs.flatMap((input) => input.kinds);
  const missing = file?.inputs.find(({ name }) => !names.includes(name));
  if (missing !== undefined)
    faults['inputs'] = `The file also reads '${missing.name}' ${shapeText(missing)}: say what it holds.`;
  else if (values.inputs.length === 0) faults['inputs'] = 'Name at least one input.';
  else if (!kinds.includes('') && !kinds.includes('observations'))
    faults['inputs'] = 'No input holds the observations: the network would map without them.';
  const outputs = file?.outputs ?? null;
  if (values.outputName.trim() === '')
    faults['outputName'] = 'Give the name that the output has in the file.';
  else if (outputs !== null && !outputs.some(({ name }) => name === values.outputName))
    faults['outputName'] =
      `The file has no output '${values.outputName}'; it has ${outputs.map(({ name }) => name).join(', ')}.`;
  return faults;
}

/** Axes that the file writes down must be those of the manifest; free ones take any length. */
function shapeFault(port: OnnxPortFacts, kindCount: number, patch: PatchText): string | null {
  const { dims } = port;
  if (dims === null) return null;
  const sizes = [patch.batch, patch.time, patch.lat, patch.lon].map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) return null; // named at their own fields
  const [batch, time, lat, lon] = sizes as [number, number, number, number];
  const wanted = [batch, kindCount * time, lat, lon];
  if (dims.length === 4 && dims.every((dim, axis) => typeof dim !== 'number' || dim === wanted[axis]))
    return null;
  return `In the file it has the shape ${shapeText(port)}; this form makes it [${wanted.join(', ')}]: patches together, days × fields, nodes of latitude, nodes of longitude.`;
}
