export * from './graph/index.js';
export * from './onnx/index.js';
