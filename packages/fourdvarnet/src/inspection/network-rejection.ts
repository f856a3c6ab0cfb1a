import type { RejectionCode, RejectionReason } from '@sillage/contracts';
import { CheckpointError, type CheckpointErrorCode } from '../checkpoint/index.js';
import { GraphError } from '../graph/graph-error.js';
import { ManifestError, type ManifestErrorCode } from '../manifest/index.js';
import { OnnxError } from '../onnx/index.js';
import { PatchPlanError } from '../patches/index.js';

/** A new code of the checkpoint reader does not compile until it stands here. */
const CHECKPOINT_CODES: Record<CheckpointErrorCode, RejectionCode> = {
  'not-a-checkpoint': 'unreadable-checkpoint',
  truncated: 'unreadable-checkpoint',
  'damaged-container': 'unreadable-checkpoint',
  'crc-mismatch': 'unreadable-checkpoint',
  'compressed-entry': 'unreadable-checkpoint',
  'too-large': 'network-too-large',
  'too-complex': 'unreadable-checkpoint',
  'big-endian': 'unreadable-checkpoint',
  'unsupported-opcode': 'unreadable-checkpoint',
  'malformed-pickle': 'unreadable-checkpoint',
  'malformed-header': 'unreadable-checkpoint',
  'dangerous-global': 'checkpoint-with-code',
  'whole-module': 'whole-module',
  'no-tensors': 'unreadable-checkpoint',
  'unknown-dtype': 'unreadable-checkpoint',
  'unsupported-tensor': 'unreadable-checkpoint',
  'malformed-tensor': 'unreadable-checkpoint',
  'missing-storage': 'unreadable-checkpoint',
  'storage-out-of-bounds': 'unreadable-checkpoint',
  'non-finite-weights': 'non-finite-weights',
  'unrecognised-network': 'unknown-architecture',
  'inconsistent-network': 'unknown-architecture',
};

const MANIFEST_CODES: Record<ManifestErrorCode, RejectionCode> = {
  'not-yaml': 'manifest-invalid',
  'unknown-key': 'manifest-invalid',
  'missing-key': 'manifest-invalid',
  'wrong-value': 'manifest-invalid',
  'unknown-architecture': 'manifest-invalid',
  mismatch: 'manifest-mismatch',
};

/**
 * What is wrong with a network, in the words that its author is told: whoever looks at it, the platform or a browser.
 *
 * @param subject - what was looked at, e.g. "weights.ckpt"; starts the sentence.
 * @returns null for whatever is not the author's to mend.
 */
export function networkRejectionOf(error: unknown, subject: string): RejectionReason | null {
  if (error instanceof CheckpointError) {
    const { code, where, found, expected, fix } = error;
    return {
      code: CHECKPOINT_CODES[code],
      where: where === 'the file' ? subject : `${subject}, ${where}`,
      found,
      expected,
      fix,
    };
  }
  if (error instanceof ManifestError) {
    const { code, where, found, expected, fix } = error;
    return { code: MANIFEST_CODES[code], where, found, expected, fix };
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
  if (error instanceof OnnxError) {
    return {
      code: error.code === 'too-large' ? 'network-too-large' : 'unsupported-onnx',
      where: subject,
      found: error.message,
      expected: 'an ONNX file of float32 tensors and standard operators',
      fix: 'Export the network again, in one file and for inference.',
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
