export * from './checkpoint/index.js';
export * from './graph/index.js';
export * from './manifest/index.js';
export * from './networks/index.js';
export * from './npy/index.js';
export * from './onnx/index.js';
export * from './patches/index.js';
export * from './safetensors/write-safetensors.js';
