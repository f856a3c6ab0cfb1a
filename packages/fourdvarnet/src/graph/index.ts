export * from './axis-map.js';
export type * from './graph.js';
