import { RejectionError } from '@sillage/checking';

/** Why a check or a score is refused; anything else than a refusal fails the test. */
export async function rejectionOf(outcome: Promise<unknown>): Promise<RejectionError['reason']> {
  const end: unknown = await outcome.catch((caught: unknown) => caught);
  if (end instanceof RejectionError) return end.reason;
  throw end instanceof Error ? end : new Error(`not rejected: ${JSON.stringify(end)}`);
}
