export * from './account.entity.js';
export * from './challenge.entity.js';
export * from './identity.entity.js';
export * from './job.entity.js';
export * from './notification.entity.js';
export * from './submission.entity.js';
export * from './team.entity.js';
export * from './upload.entity.js';
