export type ManifestErrorCode =
  | 'not-yaml'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-value'
  | 'unknown-architecture'
  | 'mismatch';

export type ManifestErrorFields = {
  code: ManifestErrorCode;
  /** What was looked at, e.g. "the manifest, key 'patch'". */
  where: string;
  /** What was found there. A sentence without the final stop. */
  found: string;
  expected: string;
  fix: string;
  /** Of `missing-key`: the keys at the top of the manifest that nothing tells, or not whole. */
  missingKeys?: readonly string[];
};

/** Every fault of a manifest that its author can mend. */
export class ManifestError extends Error {
  readonly tag = 'ManifestError';
  readonly code: ManifestErrorCode;
  readonly where: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
  readonly missingKeys: readonly string[];

  constructor(fields: ManifestErrorFields, options?: ErrorOptions) {
    super(`${fields.where}: ${fields.found}; needed: ${fields.expected}. ${fields.fix}`, options);
    this.name = 'ManifestError';
    this.code = fields.code;
    this.where = fields.where;
    this.found = fields.found;
    this.expected = fields.expected;
    this.fix = fields.fix;
    this.missingKeys = fields.missingKeys ?? [];
  }
}

/** A manifest and weights that do not belong together. */
export function mismatch(key: string, found: string, expected: string, fix: string): ManifestError {
  return new ManifestError({ code: 'mismatch', where: `the manifest, key '${key}'`, found, expected, fix });
}
