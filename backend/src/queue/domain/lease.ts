/** A job is given out that many times before it counts as ours to repair. */
export const MAX_ATTEMPTS = 3;

export type Lease = { attempt: number; tokenHash: string };

/** What is known about a job when somebody writes to it. */
export type LeasedJob = {
  state: 'queued' | 'leased' | 'finished' | 'failed' | 'cancelled';
  attempt: number;
  leaseTokenHash: string | null;
};

/**
 * - `current`: the writer holds the lease.
 * - `repeated`: the same lease has finished before; the answer is the same as then.
 * - `cancelled`: the writer held the lease when the job was cancelled.
 * - `stale`: somebody else has, had or will have the job.
 */
export type LeaseStanding = 'current' | 'repeated' | 'cancelled' | 'stale';

export function leaseStanding(job: LeasedJob, lease: Lease): LeaseStanding {
  if (job.attempt !== lease.attempt || job.leaseTokenHash !== lease.tokenHash) return 'stale';
  switch (job.state) {
    case 'leased':
      return 'current';
    case 'finished':
    case 'failed':
      return 'repeated';
    case 'cancelled':
      return 'cancelled';
    case 'queued':
      // The lease was lost and the job waits for the next worker.
      return 'stale';
  }
}

/** What to do with a job whose attempt came to nothing. */
export function afterFailedAttempt(attempt: number, isRetryable: boolean): 'retry' | 'give-up' {
  return isRetryable && attempt < MAX_ATTEMPTS ? 'retry' : 'give-up';
}
