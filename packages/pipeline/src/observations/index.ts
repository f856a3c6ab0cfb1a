export * from './day-samples.js';
export * from './observation-days.js';
export * from './observation-inputs.js';
export * from './observations.js';
