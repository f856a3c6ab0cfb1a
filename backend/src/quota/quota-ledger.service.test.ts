import { describe, expect, it } from 'vitest';
import { FixedClock } from '../testing/evaluation-fakes.js';
import { dayOf } from './domain/quota.js';
import type { NewQuotaEntry, Owner } from './quota-ledger.repository.js';
import { QuotaLedgerService, type QuotaLedger } from './quota-ledger.service.js';

const ADA: Owner = { accountId: 'ada' };
const TEAM: Owner = { teamId: 'team' };
const isSame = (a: Owner, b: Owner) => JSON.stringify(a) === JSON.stringify(b);

/** The ledger in memory. Whether what was submitted counts is set from outside. */
class FakeLedger implements QuotaLedger {
  readonly entries: NewQuotaEntry[] = [];
  readonly locks: string[] = [];
  counts = true;
  submittedId: string | null = 'set';

  async lockOwner(_challengeId: string, owner: Owner): Promise<void> {
    this.locks.push(Object.values(owner).join());
  }
  async lockSubmitted(id: string): Promise<void> {
    this.locks.push(id);
  }
  async insert(entry: NewQuotaEntry): Promise<void> {
    this.entries.push(entry);
  }
  sum: QuotaLedger['sum'] = async (challengeId, owner, { kind, start, end }) => {
    const within = this.entries.filter(
      (entry) =>
        entry.challengeId === challengeId &&
        isSame(entry.owner, owner) &&
        entry.countsAt >= start &&
        (end === null || entry.countsAt < end),
    );
    const total = (entries: NewQuotaEntry[]) => entries.reduce((sum, { amount }) => sum + amount, 0);
    return {
      granted: total(within.filter((entry) => entry.kind === 'grant' && entry.span === kind)),
      used: 0 - total(within.filter((entry) => entry.kind !== 'grant')),
    };
  };
  findSubmittedId: QuotaLedger['findSubmittedId'] = async () => this.submittedId;
  doesCount: QuotaLedger['doesCount'] = async () => this.counts;
  listBalances: QuotaLedger['listBalances'] = async (submittedId) =>
    [ADA, TEAM].flatMap((owner) => {
      const own = this.entries.filter(
        (entry) => entry.submittedId === submittedId && isSame(entry.owner, owner),
      );
      const [first] = own;
      return first === undefined
        ? []
        : [
            {
              challengeId: first.challengeId,
              owner,
              balance: own.reduce((sum, { amount }) => sum + amount, 0),
              countsAt: first.countsAt,
            },
          ];
    });
  list: QuotaLedger['list'] = async () => [];
}

function ledgerAt(time: string) {
  const [fake, clock] = [new FakeLedger(), new FixedClock(new Date(time))];
  return { fake, clock, ledger: new QuotaLedgerService(fake, clock) };
}

describe('QuotaLedgerService', () => {
  it('books a limit once, and the difference where it changes', async () => {
    const { fake, clock, ledger } = ledgerAt('2026-01-15T12:00:00Z');
    const span = dayOf(clock.now());
    for (const limit of [5, 5, 3]) await ledger.grant('demo', ADA, { limit, span });
    expect(fake.entries.map(({ amount, reason }) => [amount, reason])).toEqual([
      [5, 'limit of 5 a day'],
      [-2, 'limit changed from 5 to 3'],
    ]);
  });

  it('takes one of everybody in whose name it is, on the day it came', async () => {
    const { clock, ledger } = ledgerAt('2026-01-15T23:59:59Z');
    await ledger.use('demo', [ADA, TEAM], 'set');
    const today = dayOf(clock.now());
    clock.time = new Date('2026-01-16T00:00:01Z');
    expect(await ledger.used('demo', ADA, today)).toBe(1);
    expect(await ledger.used('demo', TEAM, today)).toBe(1);
    expect(await ledger.used('demo', ADA, dayOf(clock.now()))).toBe(0);
    expect(await ledger.used('another', ADA, today)).toBe(0);
  });

  it('gives back what failed on our side to the day that it was taken from, once', async () => {
    const { fake, clock, ledger } = ledgerAt('2026-01-15T23:00:00Z');
    const today = dayOf(clock.now());
    await ledger.use('demo', [ADA, TEAM], 'set');
    clock.time = new Date('2026-01-16T01:00:00Z');
    fake.counts = false;
    await ledger.settle('submission', 'failed on our side');
    await ledger.settle('submission', 'failed on our side');
    expect(fake.entries.filter(({ kind }) => kind === 'refund')).toHaveLength(2);
    expect(await ledger.used('demo', ADA, today)).toBe(0);
    // Nothing is won on the next day.
    expect(await ledger.used('demo', ADA, dayOf(clock.now()))).toBe(0);
  });

  it('takes it again where it is tried again, and books nothing while it counts', async () => {
    const { fake, clock, ledger } = ledgerAt('2026-01-15T12:00:00Z');
    await ledger.use('demo', [ADA], 'set');
    await ledger.settle('submission', 'scored');
    expect(fake.entries).toHaveLength(1);
    fake.counts = false;
    await ledger.settle('submission', 'failed on our side');
    fake.counts = true;
    await ledger.settle('submission', 'tried again');
    expect(fake.entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['use', -1],
      ['refund', 1],
      ['use', -1],
    ]);
    expect(await ledger.used('demo', ADA, dayOf(clock.now()))).toBe(1);
  });

  it('books nothing for a reference, and settles under the lock of what was submitted', async () => {
    const { fake, ledger } = ledgerAt('2026-01-15T12:00:00Z');
    await ledger.use('demo', [ADA], 'set');
    fake.submittedId = null;
    fake.counts = false;
    await ledger.settle('reference', 'failed on our side');
    expect([fake.entries.length, fake.locks]).toEqual([1, []]);
    fake.submittedId = 'set';
    await ledger.settle('submission', 'failed on our side');
    expect(fake.locks).toEqual(['set']);
  });

  it('locks everybody in whose name something is entered', async () => {
    const { fake, ledger } = ledgerAt('2026-01-15T12:00:00Z');
    await ledger.lock('demo', [ADA, TEAM]);
    expect(fake.locks).toEqual(['ada', 'team']);
  });
});
