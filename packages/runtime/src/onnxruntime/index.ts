export * from './create-onnx-runtime.js';
