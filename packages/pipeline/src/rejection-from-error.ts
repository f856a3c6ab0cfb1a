import type { RejectionError } from './rejection-error.js';

/** What was being read when an error came up: `subject` starts the sentence, e.g. "the reconstruction gf.nc". */
export type RejectionContext = { subject: string };

/**
 * The one place where errors of netcdf and science become rejections. Anything that is not the participant's
 * to mend comes back unchanged, so that callers can `throw rejectionFromError(error, context)`.
 */
export function rejectionFromError(error: unknown, _context: RejectionContext): RejectionError | Error {
  return error instanceof Error ? error : new Error(String(error));
}
