export * from './simulate-observations.js';
export * from './write-simulated-ocean.js';
