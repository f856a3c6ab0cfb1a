import {
  API_ERROR_STATUS,
  type ApiErrorBody,
  type ApiErrorCode,
  type FieldProblem,
} from '@sillage/contracts';
import { DomainError } from './domain-error.js';

/** Whether asking again, unchanged, may help: one exhaustive table, so that a new code does not compile without it. */
export const IS_RETRYABLE: Record<ApiErrorCode, boolean> = {
  'invalid-request': false,
  'sign-in-failed': false,
  'wrong-credentials': false,
  'not-signed-in': false,
  'token-expired': false,
  'not-allowed': false,
  'scope-missing': false,
  'not-disclosed': false,
  'challenge-not-found': false,
  'task-not-found': false,
  'submission-not-found': false,
  'evaluation-not-found': false,
  'upload-not-found': false,
  'file-not-found': false,
  'route-not-found': false,
  'team-not-found': false,
  'account-not-found': false,
  'provider-not-found': false,
  'version-not-found': false,
  'rescore-not-found': false,
  'draft-not-found': false,
  'email-taken': false,
  'upload-not-finished': false,
  'upload-already-used': false,
  'upload-moved-on': false,
  'challenge-exists': false,
  'data-not-installed': false,
  'evaluation-is-final': false,
  'visibility-fixed': false,
  'phase-closed': false,
  'quota-used': false,
  'settings-changed': false,
  'already-moderated': false,
  'team-name-taken': false,
  'already-member': false,
  'last-owner': false,
  'identity-taken': false,
  'last-sign-in': false,
  'rescore-refused': false,
  'draft-changed': false,
  'draft-not-ready': false,
  'inspection-under-way': false,
  'version-is-current': false,
  'version-retired': false,
  'invitation-over': false,
  'link-over': false,
  'submission-withdrawn': false,
  'stale-lease': false,
  'checksum-mismatch': false,
  'too-large': false,
  'too-many-requests': true,
  internal: true,
  'backend-unavailable': true,
  'database-unavailable': true,
  stopping: true,
  'provider-unavailable': true,
  'storage-full': true,
};

export type ErrorReply = { status: number; body: ApiErrorBody; retryAfterS: number | null };

const RETRY_AFTER_S = 5;

/** Some quote what was sent, which may be a megabyte. */
const MAX_MESSAGE_CHARACTERS = 8_000;
const MAX_FIELD_CHARACTERS = 500;

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
}

const shortField = (field: FieldProblem): FieldProblem => ({
  ...field,
  ...Object.fromEntries(
    Object.entries(field).map(([part, text]) => [part, shortened(text, MAX_FIELD_CHARACTERS)]),
  ),
});

export function errorReply(error: DomainError, requestId: string | undefined): ErrorReply {
  return {
    status: API_ERROR_STATUS[error.code],
    retryAfterS: IS_RETRYABLE[error.code] ? RETRY_AFTER_S : null,
    body: {
      error: {
        code: error.code,
        message: shortened(error.message, MAX_MESSAGE_CHARACTERS),
        ...(error.fix === undefined ? {} : { fix: error.fix }),
        ...(error.fields === undefined ? {} : { fields: error.fields.map(shortField) }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    },
  };
}

// PostgreSQL classes 08 (connection), 53 (resources), 57P (shutdown), and what node says when nobody listens.
const CONNECTION_CODES =
  /^(08...|53...|57P0.|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EHOSTUNREACH)$/;
const CONNECTION_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|the database system is|Client has encountered a connection error|not queryable|Driver not Connected/i;

function hasCode(value: unknown): value is { code: string } {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

/** Looks through `cause`, `driverError` and grouped errors: libraries wrap what the socket said. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (hasCode(error) && CONNECTION_CODES.test(error.code)) return true;
  if (!(error instanceof Error)) return false;
  if (CONNECTION_MESSAGES.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseUnavailable)) return true;
  return (
    ('driverError' in error && error.driverError !== error && isDatabaseUnavailable(error.driverError)) ||
    isDatabaseUnavailable(error.cause)
  );
}

function isDiskFull(error: unknown): boolean {
  return hasCode(error) && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

const storageFullError = (cause: unknown): DomainError =>
  new DomainError('storage-full', 'The disk of the platform is full; nothing was stored.', {
    fix: 'Try again later. Nothing you sent before is lost: an upload goes on where it stopped.',
    cause,
  });

/** The one place where an unforeseen error gets its code; the details stay in the log. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (isDiskFull(error)) return storageFullError(error);
  if (isDatabaseUnavailable(error)) {
    return new DomainError('database-unavailable', 'The database does not answer right now.', {
      fix: 'Try again in a few seconds.',
      cause: error,
    });
  }
  return new DomainError('internal', 'Something went wrong on our side; it has been logged.', {
    fix: 'Try again; if it happens again, tell us the request id.',
    cause: error,
  });
}
