import { FAMILIES, isHydraConfig, ONNX_INPUT_KINDS, type Family } from '@sillage/fourdvarnet/families';
import { CHOICE_DEFAULTS, GUIDED_ARCHITECTURES, MANIFEST_CHOICES } from './manifest-choices';
import {
  FIELD_NORMALISATIONS,
  MANIFEST_DEFAULTS,
  manifestText,
  NORMALISATIONS,
  NUMBER_FIELDS,
  NUMBER_SETTINGS,
  numberFieldsOf,
  pathOfField,
  readsSstMaybe,
  type ManifestValues,
  type NumberField,
} from './manifest-form';
import {
  ONNX_CONTRACT_DEFAULTS,
  ONNX_MISSING_VALUES,
  ONNX_QUANTITIES,
  type OnnxContractValues,
} from './onnx-contract';

/** What a form makes of a text, and what it cannot hold of it, as sentences. */
export type TakenManifest = { values: ManifestValues | null; notes: readonly string[] };

type ParseYaml = (text: string) => unknown;
type Mapping = Readonly<Record<string, unknown>>;

/** Whether the key of a field may be absent: the form then shows what holds without it. */
function isOptional(field: NumberField): boolean {
  return NUMBER_SETTINGS[field].isOptional === true;
}

/**
 * Reads a manifest that was pasted into the fields of the form. What it does not say is left empty where nothing stands for it,
 * so that the form asks for it.
 */
export function manifestFromText(text: string, parseYaml: ParseYaml): TakenManifest {
  let content: unknown;
  try {
    content = parseYaml(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]!.replace(/:$/, '') : String(error);
    return nothing(`it is no YAML: ${reason}`);
  }
  if (!isMapping(content)) return nothing('it has no `key: value` lines');
  if (isHydraConfig(content))
    return nothing(
      'it is a configuration of hydra, which the platform reads by itself: send it as text, or write a manifest from it with `npx sillage checkpoint inspect FILE --manifest config.yaml --template`',
    );
  const architecture = GUIDED_ARCHITECTURES.find(({ id }) => id === content['architecture'])?.id;
  if (architecture === undefined)
    return nothing(
      content['architecture'] === undefined
        ? 'it has no `architecture`'
        : `it has architecture: ${valueText(content['architecture'])}, and the form has ${GUIDED_ARCHITECTURES.map(({ id }) => id).join(', ')}`,
    );
  const values = valuesOf(content, architecture);
  return { values, notes: notesOn(content, values, { text, parseYaml }) };
}

function nothing(reason: string): TakenManifest {
  return {
    values: null,
    notes: [`Nothing was taken over from the text: ${reason}. The text is still there.`],
  };
}

function valuesOf(manifest: Mapping, architecture: ManifestValues['architecture']): ManifestValues {
  const numbers = Object.fromEntries(
    NUMBER_FIELDS.map((field) => {
      const found = at(manifest, pathOfField(field).split('.'));
      if (found === undefined) return [field, isOptional(field) ? MANIFEST_DEFAULTS[field] : ''];
      return [field, found === null ? '' : valueText(found)];
    }),
  ) as Record<NumberField, string>;
  const choices = Object.fromEntries(
    MANIFEST_CHOICES.map(({ key, options }) => {
      const found = valueText(at(manifest, key.split('.')) ?? '');
      return [key, options.some(({ id }) => id === found) ? found : CHOICE_DEFAULTS[key]!];
    }),
  );
  return {
    ...MANIFEST_DEFAULTS,
    ...numbers,
    architecture,
    choices,
    normalisation: fromOf(manifest['normalisation'], NORMALISATIONS) ?? 'given',
    fieldNormalisation:
      manifest['sst_normalisation'] === undefined
        ? readsSstMaybe(architecture)
          ? 'none'
          : 'given'
        : (fromOf(manifest['sst_normalisation'], FIELD_NORMALISATIONS) ?? 'given'),
    contract: architecture === 'onnx' ? contractOf(manifest) : ONNX_CONTRACT_DEFAULTS,
  };
}

function fromOf<Id extends string>(block: unknown, known: readonly { readonly id: Id }[]): Id | null {
  const from = isMapping(block) ? block['from'] : undefined;
  return known.find(({ id }) => id === from)?.id ?? null;
}

