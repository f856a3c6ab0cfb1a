export * from './check-reconstruction.js';
export * from './find-mistakes.js';
export * from './import-challenge.js';
export * from './import/index.js';
export { sha256OfFile } from './import/file-hash.js';
export * from './inspect-dataset/index.js';
export * from './inspect-file.js';
export * from './judge-file.js';
export * from './map-observations.js';
export { observedDays, type ObservationInput, type ObservationRole } from './oi-inputs.js';
export * from './progress.js';
export {
  blamingReference,
  decodingLimitReason,
  diagnosticsOf,
  holesReason,
  mistakeText,
  RejectionError,
  rejectionFromError,
  rejectionSentence,
  UnusableReferenceError,
  type MistakeText,
  type RejectionContext,
} from '@sillage/validation';
export * from './score-artefacts.js';
export * from './score-reconstruction.js';
export * from './simulate-observations.js';
export * from './write-products.js';
export * from './score-along-track.js';
export * from './score-along-track-reading.js';
export * from './write-simulated-ocean.js';
