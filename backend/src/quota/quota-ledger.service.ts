import { Inject, Injectable } from '@nestjs/common';
import type { QuotaEntry } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import type { Port } from '../transactions/port.js';
import type { Span } from './domain/quota.js';
import { QuotaLedgerRepository, type Owner } from './quota-ledger.repository.js';

export type { Owner } from './quota-ledger.repository.js';

/** What the ledger needs of the database. */
export type QuotaLedger = Port<QuotaLedgerRepository>;

/**
 * The ledger of what may be submitted: `+grant` from the limits of a challenge, `-use`, `+refund`. Only this class writes it, in the
 * transaction that changes what it is about.
 */
@Injectable()
export class QuotaLedgerService {
  constructor(
    @Inject(QuotaLedgerRepository) private readonly ledger: QuotaLedger,
    private readonly clock: Clock,
  ) {}

  /** What was used in a span and not given back. */
  async used(challengeId: string, owner: Owner, span: Span): Promise<number> {
    return (await this.ledger.sum(challengeId, owner, span)).used;
  }

  list(challengeId: string, owner: Owner, limit: number): Promise<QuotaEntry[]> {
    return this.ledger.list(challengeId, owner, limit);
  }

  /** Until the transaction ends, nobody else enters in the name of these. */
  async lock(challengeId: string, owners: readonly Owner[]): Promise<void> {
    for (const owner of owners) await this.ledger.lockOwner(challengeId, owner);
  }

  /** Books the limit of a span, where it is new or was changed: from then on the sum of the span is what is left. */
  async grant(
    challengeId: string,
    owner: Owner,
    { limit, span }: { limit: number; span: Span },
  ): Promise<void> {
    const { granted } = await this.ledger.sum(challengeId, owner, span);
    if (granted === limit) return;
    await this.ledger.insert({
      challengeId,
      owner,
      kind: 'grant',
      amount: limit - granted,
      span: span.kind,
      submittedId: null,
      countsAt: span.start,
      bookedAt: this.clock.now(),
      reason:
        granted === 0 ? `limit of ${limit} a ${span.kind}` : `limit changed from ${granted} to ${limit}`,
    });
  }

  /** @param submittedId - a set, or a submission that came alone. */
  async use(challengeId: string, owners: readonly Owner[], submittedId: string): Promise<void> {
    const now = this.clock.now();
    for (const owner of owners)
      await this.ledger.insert({
        challengeId,
        owner,
        kind: 'use',
        amount: -1,
        span: null,
        submittedId,
        countsAt: now,
        bookedAt: now,
        reason: 'submitted',
      });
  }

  /**
   * Brings the ledger in line with what became of a submission: gives back what counts no longer, and takes it again where it
   * counts once more. A second call with nothing new books nothing.
   */
  async settle(submissionId: string, reason: string): Promise<void> {
    const submittedId = await this.ledger.findSubmittedId(submissionId);
    if (submittedId === null) return;
    await this.ledger.lockSubmitted(submittedId);
    const amountDue = (await this.ledger.doesCount(submittedId)) ? -1 : 0;
    for (const { challengeId, owner, balance, countsAt } of await this.ledger.listBalances(submittedId)) {
      if (balance === amountDue) continue;
      await this.ledger.insert({
        challengeId,
        owner,
        kind: amountDue < balance ? 'use' : 'refund',
        amount: amountDue - balance,
        span: null,
        submittedId,
        countsAt,
        bookedAt: this.clock.now(),
        reason,
      });
    }
  }
}
