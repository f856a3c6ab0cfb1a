export * from './along-track-sampling.js';
export * from './ground-track.js';
export * from './repeat-orbit.js';
export * from './satellite.js';
