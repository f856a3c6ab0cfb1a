import { randomUUID } from 'node:crypto';
import type { TokenScope } from '@sillage/contracts';
import type { Account } from '../accounts/domain/account.js';
import type { NextFunction, Request, Response } from 'express';

/** What the guards found out about a request. */
export type RequestContext = {
  requestId: string;
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
    context = { requestId: randomUUID(), account: null, scopes: null, viaCookie: false };
    contexts.set(request, context);
  }
  return context;
}

/** Middleware: each reply names its request, so that a report can be found in the log. */
export function nameRequest(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Request-Id', contextOf(request).requestId);
  next();
}
