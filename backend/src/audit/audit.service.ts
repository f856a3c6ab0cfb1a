import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditSubjectKind, AuditVerification } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { Clock } from '../clock/clock.js';
import { Transactions } from '../transactions/transactions.js';
import { AuditRepository, type AuditFilter, type StoredLine } from './audit.repository.js';
import { auditHash, CHAIN_START, firstBrokenLine } from './domain/audit-chain.js';

export type { AuditFilter, StoredLine } from './audit.repository.js';

const PLATFORM = 'Sillage';
/** Lines that are read at once. */
const BATCH = 500;

export type NewAuditEntry = {
  /** Null: the platform itself. */
  actor: Account | null;
  action: AuditAction;
  subject: { kind: AuditSubjectKind; id: string };
  /** One sentence, as the log shows it. */
  summary: string;
  details?: Record<string, unknown>;
};

/** The log of what organisers do. */
@Injectable()
export class AuditService {
  constructor(
    private readonly audit: AuditRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Called last in the transaction that does it: the line is there exactly if that is committed. */
  async record({ actor, action, subject, summary, details = {} }: NewAuditEntry): Promise<void> {
    await this.transactions.run(async () => {
      const end = await this.audit.lockEnd();
      const line = {
        id: randomUUID(),
        sequence: end.sequence + 1,
        at: this.clock.now(),
        actor: actor?.displayName ?? PLATFORM,
        actorId: actor?.id ?? null,
        action,
        subjectKind: subject.kind,
        subjectId: subject.id,
        summary,
        details,
      };
      await this.audit.insert({ ...line, hash: auditHash(end.hash, line) });
    });
  }

  /** Newest first; `older` is the `before` of the page behind it. */
  async list(
    filter: AuditFilter,
    limit: number,
  ): Promise<{ entries: StoredLine[]; older: number | null; lineCount: number }> {
    const found = await this.audit.list(filter, limit + 1);
    const entries = found.slice(0, limit);
    const { sequence: lineCount } = await this.audit.findEnd();
    return { entries, older: found.length > limit ? (entries.at(-1)?.sequence ?? null) : null, lineCount };
  }

  /** Every line, oldest first, a batch at a time. */
  async *readAll(): AsyncGenerator<StoredLine[]> {
    for (let last = 0; ;) {
      const lines = await this.audit.listAfter(last, BATCH);
      if (lines.length === 0) return;
      yield lines;
      last = lines.at(-1)?.sequence ?? last;
    }
  }

  /** Follows the chain from its first line to its last. */
  async verify(): Promise<AuditVerification> {
    let [previousHash, lineCount, firstBroken]: [string, number, number | null] = [CHAIN_START, 0, null];
    for await (const lines of this.readAll()) {
      // A batch begins where the one before it ended: a gap between them is a break like any other.
      const [first] = lines;
      if (firstBroken === null && first !== undefined && first.sequence !== lineCount + 1)
        firstBroken = first.sequence;
      firstBroken ??= firstBrokenLine(previousHash, lines);
      lineCount += lines.length;
      previousHash = lines.at(-1)?.hash ?? previousHash;
    }
    return {
      lineCount,
      firstBroken,
      lastHash: lineCount === 0 ? null : previousHash,
      verifiedAt: this.clock.now().toISOString(),
    };
  }
}
