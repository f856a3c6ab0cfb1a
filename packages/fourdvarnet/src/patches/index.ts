export { coveringPatches, requireCovering, type LatticeOrigin, type Patching } from './covering-patches.js';
export * from './network-units.js';
export * from './patch-plan.js';
export * from './reconstruction-weights.js';
export * from './stitcher.js';
