import type { ApiErrorCode } from '@sillage/contracts';

export type FieldFault = { path: string; message: string };

/** The API answered with one of its typed errors. */
export class ApiFailure extends Error {
  readonly tag = 'ApiFailure';
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly fix: string | undefined;
  readonly fields: readonly FieldFault[];

  constructor(options: {
    code: ApiErrorCode;
    status: number;
    message: string;
    fix?: string;
    fields?: readonly FieldFault[];
  }) {
    super(options.message);
    this.name = 'ApiFailure';
    this.code = options.code;
    this.status = options.status;
    this.fix = options.fix;
    this.fields = options.fields ?? [];
  }
}

/** No usable answer came: the API is down, is starting, lost its database, or something between answered for it. */
export class ServiceUnreachable extends Error {
  readonly tag = 'ServiceUnreachable';

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ServiceUnreachable';
  }
}
