/** Why a checkpoint was refused. */
export type CheckpointErrorCode =
  | 'not-a-checkpoint'
  | 'truncated'
  | 'damaged-container'
  | 'crc-mismatch'
  | 'compressed-entry'
  | 'too-large'
  | 'too-complex'
  | 'big-endian'
  | 'unsupported-opcode'
  | 'malformed-pickle'
  | 'malformed-header'
  | 'dangerous-global'
  | 'whole-module'
  | 'no-tensors'
  | 'unknown-dtype'
  | 'unsupported-tensor'
  | 'malformed-tensor'
  | 'missing-storage'
  | 'storage-out-of-bounds'
  | 'non-finite-weights'
  | 'unrecognised-network'
  | 'inconsistent-network';

export type CheckpointErrorFields = {
  code: CheckpointErrorCode;
  /** What was looked at, e.g. "tensor 'prior_cost.conv_in.weight'". */
  where: string;
  /** What was found there. A sentence without the final stop. */
  found: string;
  /** What is needed. */
  expected: string;
  /** How to get there. */
  fix: string;
};

/** Every fault of a checkpoint that its author can mend. Faults of the caller are RangeError and TypeError. */
export class CheckpointError extends Error {
  readonly tag = 'CheckpointError';
  readonly code: CheckpointErrorCode;
  readonly where: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;

  constructor(fields: CheckpointErrorFields, options?: { cause?: unknown }) {
    super(`${fields.where}: ${fields.found}; expected ${fields.expected}. ${fields.fix}`, options);
    this.name = 'CheckpointError';
    this.code = fields.code;
    this.where = fields.where;
    this.found = fields.found;
    this.expected = fields.expected;
    this.fix = fields.fix;
  }
}

/** What nearly every fault of the weights is mended by. */
export const SAVE_STATE_DICT =
  'Save the weights alone: torch.save(network.state_dict(), "weights.pt"), or safetensors.torch.save_file.';

/** The bytes are not what was written: a broken upload, or a disk. */
export const COPY_AGAIN =
  'Copy the file again from where it was saved (in binary mode), compare the checksums, and check that torch.load opens it there.';

const MAX_QUOTED_CHARACTERS = 120;

/** A name from the file, safe to put into a message: no control characters, and not endless. */
export function quoted(text: string): string {
  const clean = Array.from(text.slice(0, MAX_QUOTED_CHARACTERS), (character) =>
    /\p{C}/u.test(character) ? '\u{fffd}' : character,
  ).join('');
  return `'${clean}${text.length > MAX_QUOTED_CHARACTERS ? '…' : ''}'`;
}

/** The first of a list of names, and how many more there are. */
export function listed(names: readonly string[], maxCount = 12): string {
  const shown = names.slice(0, maxCount).join(', ');
  return names.length > maxCount ? `${shown} and ${names.length - maxCount} more` : shown;
}
