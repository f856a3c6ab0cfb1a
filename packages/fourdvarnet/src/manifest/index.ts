export * from '../families/index.js';
export { manifestFromHydra } from './manifest-from-hydra.js';
export type { HydraManifest } from './hydra-reader.js';
export { ManifestError, type ManifestErrorCode, type ManifestErrorFields } from './manifest-error.js';
export { manifestKeysOf } from './manifest-keys.js';
export { checkedManifest, parseManifest, parseYamlMapping } from './parse-manifest.js';
export { isMapping, type RawManifest } from './raw-manifest.js';
export {
  manifestSettings,
  settingText,
  type ManifestSetting,
  type MissingSetting,
} from './manifest-settings.js';
export { readHydraConfig, readManifestText, type ReadManifest } from './read-manifest-text.js';
export { knownKeys } from './known-keys.js';
export { manifestTemplate } from './manifest-template.js';
export { requireArchitecture, requireFit, requireMappable } from './require-fit.js';
