import { isCoreConfig, readCoreConfig } from '../families/core/hydra.js';
import { readStarterConfig } from '../families/starter/hydra.js';
import { HydraReader, type HydraManifest } from './hydra-reader.js';
import { ManifestError } from './manifest-error.js';
import { parseYamlMapping } from './parse-manifest.js';
import { isMapping } from './raw-manifest.js';

/** The block of manifest keys in a configuration. */
const OWN_BLOCK = 'sillage';

/**
 * Reads `.hydra/config.yaml` of 4dvarnet-starter, of what is derived from it, or of 4dvarnet-core as data: `_target_` is a text
 * that tells classes apart by name, and is never imported; `${…}` is followed inside the file only.
 *
 * @throws ManifestError if the text is no YAML mapping, or its own block of manifest keys is none.
 */
export function manifestFromHydra(text: string): HydraManifest {
  const reader = new HydraReader(parseYamlMapping(text, 'the hydra configuration'));
  if (isCoreConfig(reader)) readCoreConfig(reader);
  else readStarterConfig(reader);
  addOwnKeys(reader);
  return reader.result();
}

/** Keys of a manifest that somebody wrote below a configuration, for what it does not say: they count before what it says. */
function addOwnKeys(reader: HydraReader): void {
  const own = reader.at(OWN_BLOCK) ?? null;
  if (own === null) return;
  if (!isMapping(own))
    throw new ManifestError({
      code: 'wrong-value',
      where: 'the hydra configuration',
      found: `${OWN_BLOCK}: ${JSON.stringify(own)}`,
      expected: `${OWN_BLOCK}: {spacing_deg: 0.05, …}, a block of manifest keys`,
      fix: 'Write `key: value` below it, indented by two spaces.',
    });
  for (const key of Object.keys(own))
    reader.set(key, reader.at(`${OWN_BLOCK}.${key}`), `the block ${OWN_BLOCK}`);
}
