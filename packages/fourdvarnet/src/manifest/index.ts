export { isHydraConfig } from '@sillage/contracts/manifest-keys';
export { manifestFromHydra } from './manifest-from-hydra.js';
export type { HydraManifest } from './hydra-reader.js';
export { ManifestError, type ManifestErrorCode, type ManifestErrorFields } from './manifest-error.js';
export { MANIFEST_KEYS, manifestKeysOf, type ManifestKey } from './manifest-keys.js';
export {
  checkedManifest,
  isMapping,
  MANIFEST_ARCHITECTURES,
  parseManifest,
  parseYamlMapping,
  type RawManifest,
} from './parse-manifest.js';
export {
  manifestSettings,
  settingText,
  type ManifestSetting,
  type MissingSetting,
} from './manifest-settings.js';
export { readHydraConfig, readManifestText, type ReadManifest } from './read-manifest-text.js';
export { knownKeys } from './known-keys.js';
export { manifestTemplate } from './manifest-template.js';
export {
  requireArchitecture,
  requireFit,
  requireMappable,
  settingsFrom,
  weightsFor,
  type CheckpointManifest,
  type OnnxManifest,
} from './settings-from.js';
export { computesOi, extraInputsOf } from '@sillage/contracts';
