export type * from './network-types.js';
export { startEnergyMeter } from './network/gpu-energy.js';
export { openRuntime } from './network/open-runtime.js';
export { checkNetwork, DEFAULT_NETWORK_LIMITS, isOnnxFile, checkNetworkFile } from './check-network.js';
export { readUploadedWeights } from './network/load-network.js';
export { readUploadedOnnx } from './network/onnx-network.js';
export { DEFAULT_PREDICT_LIMITS, predictMap } from './predict-map.js';
export * from './run-network.js';
export {
  inspectNetwork,
  templateForNetwork,
  type InspectNetworkOptions,
  type NetworkInspection,
} from './inspect-network.js';
export {
  settingText,
  type InspectedInput,
  type ManifestSetting,
  type MissingSetting,
} from '@sillage/fourdvarnet';
export {
  searchSettings,
  SEARCHED_VALUES,
  settingsText,
  type SearchSettingsOptions,
  type SearchSettingsResult,
} from './search-settings.js';
export type { SettingsTrial } from './climb-settings.js';
