import type { JobPayload } from '@sillage/contracts';

/** A map, or the weights of a network. */
export type CheckPayload = Extract<JobPayload, { kind: 'check' }>;

/** The upload in the input folder of a child. Its own name is a stranger's. */
export const UPLOAD_NAME = 'upload';
