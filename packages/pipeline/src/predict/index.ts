export type * from './network-types.js';
export * from './run-network.js';
