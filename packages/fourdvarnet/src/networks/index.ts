export {
  buildNetwork,
  medianWidthOf,
  settingsFrom,
  weightsFor,
  type Network,
  type NetworkSettings,
} from '../families/builders.js';
export type { WeightMap, WeightTensor } from './network-weights.js';
export type { PatchBatch } from './patch-batch.js';
export { medianFiltered } from './median-filter.js';
