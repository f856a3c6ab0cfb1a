import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { TokenScope } from '@sillage/contracts';
import type { Request } from 'express';
import type { Account } from '../identity/domain/account.js';
import { DomainError } from '../errors/domain-error.js';
import { contextOf } from './request-context.js';

/**
 * Who may call a route. A route without it needs a signed-in account: forgetting it closes a door, never opens one.
 * - `public`: anyone; the account is known if there is one.
 * - `anyone`: anyone, and nobody is looked up: it answers without the database.
 * - `organiser`: accounts with that role.
 * - `worker`: evaluators, by worker token.
 */
export type AccessLevel = 'public' | 'anyone' | 'account' | 'organiser' | 'worker';

export const ACCESS_KEY = 'sillage:access';
/**
 * What an API token must be allowed to do on a route. A route that does not say it needs `read` to look, and the strongest
 * scope to change anything: forgetting it closes a door.
 */
export const SCOPE_KEY = 'sillage:scope';
export const Scope = (scope: TokenScope) => SetMetadata(SCOPE_KEY, scope);

export const Access = (level: AccessLevel) => SetMetadata(ACCESS_KEY, level);

/** Of the API token of the request; null in a signed-in browser. */
export const CurrentScopes = createParamDecorator(
  (_data: unknown, context: ExecutionContext): readonly TokenScope[] | null =>
    contextOf(context.switchToHttp().getRequest<Request>()).scopes,
);

/** The account of the request, or null on a public route. */
export const MaybeAccount = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Account | null =>
    contextOf(context.switchToHttp().getRequest<Request>()).account,
);

/** The signed-in account; the guard has made sure that there is one. */
export const CurrentAccount = createParamDecorator((_data: unknown, context: ExecutionContext): Account => {
  const { account } = contextOf(context.switchToHttp().getRequest<Request>());
  if (account === null) throw notSignedIn();
  return account;
});

export function notSignedIn(): DomainError {
  return new DomainError('not-signed-in', 'You are not signed in, or your session is over.', {
    fix: 'Sign in, or send an API token: Authorization: Bearer sil_…',
  });
}
