export type * from './network-types.js';
export { checkNetwork, DEFAULT_NETWORK_LIMITS } from './check-network.js';
export * from './run-network.js';
