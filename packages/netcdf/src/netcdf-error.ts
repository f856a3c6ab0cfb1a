/**
 * Why a file was refused. The strings are those of `REJECTION_CODES` in the contracts package; this package does not import it,
 * and the pipeline's type check fails if the two drift apart.
 */
export type NetcdfErrorCode =
  | 'unreadable-file'
  | 'unsupported-format'
  | 'file-too-large'
  | 'external-storage'
  | 'virtual-dataset'
  | 'external-link'
  | 'soft-link'
  | 'unsupported-filter'
  | 'unsupported-type'
  | 'declared-size-too-large'
  | 'compression-ratio-too-large'
  | 'too-many-objects'
  | 'variable-not-found'
  | 'ambiguous-variable'
  | 'coordinate-not-found'
  | 'wrong-dimensions'
  | 'irregular-grid'
  | 'unsupported-calendar'
  | 'unknown-units'
  | 'values-out-of-range'
  | 'empty-field';

export type NetcdfErrorFields = {
  code: NetcdfErrorCode;
  /** What was looked at, e.g. "variable 'ssh'". */
  where: string;
  /** What was found there. A sentence without the final stop. */
  found: string;
  /** What is needed. */
  expected: string;
  /** How to get there. */
  fix: string;
};

/** Every fault of a file that its author can mend. Faults of the caller are RangeError and TypeError. */
export class NetcdfError extends Error {
  readonly tag = 'NetcdfError';
  readonly code: NetcdfErrorCode;
  readonly where: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;

  constructor(fields: NetcdfErrorFields, options?: { cause?: unknown }) {
    super(`${fields.where}: ${fields.found}; expected ${fields.expected}. ${fields.fix}`, options);
    this.name = 'NetcdfError';
    this.code = fields.code;
    this.where = fields.where;
    this.found = fields.found;
    this.expected = fields.expected;
    this.fix = fields.fix;
  }
}
