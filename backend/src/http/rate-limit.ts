import { SetMetadata, type ExecutionContext } from '@nestjs/common';

/**
 * Which limit a route has; without one it is `api`.
 * - `auth`: where secrets are tried.
 * - `password`: the same, and beside it a limit for each account, from whatever addresses its password is tried.
 * - `none`: evaluators, health, and boards that are served from memory.
 */
export type RateLimitName = 'api' | 'auth' | 'password' | 'none';
/** What is counted: requests of an address, or tries for an account. */
export type Count = 'default' | 'auth' | 'account';

const COUNTS: Record<RateLimitName, readonly Count[]> = {
  api: ['default'],
  auth: ['auth'],
  password: ['auth', 'account'],
  none: [],
};

const RATE_LIMIT_KEY = 'sillage:rate-limit';
export const RateLimit = (name: RateLimitName) => SetMetadata(RATE_LIMIT_KEY, name);

/** For `skipIf` of the throttler called `count`. */
export function doesNotCount(count: Count): (context: ExecutionContext) => boolean {
  return (context) => {
    const wanted =
      (Reflect.getMetadata(RATE_LIMIT_KEY, context.getHandler()) as RateLimitName | undefined) ??
      (Reflect.getMetadata(RATE_LIMIT_KEY, context.getClass()) as RateLimitName | undefined);
    return !COUNTS[wanted ?? 'api'].includes(count);
  };
}

/** For `getTracker`: whose password is tried, whether there is such an account or not. */
export function accountTried({ body }: Record<string, unknown>): string {
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? email.slice(0, 254).trim().toLowerCase() : '';
}
