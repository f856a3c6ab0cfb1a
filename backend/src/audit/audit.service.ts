import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditSubjectKind } from '@sillage/contracts';
import type { Account } from '../accounts/domain/account.js';
import { Clock } from '../clock/clock.js';
import { Transactions } from '../transactions/transactions.js';
import { AuditRepository } from './audit.repository.js';
import { auditHash } from './domain/audit-chain.js';

const PLATFORM = 'Sillage';

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
}
