import { SetMetadata, type ExecutionContext } from '@nestjs/common';

/**
 * Which limit a route has; without one it is `api`.
 * - `auth`: where passwords are tried.
 * - `none`: evaluators, health, and boards that are served from memory.
 */
export type RateLimitName = 'api' | 'auth' | 'none';

const RATE_LIMIT_KEY = 'sillage:rate-limit';
export const RateLimit = (name: RateLimitName) => SetMetadata(RATE_LIMIT_KEY, name);

/** For `skipIf` of the throttler called `name`. */
export function hasOtherLimitThan(name: RateLimitName): (context: ExecutionContext) => boolean {
  return (context) => {
    const wanted: unknown =
      Reflect.getMetadata(RATE_LIMIT_KEY, context.getHandler()) ??
      Reflect.getMetadata(RATE_LIMIT_KEY, context.getClass());
    return (wanted ?? 'api') !== name;
  };
}
