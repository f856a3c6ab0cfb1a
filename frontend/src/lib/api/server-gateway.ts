import { cookies, headers } from 'next/headers';
import { apiBaseUrl, apiWaitMs } from '../configuration';
import { createCurationGateway, type CurationGateway } from './curation-gateway';
import { createGateway, type Gateway } from './gateway';
import { createOversightGateway, type OversightGateway } from './oversight-gateway';
import type { Transport } from './requests';

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
      signal: AbortSignal.timeout(apiWaitMs()),
      headers: {
        ...(init.headers as Record<string, string>),
        ...(cookie === '' ? {} : { cookie }),
        ...(forwardedFor === null ? {} : { 'x-forwarded-for': forwardedFor }),
      },
    });
}
