import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Request } from 'express';
import { isSameSecret } from '../identity/domain/secret.js';

/** Over https a browser takes a cookie of this name from this host alone: no neighbour on the domain can set it. */
export function sessionCookieName(publicUrl: URL): string {
  return isHttps(publicUrl) ? '__Host-sillage_session' : 'sillage_session';
}

export function bearerToken(request: Pick<IncomingMessage, 'headers'>): string | null {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function hasWorkerToken(
  request: Pick<IncomingMessage, 'headers'>,
  workerTokens: readonly string[],
): boolean {
  const bearer = bearerToken(request);
  // Every token is compared, so that the time says nothing about which one came close.
  return workerTokens.map((token) => bearer !== null && isSameSecret(token, bearer)).includes(true);
}

/** Binds the answer of another site to the browser that was sent there. */
export const SIGN_IN_COOKIE = 'sillage_sign_in';

export function sessionToken(request: Request, publicUrl: URL): string | null {
  return cookieOf(request, sessionCookieName(publicUrl));
}

export function cookieOf(request: Request, wanted: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === wanted && value !== undefined && value.trim() !== '') return value.trim();
  }
  return null;
}

/** `Secure` exactly where the site is served over https: a browser drops such a cookie elsewhere. */
export function sessionCookieOptions(publicUrl: URL): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: isHttps(publicUrl), path: '/' };
}

function isHttps(publicUrl: URL): boolean {
  return publicUrl.protocol === 'https:';
}
