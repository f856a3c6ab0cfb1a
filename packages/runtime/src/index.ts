export * from './network-runtime.js';
export * from './onnxruntime/index.js';
export * from './choose-runtime.js';
export * from './tfjs/index.js';
export * from './onnx-upload/index.js';
