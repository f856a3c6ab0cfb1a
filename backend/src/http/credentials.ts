import type { CookieOptions, Request } from 'express';

export const SESSION_COOKIE = 'sillage_session';

export function bearerToken(request: Request): string | null {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function sessionToken(request: Request): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === SESSION_COOKIE && value !== undefined && value.trim() !== '') return value.trim();
  }
  return null;
}

/** `Secure` exactly where the site is served over https: a browser drops such a cookie elsewhere. */
export function sessionCookieOptions(publicUrl: URL): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: publicUrl.protocol === 'https:', path: '/' };
}
