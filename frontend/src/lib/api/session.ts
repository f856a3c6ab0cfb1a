import { cache } from 'react';
import type { AccountView } from '@sillage/contracts';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import { serverGateway } from './server-gateway';

/** Who is looking, asked once a request. `unknown` when the API does not answer: pages must not take that for signed out. */
export type Visitor =
  | { state: 'signed-in'; account: AccountView }
  | { state: 'signed-out' }
  | { state: 'unknown' };

export const currentVisitor = cache(async (): Promise<Visitor> => {
  const gateway = await serverGateway();
  try {
    return { state: 'signed-in', account: await gateway.me() };
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return { state: 'signed-out' };
    if (error instanceof ServiceUnreachable || error instanceof ApiFailure) return { state: 'unknown' };
    throw error;
  }
});

/** The organiser who is looking; null for anyone else. Every page below `/admin` asks, since a layout does not keep pages from running. */
export async function currentOrganiser(): Promise<AccountView | null> {
  const visitor = await currentVisitor();
  return visitor.state === 'signed-in' && visitor.account.role === 'organiser' ? visitor.account : null;
}
