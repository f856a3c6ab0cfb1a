export * from './account.entity.js';
export * from './challenge.entity.js';
export * from './job.entity.js';
export * from './stress-run.entity.js';
export * from './signing-key.entity.js';
export * from './submission.entity.js';
export * from './upload.entity.js';
