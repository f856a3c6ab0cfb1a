export * from './compile-onnx.js';
