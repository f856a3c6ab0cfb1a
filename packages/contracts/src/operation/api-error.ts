import { z } from 'zod';

/** Everything the API can answer instead of a result, with its HTTP status. The table is the list of codes. */
export const API_ERROR_STATUS = {
  'invalid-request': 400,
  'sign-in-failed': 400,
  'wrong-credentials': 401,
  'not-signed-in': 401,
  'token-expired': 401,
  'not-allowed': 403,
  /** The API token may not do this, though its account may. */
  'scope-missing': 403,
  'not-disclosed': 403,
  'challenge-not-found': 404,
  'task-not-found': 404,
  'submission-not-found': 404,
  'evaluation-not-found': 404,
  'upload-not-found': 404,
  'file-not-found': 404,
  'route-not-found': 404,
  'team-not-found': 404,
  'account-not-found': 404,
  'provider-not-found': 404,
  'version-not-found': 404,
  'rescore-not-found': 404,
  'draft-not-found': 404,
  'email-taken': 409,
  'upload-not-finished': 409,
  'upload-already-used': 409,
  /** Another request sends the same upload, or has sent more of it. */
  'upload-moved-on': 409,
  'challenge-exists': 409,
  'data-not-installed': 409,
  'evaluation-is-final': 409,
  'visibility-fixed': 409,
  /** The challenge takes no submissions now; the message says when it does. */
  'phase-closed': 409,
  /** The account, or its team, has used what a day or a phase allows. */
  'quota-used': 409,
  /** Somebody changed it since it was read. */
  'settings-changed': 409,
  'already-moderated': 409,
  'team-name-taken': 409,
  'already-member': 409,
  'last-owner': 409,
  'identity-taken': 409,
  'last-sign-in': 409,
  /** Another one is open, or this one cannot be started, promoted or ended as things are. */
  'rescore-refused': 409,
  'draft-changed': 409,
  'draft-not-ready': 409,
  'inspection-under-way': 409,
  'version-is-current': 409,
  'version-retired': 409,
  'invitation-over': 410,
  'link-over': 410,
  'submission-withdrawn': 410,
  'stale-lease': 409,
  'checksum-mismatch': 460,
  'too-large': 413,
  'too-many-requests': 429,
  internal: 500,
  /** Said by the gateway while the backend starts, or starts again. */
  'backend-unavailable': 502,
  'database-unavailable': 503,
  /** This process is about to end; another one, or the next, takes the request. */
  stopping: 503,
  'provider-unavailable': 503,
  'storage-full': 507,
} as const satisfies Record<string, number>;

export type ApiErrorCode = keyof typeof API_ERROR_STATUS;
export const API_ERROR_CODES = Object.keys(API_ERROR_STATUS) as [ApiErrorCode, ...ApiErrorCode[]];

const fieldProblemSchema = z.object({
  path: z.string(),
  message: z.string(),
  found: z.string().optional(),
  needed: z.string().optional(),
  fix: z.string().optional(),
});
export type FieldProblem = z.infer<typeof fieldProblemSchema>;

/** The body of every reply whose status is 400 or more. `fix` says what to do next. */
export const apiErrorBodySchema = z.object({
  error: z.object({
    code: z.enum(API_ERROR_CODES),
    message: z.string(),
    fix: z.string().optional(),
    /** For `invalid-request`: one entry per field that is off. */
    fields: z.array(fieldProblemSchema).optional(),
    requestId: z.string().optional(),
  }),
});
export type ApiErrorBody = z.infer<typeof apiErrorBodySchema>;
