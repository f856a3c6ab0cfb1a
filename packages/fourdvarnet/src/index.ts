export * from './graph/index.js';
export * from './patches/index.js';
