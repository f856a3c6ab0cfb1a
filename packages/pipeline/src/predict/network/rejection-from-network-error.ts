import { networkRejectionOf } from '@sillage/fourdvarnet';
import { RejectionError } from '@sillage/checking';

/** What was being looked at; starts the sentence, e.g. "weights.ckpt". */
type Context = { subject: string };

/**
 * Turns errors of checkpoints, manifests, graphs and patches into rejections; anything that is not the participant's to mend
 * comes back unchanged.
 */
export function rejectionFromNetworkError(error: unknown, { subject }: Context): Error {
  if (error instanceof RejectionError) return error;
  const reason = networkRejectionOf(error, subject);
  if (reason !== null) return new RejectionError(reason, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
