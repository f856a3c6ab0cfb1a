import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { AuditEntryEntity } from '../database/entities/index.js';
import { CHAIN_START, type AuditLine } from './domain/audit-chain.js';

export type StoredLine = AuditLine & { hash: string };

/** Any number that nothing else in this database takes a lock by. */
const CHAIN_LOCK = 7_455_210;

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** The end of the chain, held until the transaction ends: one line is written after the other. */
  async lockEnd(): Promise<{ sequence: number; hash: string }> {
    await this.database.query('select pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
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
}
