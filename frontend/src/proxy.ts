import { NextResponse, type NextRequest } from 'next/server';
import { createServiceWatch } from './lib/api/service-watch';
import { apiBaseUrl, isDevelopment, isHttps } from './lib/configuration';
import { paths } from './lib/paths';

const HEALTH_TIMEOUT_MS = 1_000;
const isServiceDown = createServiceWatch(() =>
  fetch(`${apiBaseUrl()}/api/health`, { cache: 'no-store', signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }),
);

/**
 * Gives each page a fresh nonce; scripts without it do not run. Style attributes are allowed: charts and bars set sizes.
 * Pages that say that the service is unreachable get the status 503, which a page itself cannot set.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment() ? " 'unsafe-eval'" : ''}`,
    isDevelopment() ? `style-src 'self' 'unsafe-inline'` : `style-src 'self' 'nonce-${nonce}'`,
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' blob: data:`,
    `font-src 'self'`,
    `worker-src 'self' blob:`, // the check of a map before it is sent
    `connect-src 'self'${isDevelopment() ? ' ws:' : ''}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');

  const requestHeaders = new Headers(request.headers);
  requestHeaders.set('x-nonce', nonce);
  requestHeaders.set('Content-Security-Policy', policy);
  const isDown = needsService(request) && (await isServiceDown());
  const init = { request: { headers: requestHeaders } };
  const response = isDown
    ? NextResponse.next({ ...init, status: 503, headers: { 'Retry-After': '30' } })
    : NextResponse.next(init);
  response.headers.set('Content-Security-Policy', policy);
  if (isHttps()) response.headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  return response;
}

/** Whole pages only: what Next fetches for a page that is open already has no status anybody reads. */
function needsService(request: NextRequest): boolean {
  const { pathname } = request.nextUrl;
  const isText = pathname === paths.aboutScores || pathname === paths.aboutSubmit;
  return !isText && !request.headers.has('rsc') && !request.headers.has('next-action');
}

export const config = {
  matcher: [{ source: '/((?!api/|_next/static|_next/image|icon.svg|favicon.ico).*)' }],
};
