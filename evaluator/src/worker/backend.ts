import type {
  ClaimedJob,
  ClaimRequest,
  FinishRequest,
  HeartbeatReply,
  HeartbeatRequest,
} from '@sillage/contracts';

/**
 * A call to the backend that did not work. `unreachable` (no answer, or the backend's own fault: 5xx, 429) is worth
 * another try; `refused` is an answer, with its code, that another try will not change.
 */
export class BackendError extends Error {
  readonly tag = 'BackendError';

  constructor(
    readonly kind: 'unreachable' | 'refused',
    message: string,
    readonly code: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BackendError';
  }
}

export const isUnreachable = (error: unknown): boolean =>
  error instanceof BackendError && error.kind === 'unreachable';
export const isStaleLease = (error: unknown): boolean =>
  error instanceof BackendError && error.code === 'stale-lease';

/** The backend as a worker sees it: jobs out, results in, objects by content. */
export abstract class Backend {
  /** @returns null when no job came within `request.waitMs`. */
  abstract claim(request: ClaimRequest, signal: AbortSignal): Promise<ClaimedJob | null>;
  abstract heartbeat(jobId: string, request: HeartbeatRequest, signal: AbortSignal): Promise<HeartbeatReply>;
  abstract finish(jobId: string, request: FinishRequest): Promise<void>;
  /** Writes the object's bytes to `path`; the caller verifies them. */
  abstract download(sha256: string, path: string): Promise<void>;
  abstract upload(sha256: string, path: string): Promise<void>;
}
