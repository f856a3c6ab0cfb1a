export { buildNetwork, type Network } from './build-network.js';
export type * from './network-settings.js';
export type { WeightMap, WeightTensor } from './network-weights.js';
export type { PatchBatch } from './patch-batch.js';
export { medianFiltered } from './median-filter.js';
