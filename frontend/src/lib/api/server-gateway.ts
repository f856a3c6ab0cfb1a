import { cookies, headers } from 'next/headers';
import { createRequests, type Requests } from '@sillage/client';
import { curationCalls, type CurationCalls } from '@sillage/client/curation';
import { oversightCalls, type OversightCalls } from '@sillage/client/oversight';
import { apiBaseUrl, apiWaitMs } from '../configuration';
import { createGateway, type Gateway } from './gateway';

/** The gateway for server components: it speaks to the API directly, as the visitor. */
export async function serverGateway(): Promise<Gateway> {
  return createGateway(await serverRequests());
}

/** What organisers do, for server components. */
export async function serverCurationGateway(): Promise<CurationCalls> {
  return curationCalls(await serverRequests());
}

/** How organisers look after the platform, for server components. */
export async function serverOversightGateway(): Promise<OversightCalls> {
  return oversightCalls(await serverRequests());
}

async function serverRequests(): Promise<Requests> {
  const [jar, incoming] = await Promise.all([cookies(), headers()]);
  const cookie = jar.toString();
  const forwardedFor = incoming.get('x-forwarded-for');
  return createRequests((path, init) =>
    fetch(`${apiBaseUrl()}${path}`, {
      ...init,
      cache: 'no-store',
      signal: AbortSignal.timeout(apiWaitMs()),
      headers: {
        ...(init.headers as Record<string, string>),
        ...(cookie === '' ? {} : { cookie }),
        ...(forwardedFor === null ? {} : { 'x-forwarded-for': forwardedFor }),
      },
    }),
  );
}
