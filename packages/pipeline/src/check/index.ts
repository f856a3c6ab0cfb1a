export * from './check-reconstruction.js';
export * from './find-mistakes.js';
export * from './inspect-file.js';
export * from './check-file.js';
