import { apiErrorBodySchema, type ApiErrorCode } from '@sillage/contracts';

export type FieldFault = { path: string; message: string };

/** Everything that a call throws, but for the reason of one that was aborted. */
export type ClientFailure = ApiFailure | ServiceUnreachable | UnknownReply;

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
    fix?: string | undefined;
    fields?: readonly FieldFault[] | undefined;
  }) {
    super(options.message);
    this.name = 'ApiFailure';
    this.code = options.code;
    this.status = options.status;
    this.fix = options.fix;
    this.fields = options.fields ?? [];
  }
}

/**
 * `no-answer`: nothing came back, `cause` says why. `starting`: the platform says so, `cause` is its error. `not-ours`:
 * something between answered with `status`. `broken-reply`: what came is no JSON, or half a file.
 */
type Unreachable = 'no-answer' | 'starting' | 'not-ours' | 'broken-reply';

/** No usable answer came: the API is down, is starting, lost its database, or something between answered for it. */
export class ServiceUnreachable extends Error {
  readonly tag = 'ServiceUnreachable';
  readonly reason: Unreachable;
  readonly status: number | null;

  constructor(
    reason: Unreachable,
    message: string,
    { status = null, cause }: { status?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ServiceUnreachable';
    this.reason = reason;
    this.status = status;
  }
}

/** The reply is not what the contracts say: the platform and this program are of different versions. */
export class UnknownReply extends Error {
  readonly tag = 'UnknownReply';

  constructor(path: string, cause: Error) {
    super(`${path} answered in a form that is not known here: ${cause.message}`, { cause });
    this.name = 'UnknownReply';
  }
}

/** The platform is starting, or starting again. */
const STARTING: ReadonlySet<ApiErrorCode> = new Set([
  'backend-unavailable',
  'database-unavailable',
  'stopping',
]);

/** What a reply means whose status says that the call failed. */
export function failureOf(path: string, status: number, text: string): ApiFailure | ServiceUnreachable {
  const parsed = apiErrorBodySchema.safeParse(jsonOrNull(text));
  if (!parsed.success) return new ServiceUnreachable('not-ours', `${path} answered ${status}`, { status });
  const failure = new ApiFailure({ ...parsed.data.error, status });
  if (!STARTING.has(failure.code)) return failure;
  return new ServiceUnreachable('starting', `${path} answered ${status}`, { status, cause: failure });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not ours: a proxy's page
  }
}
