export { onnxModel, onnxOutputNames } from './onnx-model.js';
