export {
  inspectOnnx,
  NEWEST_OPSET,
  OLDEST_OPSET,
  ONNX_LIMITS,
  type OnnxLimits,
  type OnnxPort,
  type OnnxSummary,
} from './inspect-onnx.js';
export { OnnxError, type OnnxErrorCode } from './onnx-error.js';
export { onnxMemory, type OnnxMemory } from './onnx-memory.js';
export { onnxMetadata, withOnnxMetadata } from './onnx-metadata.js';
export { onnxModel, onnxOutputNames } from './onnx-model.js';
