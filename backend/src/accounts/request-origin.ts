import type { Request } from 'express';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a write that carries a session cookie may come from another web site. Browsers always say where a write
 * comes from, so one that says nothing is refused as well: a program has API tokens and needs no cookie.
 */
export function isForeignWrite(request: Request, publicUrl: URL): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin') return false;
  const origin = request.headers.origin;
  if (origin === undefined || site === 'cross-site') return true;
  if (origin === publicUrl.origin) return false;
  // The same host under another name, e.g. 127.0.0.1: the gateway keeps the Host of the browser's request.
  const host = request.headers['x-forwarded-host'] ?? request.headers.host;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
