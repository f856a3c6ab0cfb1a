export * from './create-tfjs-runtime.js';