function contractOf(manifest: Mapping): OnnxContractValues {
  const inputs = manifest['inputs'];
  const output = manifest['output'];
  const [name, quantity] = isMapping(output) ? [output['name'], output['quantity']] : [];
  return {
    inputs: isMapping(inputs)
      ? Object.entries(inputs).map(([port, kinds]) => ({
          name: port,
          kinds: (Array.isArray(kinds) ? kinds : [kinds]).map(
            (kind) => ONNX_INPUT_KINDS.find((known) => known === kind) ?? '',
          ),
        }))
      : ONNX_CONTRACT_DEFAULTS.inputs,
    outputName: name === undefined ? '' : valueText(name),
    quantity: ONNX_QUANTITIES.find(({ id }) => id === quantity)?.id ?? ONNX_CONTRACT_DEFAULTS.quantity,
    missing:
      ONNX_MISSING_VALUES.find(({ id }) => id === manifest['missing_value'])?.id ??
      ONNX_CONTRACT_DEFAULTS.missing,
    sstNormalisation: fromOf(manifest['sst_normalisation'], FIELD_NORMALISATIONS) === 'sst' ? 'sst' : 'given',
  };
}

/** What the form does not hold of the text, found by writing the manifest that it makes, and what it has to ask for. */
function notesOn(
  manifest: Mapping,
  values: ManifestValues,
  { text, parseYaml }: { text: string; parseYaml: ParseYaml },
): string[] {
  const made = parseYaml(manifestText(values));
  const lost = Object.entries(manifest).filter(
    ([key, value]) => !isNeedless(key, value) && !holds(isMapping(made) ? made[key] : undefined, value),
  );
  const empty = numberFieldsOf(values).filter(
    (field) => values[field] === '' && MANIFEST_DEFAULTS[field] !== '' && !isOptional(field),
  );
  const noStatistics =
    values.normalisation === 'given' && (values.mean === '' || values.std === '') ? ['normalisation'] : [];
  const open = [...new Set([...noStatistics, ...empty.map((field) => pathOfField(field))])];
  return [
    ...lost.map(([key, value]) =>
      lostNote({ key, value, line: lineOf(key, text), shown: isMapping(made) ? made[key] : undefined }),
    ),
    ...(lost.length === 0
      ? []
      : [
          `What you send is the form, without ${lost.length === 1 ? 'that line' : 'those lines'}. If the network needs ${lost.length === 1 ? 'it' : 'them'}, choose “Paste it or open a file” above: your text is still there, and is then sent as it is.`,
        ]),
    ...(open.length === 0 ? [] : [`The text does not say ${open.join(', ')}: fill in what is empty.`]),
  ];
}

/** A line of the text that the form cannot hold: there is no field for it, or its field has no such value. */
function lostNote({
  key,
  value,
  line,
  shown,
}: {
  key: string;
  value: unknown;
  line: number | null;
  shown: unknown;
}): string {
  const place = line === null ? 'In your text' : `Line ${line} of your text`;
  const stated = `“${key}: ${valueText(value)}”`;
  if (!FIELD_KEYS.includes(key)) return `${place}, ${stated}: the form has no field for ${key}.`;
  const instead = shown === undefined ? `nothing for ${key}` : `“${key}: ${valueText(shown)}”`;
  return `${place}, ${stated}: the form cannot say this, and has ${instead} instead.`;
}

/** Keys at the top of a manifest that fields of the form stand for, besides the architecture. */
const FIELD_KEYS: readonly string[] = [
  ...NUMBER_FIELDS.map((field) => pathOfField(field)),
  ...MANIFEST_CHOICES.map(({ key }) => key),
  ...['normalisation', 'sst_normalisation', 'inputs', 'output', 'missing_value'],
].map((path) => path.split('.')[0]!);

/** Where a key at the top of a YAML text stands, counted from 1; null where it is not at the start of a line. */
function lineOf(key: string, text: string): number | null {
  const index = text.split('\n').findIndex((line) => {
    const [, found] = /^["']?([^"':\s]+)["']?\s*:/.exec(line) ?? [];
    return found === key;
  });
  return index < 0 ? null : index + 1;
}

/** What the checkpoint itself tells anyway, and refuses if it is otherwise. */
function isNeedless(key: string, value: unknown): boolean {
  return FAMILIES.some((family: Family) => family.isNeedless?.(key, value) === true);
}

/** Whether a value of the form's manifest says all that the text says; it may say more. */
function holds(made: unknown, stated: unknown): boolean {
  if (isMapping(stated))
    return isMapping(made) && Object.entries(stated).every(([key, inner]) => holds(made[key], inner));
  if (Array.isArray(stated))
    return (
      Array.isArray(made) &&
      made.length === stated.length &&
      stated.every((inner, index) => holds(made[index], inner))
    );
  return Object.is(made, stated);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), value);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value on one line, as a manifest has it. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (isMapping(value))
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${valueText(inner)}`)
      .join(', ')}}`;
  return String(value);
}
