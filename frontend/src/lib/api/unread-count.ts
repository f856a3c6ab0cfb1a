import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import { serverGateway } from './server-gateway';
import type { Visitor } from './session';

/** For the bell in the header: 0 for visitors, and where the service does not answer. */
export async function unreadCountOf(visitor: Visitor): Promise<number> {
  if (visitor.state !== 'signed-in') return 0;
  try {
    return (await (await serverGateway()).notifications()).unreadCount;
  } catch (error) {
    if (error instanceof ServiceUnreachable || error instanceof ApiFailure) return 0;
    throw error;
  }
}
