export * from './check/index.js';
export { sha256OfFile } from './files/file-hash.js';
export * from './files/progress.js';
export * from './files/read-evaluation-track.js';
export * from './import/index.js';
export * from './inspect/index.js';
export { observedDays, type ObservationInput, type ObservationRole } from './observations/index.js';
export * from './oi/index.js';
export * from './products/index.js';
export * from './score/index.js';
export * from './simulate/index.js';
export {
  blamingReference,
  decodingLimitReason,
  holesReason,
  mistakeText,
  RejectionError,
  rejectionFromError,
  rejectionSentence,
  UnusableReferenceError,
  type MistakeText,
  type RejectionContext,
} from '@sillage/checking';
export { diagnosticsOf } from '@sillage/scoring';
