import { MANIFEST_KEYS, type NetworkManifest } from '../families/families.js';
import type { HydraManifest } from './hydra-reader.js';
import { ManifestError } from './manifest-error.js';
import { manifestFromHydra } from './manifest-from-hydra.js';
import {
  checkedManifest,
  fixOf,
  manifestFaults,
  parseYamlMapping,
  type ManifestFault,
} from './parse-manifest.js';
import { isHydraConfig, type RawManifest } from './raw-manifest.js';

/** A manifest that fits what the checkpoint says about itself. */
export type ReadManifest<Manifest extends NetworkManifest = NetworkManifest> = {
  manifest: Manifest;
  /** Where values of a hydra configuration come from; empty for a manifest. */
  notes: readonly string[];
};

/**
 * Reads a manifest or a hydra configuration.
 *
 * @param known - what the checkpoint says itself, taken where the text is silent.
 * @param defaults - taken where neither speaks.
 * @throws ManifestError.
 */
export function readManifestText(text: string, known: RawManifest, defaults: RawManifest = {}): ReadManifest {
  const raw = parseYamlMapping(text, 'the manifest');
  if (!isHydraConfig(raw)) return { manifest: checkedManifest({ ...defaults, ...known, ...raw }), notes: [] };
  const hydra = readHydraConfig(text);
  const merged = { ...defaults, ...known, ...hydra.manifest };
  const missing = hydra.missing.filter(({ key }) => !(key in merged));
  const isMissing = (key: string): boolean => missing.some((asked) => asked.key === key);
  const others = manifestFaults(merged).filter(({ place }) => !isMissing(place.split('.')[0]!));
  if (missing.length > 0) throw incompleteHydra(missing, others);
  return { manifest: checkedManifest(merged), notes: hydra.found };
}

/**
 * Reads a hydra configuration.
 *
 * @throws ManifestError where it names something that is not built here.
 */
export function readHydraConfig(text: string): HydraManifest {
  const hydra = manifestFromHydra(text);
  if (hydra.refused.length > 0) throw refusedHydra(hydra.refused);
  return hydra;
}

/** What the configuration names and nobody may replace, whatever the tensors look like. */
function refusedHydra(refused: HydraManifest['refused']): ManifestError {
  return new ManifestError({
    code: 'mismatch',
    where: 'the hydra configuration',
    found: refused.map(({ reason }) => reason).join('; '),
    expected: 'a network that this platform builds',
    fix: 'Export the network to ONNX, or, if the class computes the same as a known one, write manifest.yaml instead; `sillage checkpoint inspect FILE --template` prints one.',
  });
}

/** @param others - what is wrong with what the configuration does say. */
function incompleteHydra(missing: HydraManifest['missing'], others: readonly ManifestFault[]): ManifestError {
  const unsaid = `it does not say ${missing.map(({ key, reason }) => `${key} (${reason})`).join('; ')}`;
  const values = missing.map(({ key }) => `${key}: ${MANIFEST_KEYS[key]?.values ?? 'a value'}`);
  return new ManifestError({
    code: others[0]?.code ?? 'missing-key',
    where: 'the hydra configuration',
    found: [unsaid, ...new Set(others.map(({ found }) => found))].join('; '),
    expected: [...values, ...new Set(others.map(({ expected }) => expected))].join('; '),
    missingKeys: missing.map(({ key }) => key),
    fix: `${others.length === 0 ? '' : `${fixOf(others)} `}Write below it one line of manifest keys, sillage: {${missing.map(({ key }) => `${key}: …`).join(', ')}}; or fill in the manifest that \`sillage checkpoint inspect FILE --manifest config.yaml --template\` makes of it.`,
  });
}
