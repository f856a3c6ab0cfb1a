import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { QuotaEntry } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { QuotaEntryEntity } from '../database/entities/index.js';
import type { Span } from './domain/quota.js';

/** Who is limited. */
export type Owner = { accountId: string } | { teamId: string };

export type NewQuotaEntry = Pick<QuotaEntry, 'kind' | 'amount' | 'span' | 'submittedId' | 'reason'> & {
  challengeId: string;
  owner: Owner;
  countsAt: Date;
  bookedAt: Date;
};

/** How what was submitted stands in the ledger of one owner: -1 while it counts, else 0. */
export type Balance = { challengeId: string; owner: Owner; balance: number; countsAt: Date };

const columnOf = (owner: Owner): { column: 'account_id' | 'team_id'; id: string } =>
  'teamId' in owner ? { column: 'team_id', id: owner.teamId } : { column: 'account_id', id: owner.accountId };

@Injectable()
export class QuotaLedgerRepository {
  constructor(private readonly database: Database) {}

  /** Whoever enters a challenge in somebody's name books and enters before the next one counts. */
  async lockOwner(challengeId: string, owner: Owner): Promise<void> {
    const { column, id } = columnOf(owner);
    await this.#lock(`quota ${challengeId} ${column} ${id}`);
  }

  /** Two parts of one set may end at once: each must see what became of the other. */
  async lockSubmitted(submittedId: string): Promise<void> {
    await this.#lock(`quota ${submittedId}`);
  }

  async insert({ owner, ...entry }: NewQuotaEntry): Promise<void> {
    await this.database.manager.insert(QuotaEntryEntity, {
      id: randomUUID(),
      accountId: 'accountId' in owner ? owner.accountId : null,
      teamId: 'teamId' in owner ? owner.teamId : null,
      ...entry,
    });
  }

  /** What was granted for a span, and what of it was used and not given back. */
  async sum(
    challengeId: string,
    owner: Owner,
    { kind, start, end }: Span,
  ): Promise<{ granted: number; used: number }> {
    const { column, id } = columnOf(owner);
    const [row] = await this.database.query<{ granted: number; used: number }>(
      `select coalesce(sum(amount) filter (where kind = 'grant' and span = $3), 0)::int as granted,
         coalesce(-sum(amount) filter (where kind <> 'grant'), 0)::int as used
       from quota_entries where challenge_id = $1 and ${column} = $2
         and counts_at >= $4 and ($5::timestamptz is null or counts_at < $5)`,
      [challengeId, id, kind, start, end],
    );
    return row ?? { granted: 0, used: 0 };
  }

  /** The set that a submission came in, or the submission itself; null for a reference, which nobody submitted. */
  async findSubmittedId(submissionId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `select coalesce(set_id, id) as id from submissions where id = $1 and kind = 'participant'`,
      [submissionId],
    );
    return row?.id ?? null;
  }

  async listBalances(submittedId: string): Promise<Balance[]> {
    const rows = await this.database.query<
      Omit<Balance, 'owner'> & { accountId: string | null; teamId: string }
    >(
      `select challenge_id as "challengeId", account_id as "accountId", team_id as "teamId",
         sum(amount)::int as balance, min(counts_at) as "countsAt"
       from quota_entries where submitted_id = $1 group by challenge_id, account_id, team_id`,
      [submittedId],
    );
    return rows.map(({ accountId, teamId, ...balance }) => ({
      ...balance,
      owner: accountId === null ? { teamId } : { accountId },
    }));
  }

  /**
   * What was submitted counts while any of it waits, runs, or came to an end of its own. What failed on our side does not, nor
   * what was cancelled before a worker had taken it, or by an organiser.
   */
  async doesCount(submittedId: string): Promise<boolean> {
    const [row] = await this.database.query<{ counts: boolean }>(
      `select exists (
         select 1 from submissions s join shown_evaluations e on e.submission_id = s.id
         where (s.id = $1 or s.set_id = $1)
           and (e.state in ('queued', 'running', 'scored', 'rejected')
             or e.state = 'cancelled' and e.failure_message is null and exists (select 1 from jobs j
               where j.submission_id = s.id and j.stress_run_id is null and j.attempt > 0))) as counts`,
      [submittedId],
    );
    return row?.counts ?? false;
  }

  /** Newest first. */
  async list(challengeId: string, owner: Owner, limit: number): Promise<QuotaEntry[]> {
    const { column, id } = columnOf(owner);
    const rows = await this.database.query<
      Omit<QuotaEntry, 'countsAt' | 'bookedAt'> & { countsAt: Date; bookedAt: Date }
    >(
      `select kind, amount, span, submitted_id as "submittedId", counts_at as "countsAt", booked_at as "bookedAt", reason
       from quota_entries where challenge_id = $1 and ${column} = $2
       order by booked_at desc, kind desc, id limit $3`,
      [challengeId, id, limit],
    );
    return rows.map((row) => ({
      ...row,
      countsAt: row.countsAt.toISOString(),
      bookedAt: row.bookedAt.toISOString(),
    }));
  }

  async #lock(name: string): Promise<void> {
    this.database.requireTransaction();
    await this.database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
  }
}
