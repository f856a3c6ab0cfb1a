import type { RejectionCode, RejectionReason } from '@sillage/contracts';
import { GraphError, ManifestError, PatchPlanError } from '@sillage/fourdvarnet';
import { RejectionError } from '../rejection-error.js';

/** What was being looked at; starts the sentence, e.g. "weights.ckpt". */
type Context = { subject: string };

/**
 * Turns errors of checkpoints, manifests, graphs and patches into rejections; anything that is not the participant's to mend
 * comes back unchanged.
 */
export function rejectionFromNetworkError(error: unknown, context: Context): Error {
  if (error instanceof RejectionError) return error;
  const reason = reasonOf(error, context);
  if (reason !== null) return new RejectionError(reason, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

function reasonOf(error: unknown, { subject }: Context): RejectionReason | null {
  if (error instanceof ManifestError) {
    const { where, found, expected, fix } = error;
    return { code: manifestCode(error), where, found, expected, fix };
  }
  if (error instanceof PatchPlanError) {
    return {
      code: 'manifest-mismatch',
      where: "the manifest, keys 'patch', 'strides' and 'reconstruction_weight'",
      found: error.message,
      expected: 'patches that cover the scored box and every scored day without a gap',
      fix: 'Correct these keys; they are those of the configuration that the network was trained with.',
    };
  }
  if (error instanceof GraphError) {
    return {
      code: 'manifest-mismatch',
      where: `${subject}, ${error.where}`,
      found: error.found,
      expected: error.needed,
      fix: 'Correct the manifest, or give the checkpoint that belongs to it.',
    };
  }
  return null;
}

function manifestCode({ code }: ManifestError): RejectionCode {
  return code === 'mismatch' ? 'manifest-mismatch' : 'manifest-invalid';
}
