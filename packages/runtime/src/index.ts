export * from './network-runtime.js';
