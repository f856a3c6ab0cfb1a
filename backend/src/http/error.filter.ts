import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ThrottlerException } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { DomainError } from '../errors/domain-error.js';
import { errorReply, toDomainError } from '../errors/error-reply.js';
import { withLogFields } from '../logging/log-fields.js';
import { contextOf } from './request-context.js';

/** What the framework itself refuses, in the words of the contracts. */
function fromHttpException(error: HttpException, request: Request): DomainError {
  if (error instanceof ThrottlerException && request.res?.hasHeader('Retry-After-account') === true) {
    return new DomainError('too-many-requests', 'This password was tried too often within an hour.', {
      fix: 'Wait until the hour is over, or sign in another way.',
    });
  }
  if (error instanceof ThrottlerException) {
    return new DomainError('too-many-requests', 'Too many requests from here within a minute.', {
      fix: 'Wait a minute, then try again.',
    });
  }
  const status = error.getStatus();
  if (status === 404) {
    return new DomainError(
      'route-not-found',
      `There is no ${request.method} ${request.originalUrl.split('?')[0]}.`,
      {
        fix: 'GET /api/docs lists every route.',
      },
    );
  }
  if (status === 413) return new DomainError('too-large', 'The body of the request is too large.');
  if (status >= 400 && status < 500)
    return new DomainError('invalid-request', error.message, { cause: error });
  return toDomainError(error);
}

/** express and body-parser throw plain errors with a `status`. */
function fromBodyParser(error: unknown): DomainError | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status === 413) {
    return new DomainError('too-large', 'The body of the request is too large.', { cause: error });
  }
  if (error.status >= 400 && error.status < 500) {
    return new DomainError('invalid-request', `The request cannot be read: ${error.message}`, {
      cause: error,
    });
  }
  return null;
}

function domainErrorOf(thrown: unknown, request: Request): DomainError {
  if (!(thrown instanceof HttpException)) return fromBodyParser(thrown) ?? toDomainError(thrown);
  // What we threw ourselves while a body was read comes wrapped.
  return thrown.cause instanceof DomainError ? thrown.cause : fromHttpException(thrown, request);
}

/** The only place where an error becomes a reply. A reply never holds a stack. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger = new Logger('api');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { requestId } = contextOf(request);
    const error = domainErrorOf(thrown, request);
    const { status, body, retryAfterS } = errorReply(error, requestId);
    if (status >= 500) {
      const cause = error.cause instanceof Error ? error.cause : error;
      withLogFields(contextOf(request).logFields, () =>
        this.#logger.error(
          `${error.code}: ${cause.message}`,
          error.code === 'internal' ? cause.stack : undefined,
        ),
      );
    }
    if (response.headersSent) {
      // A stream broke half-way: the client must see a broken connection, not a short file.
      response.destroy(error);
      return;
    }
    // The throttler writes the wait under the name of the limit; clients look for the standard one.
    const throttledS = response.getHeader('Retry-After-auth') ?? response.getHeader('Retry-After-account');
    if (throttledS !== undefined) response.setHeader('Retry-After', throttledS);
    if (retryAfterS !== null && !response.hasHeader('Retry-After'))
      response.setHeader('Retry-After', retryAfterS);
    for (const name of ['Content-Length', 'Content-Range', 'Content-Disposition', 'ETag']) {
      response.removeHeader(name);
    }
    response.setHeader('Cache-Control', 'no-store');
    response.status(status).type('application/json').send(JSON.stringify(body));
  }
}
