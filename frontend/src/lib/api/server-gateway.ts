import { cookies, headers } from 'next/headers';
import { apiBaseUrl } from '../configuration';
import { createCurationGateway, type CurationGateway } from './curation-gateway';
import { createGateway, type Gateway } from './gateway';
import { createOversightGateway, type OversightGateway } from './oversight-gateway';
import type { Transport } from './requests';

const TIMEOUT_MS = 8_000; // a page that waits longer than this helps nobody: say that the service is unreachable

/** The gateway for server components: it speaks to the API directly, as the visitor. */
export async function serverGateway(): Promise<Gateway> {
  return createGateway(await serverTransport());
}

/** What organisers do, for server components. */
export async function serverCurationGateway(): Promise<CurationGateway> {
  return createCurationGateway(await serverTransport());
}

/** How organisers look after the platform, for server components. */
export async function serverOversightGateway(): Promise<OversightGateway> {
  return createOversightGateway(await serverTransport());
}

async function serverTransport(): Promise<Transport> {
  const [jar, incoming] = await Promise.all([cookies(), headers()]);
  const cookie = jar.toString();
  const forwardedFor = incoming.get('x-forwarded-for');
  return (path, init) =>
    fetch(`${apiBaseUrl()}${path}`, {
      ...init,
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(init.headers as Record<string, string>),
        ...(cookie === '' ? {} : { cookie }),
        ...(forwardedFor === null ? {} : { 'x-forwarded-for': forwardedFor }),
      },
    });
}
