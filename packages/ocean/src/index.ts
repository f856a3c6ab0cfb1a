export * from './along-track-sampling.js';
export * from './ground-track.js';
export * from './ocean-definition.js';
export * from './random.js';
export * from './repeat-orbit.js';
export * from './satellite.js';
export * from './simulate-ocean.js';
export * from './two-layer-flow.js';
