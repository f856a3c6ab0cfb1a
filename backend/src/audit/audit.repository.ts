import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditSubjectKind } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { AuditEntryEntity } from '../database/entities/index.js';
import { CHAIN_START, type AuditLine } from './domain/audit-chain.js';

export type StoredLine = AuditLine & { hash: string };

export type AuditFilter = {
  action: AuditAction | null;
  /** Part of a name. */
  actor: string | null;
  subjectKind: AuditSubjectKind | null;
  subject: string | null;
  before: number | null;
  after: number | null;
};

type Row = {
  id: string;
  sequence: string;
  at: Date;
  actor: string;
  actor_id: string | null;
  action: AuditAction;
  subject_kind: AuditSubjectKind;
  subject_id: string;
  summary: string;
  details: Record<string, unknown>;
  hash: string;
};

/** Any number that nothing else in this database takes a lock by. */
const CHAIN_LOCK = 7_455_210;

function toLine(row: Row): StoredLine {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    at: row.at,
    actor: row.actor,
    actorId: row.actor_id,
    action: row.action,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    summary: row.summary,
    details: row.details,
    hash: row.hash,
  };
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** The end of the chain, held until the transaction ends: one line is written after the other. */
  async lockEnd(): Promise<{ sequence: number; hash: string }> {
    await this.database.query('select pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
    return this.findEnd();
  }

  async findEnd(): Promise<{ sequence: number; hash: string }> {
    const [end] = await this.database.query<{ sequence: string; hash: string }>(
      'select sequence, hash from audit_entries order by sequence desc limit 1',
    );
    return end === undefined
      ? { sequence: 0, hash: CHAIN_START }
      : { sequence: Number(end.sequence), hash: end.hash };
  }

  async insert(line: StoredLine): Promise<void> {
    // TypeORM's own type for a partial jsonb wants every value to be known.
    await this.database.manager.insert(AuditEntryEntity, { ...line, details: line.details as object });
  }

  /** Newest first. */
  async list(filter: AuditFilter, limit: number): Promise<StoredLine[]> {
    const rows = await this.database.query<Row>(
      `select * from audit_entries
       where ($1::text is null or action = $1)
         and ($2::text is null or strpos(lower(actor), lower($2)) > 0)
         and ($3::text is null or subject_kind = $3)
         and ($4::text is null or subject_id = $4)
         and ($5::bigint is null or sequence < $5)
         and ($6::bigint is null or sequence > $6)
       order by sequence desc limit $7`,
      [filter.action, filter.actor, filter.subjectKind, filter.subject, filter.before, filter.after, limit],
    );
    return rows.map(toLine);
  }

  /** Oldest first, after a line. */
  async listAfter(sequence: number, limit: number): Promise<StoredLine[]> {
    const rows = await this.database.query<Row>(
      'select * from audit_entries where sequence > $1 order by sequence limit $2',
      [sequence, limit],
    );
    return rows.map(toLine);
  }
}
