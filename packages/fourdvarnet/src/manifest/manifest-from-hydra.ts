import { isCoreConfig, readCoreConfig } from './hydra-core.js';
import { HydraReader, type HydraManifest } from './hydra-reader.js';
import { readStarterConfig } from './hydra-starter.js';
import { isMapping, parseYamlMapping, type RawManifest } from './parse-manifest.js';

/** What the configurations of the code bases have at the top, and no manifest has. */
const TOP_KEYS = ['model', 'datamodule', 'params', 'trainer', 'lit_mod'];

/** Whether a text looks like `.hydra/config.yaml` rather than a manifest. */
export function isHydraConfig(raw: RawManifest): boolean {
  return raw['architecture'] === undefined && TOP_KEYS.some((key) => isMapping(raw[key]));
}

/**
 * Reads `.hydra/config.yaml` of 4dvarnet-starter, of what is derived from it, or of 4dvarnet-core as data: `_target_` is a text
 * that tells classes apart by name, and is never imported; `${…}` is followed inside the file only.
 *
 * @throws ManifestError if the text is no YAML mapping.
 */
export function manifestFromHydra(text: string): HydraManifest {
  const reader = new HydraReader(parseYamlMapping(text, 'the hydra configuration'));
  if (isCoreConfig(reader)) readCoreConfig(reader);
  else readStarterConfig(reader);
  return reader.result();
}
