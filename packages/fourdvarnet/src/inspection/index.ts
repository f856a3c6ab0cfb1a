export {
  inputsBy,
  inspectWeights,
  templateFor,
  type InspectedInput,
  type WeightsInspection,
} from './inspect-weights.js';
export { MAX_NETWORK_FILE_BYTES, MAX_NETWORK_PARAMETERS } from '@sillage/contracts/network-limits';
export {
  FORMAT_START_BYTES,
  networkFileFormat,
  type NetworkFileFormat,
} from '../file-format/network-file-format.js';
export { settingText } from '../manifest/index.js';
export { networkRejectionOf } from './network-rejection.js';
export {
  MANIFEST_METADATA,
  manifestTextOf,
  readManifestOf,
  requireParameterCount,
  uploadedWeights,
  type UploadedWeights,
  type WeightsFormat,
} from './uploaded-weights.js';
