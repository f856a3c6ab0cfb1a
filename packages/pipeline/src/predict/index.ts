export type * from './network-types.js';
