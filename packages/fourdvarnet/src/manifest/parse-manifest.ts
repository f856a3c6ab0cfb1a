import {
  hasKey,
  MANIFEST_ARCHITECTURES,
  MANIFEST_KEYS,
  manifestKindOf,
  networkManifestSchema,
  type ManifestArchitecture,
  type NetworkManifest,
} from '../families/families.js';
import { ManifestError } from './manifest-error.js';
import { nearestKey } from './manifest-keys.js';
import { isMapping, type RawManifest } from './raw-manifest.js';
import { readYamlMapping } from './yaml-mapping.js';

/**
 * Reads a manifest.
 *
 * @param defaults - taken for the keys that the text does not have.
 * @throws ManifestError with every fault that was found: unknown keys with the nearest known one, missing ones with what they
 *   mean, values of the wrong kind.
 */
export function parseManifest(text: string, defaults: RawManifest = {}): NetworkManifest {
  return checkedManifest({ ...defaults, ...parseYamlMapping(text, 'the manifest') });
}

/** The mapping at the top of a YAML text; no tag of it is resolved to anything but data. */
export function parseYamlMapping(text: string, where: string): RawManifest {
  const reading = readYamlMapping(text);
  if (reading.isMapping) return reading.mapping;
  throw new ManifestError({
    code: 'not-yaml',
    where,
    found: reading.isYaml ? reading.found : `it is no YAML: ${reading.found}`,
    expected: 'YAML with one `key: value` a line',
    fix: '`sillage checkpoint inspect FILE --template` prints a manifest to start from.',
  });
}

/** @throws ManifestError with every fault. */
export function checkedManifest(raw: RawManifest): NetworkManifest {
  const architecture = raw['architecture'];
  if (manifestKindOf(architecture) === undefined) throw architectureError(architecture);
  const parsed = networkManifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = manifestFaults(raw);
  const places = [...new Set(faults.map(({ place }) => `'${place}'`))];
  throw new ManifestError({
    code: faults[0]!.code,
    where: `the manifest, key${places.length > 1 ? 's' : ''} ${places.join(', ')}`,
    found: [...new Set(faults.map(({ found }) => found))].join('; '),
    expected: [...new Set(faults.map(({ expected }) => expected))].join('; '),
    fix: fixOf(faults),
    missingKeys: [
      ...new Set(faults.flatMap(({ code, place }) => (code === 'missing-key' ? place.split('.')[0]! : []))),
    ],
  });
}

/** What is wrong with a manifest of a known architecture, mistakes before what is missing. */
export function manifestFaults(raw: RawManifest): ManifestFault[] {
  const kind = manifestKindOf(raw['architecture']);
  const parsed = networkManifestSchema.safeParse(raw);
  if (kind === undefined || parsed.success) return [];
  return parsed.error.issues
    .flatMap((issue) => faultsOf(issue, raw, kind.schema.shape))
    .sort((a, b) => FAULT_ORDER.indexOf(a.code) - FAULT_ORDER.indexOf(b.code));
}

/** How all of these faults are mended. */
export function fixOf(faults: readonly ManifestFault[]): string {
  return [...new Set(faults.map(({ code }) => FIXES[code]))].join(' ');
}

/** What hydra, and a template, write for a value that somebody must give. */
export const UNDECIDED = '???';

type FaultCode = 'unknown-key' | 'missing-key' | 'wrong-value';
export type ManifestFault = { code: FaultCode; place: string; found: string; expected: string };

/** A manifest that only lacks keys is unfinished; the other faults are mistakes, whatever is missing beside them. */
const FAULT_ORDER: readonly FaultCode[] = ['unknown-key', 'wrong-value', 'missing-key'];
const FIXES: Record<FaultCode, string> = {
  'unknown-key':
    'Correct or remove it: an unknown key may be a setting that changes the result and is not known here.',
  'missing-key':
    'Add what the network was trained with; .hydra/config.yaml of the training says most of it, and can be given as it is.',
  'wrong-value': 'Correct the value.',
};

type Issue = {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
};

function faultsOf(issue: Issue, raw: RawManifest, shape: Readonly<Record<string, unknown>>): ManifestFault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = path.length === 0 ? Object.keys(shape) : knownBelow(path.join('.'));
    return (issue.keys ?? []).map((key) => unknownKey(key, path, known));
  }
  const place = path.join('.');
  const top = path[0] ?? '';
  const key = MANIFEST_KEYS[top];
  const expected = key === undefined ? issue.message : `${top}: ${key.values}`;
  const value = valueAt(raw, path);
  if (isUnwritten(value))
    return [
      {
        code: 'missing-key',
        place,
        found: `no ${place}${key === undefined ? '' : ` (${key.meaning})`}`,
        expected,
      },
    ];
  return [{ code: 'wrong-value', place, found: `${place}: ${JSON.stringify(value)}`, expected }];
}

/** Nothing, or a block with nothing in it. */
export function isUnwritten(value: unknown): boolean {
  if (isMapping(value)) return Object.keys(value).length > 0 && Object.values(value).every(isUnwritten);
  return value === undefined || value === null || value === UNDECIDED;
}

function unknownKey(key: string, path: readonly string[], known: readonly string[]): ManifestFault {
  const place = [...path, key].join('.');
  const nearest = nearestKey(key, known);
  const owners = path.length > 0 || nearest !== null || MANIFEST_KEYS[key] === undefined ? [] : ownersOf(key);
  const hint =
    owners.length > 0
      ? `, which is for ${owners.join(', ')} only`
      : nearest === null
        ? ''
        : `, did you mean '${nearest}'?`;
  return {
    code: 'unknown-key',
    place,
    found: `the key '${place}' is not known${hint}`,
    expected: `${path.length === 0 ? 'keys' : `${path.join('.')} with`} ${known.join(', ')}`,
  };
}

function ownersOf(key: string): ManifestArchitecture[] {
  return MANIFEST_ARCHITECTURES.filter((architecture) => hasKey(architecture, key));
}

/** Keys of the blocks of a manifest. */
function knownBelow(place: string): readonly string[] {
  switch (place) {
    case 'reconstruction_weight':
      return ['time', 'offset', 'crop'];
    case 'output':
      return ['name', 'quantity'];
    case 'normalisation':
    case 'sst_normalisation':
      return ['mean', 'std', 'from'];
    default:
      return ['time', 'lat', 'lon'];
  }
}

function architectureError(found: unknown): ManifestError {
  const nearest = typeof found === 'string' ? nearestKey(found, MANIFEST_ARCHITECTURES) : null;
  return new ManifestError({
    code: found === undefined ? 'missing-key' : 'unknown-architecture',
    where: "the manifest, key 'architecture'",
    found:
      found === undefined
        ? 'no architecture (the kind of network)'
        : `architecture: ${JSON.stringify(found)}${nearest === null ? '' : `, did you mean '${nearest}'?`}`,
    expected: `one of ${MANIFEST_ARCHITECTURES.join(', ')}`,
    fix: '`sillage checkpoint inspect FILE` says which one a checkpoint is.',
  });
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
