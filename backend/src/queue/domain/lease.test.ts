import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailedAttempt, leaseStanding, MAX_ATTEMPTS, type LeasedJob } from './lease.js';

const job: LeasedJob = { state: 'leased', attempt: 2, leaseTokenHash: 'b' };

describe('leaseStanding', () => {
  it('is current for the holder alone', () => {
    expect(leaseStanding(job, { attempt: 2, tokenHash: 'b' })).toBe('current');
    expect(leaseStanding(job, { attempt: 1, tokenHash: 'b' })).toBe('stale');
    expect(leaseStanding(job, { attempt: 2, tokenHash: 'a' })).toBe('stale');
  });

  it.each([
    { state: 'finished', standing: 'repeated' },
    { state: 'failed', standing: 'repeated' },
    { state: 'cancelled', standing: 'cancelled' },
    { state: 'queued', standing: 'stale' },
  ] as const)('is $standing for the last holder of a $state job', ({ state, standing }) => {
    expect(leaseStanding({ ...job, state }, { attempt: 2, tokenHash: 'b' })).toBe(standing);
  });

  it('is stale for everybody while nobody has had the job', () => {
    expect(
      leaseStanding({ state: 'queued', attempt: 0, leaseTokenHash: null }, { attempt: 0, tokenHash: '' }),
    ).toBe('stale');
  });

  it('lets at most one of all workers write', () => {
    const lease = fc.record({
      attempt: fc.integer({ min: 1, max: 4 }),
      tokenHash: fc.constantFrom('a', 'b', 'c', 'd'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(lease, { selector: ({ attempt, tokenHash }) => `${attempt}${tokenHash}` }),
        (leases) => {
          expect(
            leases.filter((candidate) => leaseStanding(job, candidate) === 'current').length,
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('afterFailedAttempt', () => {
  it('tries again until the last attempt, and not at all where that cannot help', () => {
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      expect(afterFailedAttempt(attempt, true)).toBe('retry');
      expect(afterFailedAttempt(attempt, false)).toBe('give-up');
    }
    expect(afterFailedAttempt(MAX_ATTEMPTS, true)).toBe('give-up');
  });
});
