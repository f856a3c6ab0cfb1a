import type { ApiErrorCode, FieldProblem } from '@sillage/contracts';

/** Everything a caller may be told: a code of the contracts, what was found, and what to do about it. */
export class DomainError extends Error {
  readonly tag = 'domain-error';
  readonly code: ApiErrorCode;
  readonly fix: string | undefined;
  readonly fields: FieldProblem[] | undefined;

  constructor(
    code: ApiErrorCode,
    message: string,
    options: { fix?: string; fields?: FieldProblem[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.fix = options.fix;
    this.fields = options.fields;
  }
}
