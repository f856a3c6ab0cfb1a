import { ServiceUnreachable, UnknownReply, type ApiFailure, type ClientFailure } from '@sillage/client';
import type { ApiErrorCode } from '@sillage/contracts';
import { CommandError } from '../command-error.js';
import type { ServerSettings } from '../settings/settings.js';

/** The platform answered with an error; the message holds what it said and how to mend it. */
export class ApiError extends CommandError {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** A failure of the client in the words of the shell. */
export function errorFor(failure: ClientFailure, { url }: Pick<ServerSettings, 'url'>): CommandError {
  if (failure instanceof UnknownReply) {
    return new CommandError(
      `${url} answered in a form that this version of sillage does not know; update one of them`,
      { cause: failure.cause },
    );
  }
  if (!(failure instanceof ServiceUnreachable)) return refusal(failure);
  switch (failure.reason) {
    case 'no-answer':
      return unreachable(url, failure.cause);
    case 'starting':
      return refusal(failure.cause as ApiFailure);
    case 'not-ours':
      return new CommandError(
        `${url} answered ${failure.status}, not like a Sillage platform; check SILLAGE_URL`,
      );
    case 'broken-reply':
      return new CommandError(`${url} does not answer like a Sillage platform; check SILLAGE_URL`, {
        cause: failure.cause,
      });
  }
}

export function unreachable(url: string, cause: unknown): CommandError {
  let innermost: unknown = cause;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  const reason = innermost instanceof Error ? innermost.message || innermost.name : String(innermost);
  return new CommandError(
    `${url} does not answer (${reason}); check SILLAGE_URL and that the platform runs`,
    { cause },
  );
}

function refusal({ code, message, fix, fields }: ApiFailure): ApiError {
  // The message of a request that is not valid names its fields already.
  const details = fields
    .filter((field) => field.path !== '')
    .map((field) => `${field.path}: ${field.message}`)
    .filter((detail) => !message.includes(detail))
    .join('; ');
  const isSignedOut = code === 'not-signed-in' || code === 'token-expired';
  const hint = isSignedOut
    ? "Run 'sillage login', or set SILLAGE_TOKEN to a token from your account page."
    : (fix ?? '');
  const stop = /[.!?]$/.test(message) ? '' : '.';
  const parts = [details === '' ? `${message}${stop}` : `${message.replace(/\.$/, '')} (${details}).`, hint];
  return new ApiError(code, parts.filter((part) => part !== '').join(' '));
}
