import { randomUUID } from 'node:crypto';
import type { TokenScope } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { withLogFields, type LogFields } from '../logging/log-fields.js';
import type { NextFunction, Request, Response } from 'express';

/** What the guards found out about a request. */
export type RequestContext = {
  requestId: string;
  /** What each line of the log says of it; more is added as it becomes known. */
  logFields: LogFields;
  /** An organiser with a token that may not `organise` is a participant. */
  account: Account | null;
  /** Of the API token; null where a person is signed in, who may do everything that the account may. */
  scopes: readonly TokenScope[] | null;
  viaCookie: boolean;
};

const contexts = new WeakMap<Request, RequestContext>();

export function contextOf(request: Request): RequestContext {
  let context = contexts.get(request);
  if (context === undefined) {
    const requestId = randomUUID();
    context = { requestId, logFields: { requestId }, account: null, scopes: null, viaCookie: false };
    contexts.set(request, context);
  }
  return context;
}

/** Middleware: each reply and each line of the log names its request, so that a report can be found there. */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  const { requestId, logFields } = contextOf(request);
  response.setHeader('X-Request-Id', requestId);
  withLogFields(logFields, next);
}
