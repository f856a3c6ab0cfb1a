export * from './network-runtime.js';
export * from './onnxruntime/index.js';
