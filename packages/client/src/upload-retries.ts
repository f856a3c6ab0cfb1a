/** Half an hour without an answer: a lost connection, a restart, a laptop that was shut. Counted anew after every chunk. */
const RETRY_DELAYS_MS = [0, 1000, 2000, 4000, ...Array<number>(180).fill(10_000)];
const STORAGE_FULL = 507; // the server's answer says more than that it does not answer

type Reply = { getStatus: () => number };
type UploadError = Error & { originalResponse?: Reply | null; causingError?: Error | null };

/** Of a client of tus: how long it tries again, and when. */
export const uploadRetries = {
  retryDelays: RETRY_DELAYS_MS,
  /**
   * Any answer but 2xx to the question "how far are we?" makes the client start from byte 0. Only where the upload is gone it
   * must: while the server restarts, a proxy answers 502; who was signed out comes back.
   */
  onAfterResponse: (request: { getMethod: () => string }, response: Reply): void => {
    const status = response.getStatus();
    if (request.getMethod() === 'HEAD' && status >= 400 && ![404, 410, 423].includes(status))
      throw new UnansweredError(status);
  },
  onShouldRetry: (error: UploadError): boolean => {
    const status = uploadErrorStatus(error) ?? 0;
    return status === 0 || (status >= 500 && status !== STORAGE_FULL) || [409, 423, 429].includes(status);
  },
};

/** The status of the reply that ended an upload; null where none came. */
export function uploadErrorStatus({ originalResponse, causingError }: UploadError): number | null {
  return (
    originalResponse?.getStatus() ?? (causingError instanceof UnansweredError ? causingError.status : null)
  );
}

/** To the question how far an upload is, there was no answer. */
class UnansweredError extends Error {
  constructor(readonly status: number) {
    super(`the service answered ${status}`);
  }
}
