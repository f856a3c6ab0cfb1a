export * from './score-along-track.js';
export * from './score-artefacts.js';
export * from './score-reconstruction.js';
