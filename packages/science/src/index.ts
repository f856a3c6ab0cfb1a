export * from './errors.js';
export * from './grid.js';
