import { notFound } from 'next/navigation';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';

export type Attempt<Value> = { reached: true; value: Value } | { reached: false };

/**
 * For server components: waits for the API and separates the three things that can happen. Missing things become the
 * not-found page, an unreachable service becomes a value the page shows (also without JavaScript), the rest is a fault.
 */
export async function attempt<Value>(request: Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { reached: true, value: await request };
  } catch (error) {
    if (error instanceof ServiceUnreachable) return { reached: false };
    if (error instanceof ApiFailure && (error.status === 404 || error.code === 'invalid-request')) notFound();
    throw error;
  }
}
