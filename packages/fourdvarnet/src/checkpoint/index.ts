export type {
  Checkpoint,
  CheckpointTensor,
  LightningMetadata,
  OptimizerTrace,
  PlainData,
  TensorData,
} from './checkpoint.js';
export type { CheckpointSource } from './checkpoint-bytes.js';
export { CheckpointError, type CheckpointErrorCode, type CheckpointErrorFields } from './checkpoint-error.js';
export { type CheckpointLimits, DEFAULT_CHECKPOINT_LIMITS } from './checkpoint-limits.js';
export { readCheckpoint } from './read-checkpoint.js';
export type { TensorDtype } from './tensor-dtype.js';
export { recogniseNetwork } from './recognition/recognise-network.js';
export type { BilinearHint, CropEdges, PatchWeights } from './recognition/recognised-network.js';
export { floatingWeights, type FloatingWeight } from './floating-weights.js';
