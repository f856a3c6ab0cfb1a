import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { COLLECTION_LOCK } from './object-references.js';

/** Apart from the other advisory locks of this database, which have one key of 64 bits. */
const LOCK_CLASS = 0x0b1ec7;

/** Advisory locks on objects, held until the open transaction ends. */
@Injectable()
export class ObjectClaimsRepository {
  constructor(private readonly database: Database) {}

  /** Waits while the object is being collected; never for others who refer to it. */
  async lockShared(sha256: string): Promise<void> {
    this.database.requireTransaction();
    await this.database.query('select pg_advisory_xact_lock_shared($1, $2)', [LOCK_CLASS, lockKey(sha256)]);
  }

  /** Until the transaction ends. @returns false while a backup is written, which needs every object of its snapshot. */
  async mayRemove(): Promise<boolean> {
    this.database.requireTransaction();
    const [row] = await this.database.query<{ may: boolean }>(
      'select pg_try_advisory_xact_lock_shared($1) as may',
      [COLLECTION_LOCK],
    );
    return row?.may === true;
  }

  /** Never waits. @returns those that nobody is about to refer to. */
  async tryLock(sha256s: readonly string[]): Promise<string[]> {
    this.database.requireTransaction();
    const rows = await this.database.query<{ sha256: string; is_locked: boolean }>(
      `select sha256, pg_try_advisory_xact_lock($1, key) as is_locked
       from unnest($2::text[], $3::int[]) wanted (sha256, key)`,
      [LOCK_CLASS, sha256s, sha256s.map(lockKey)],
    );
    return rows.flatMap(({ sha256, is_locked: isLocked }) => (isLocked ? [sha256] : []));
  }
}

/** Two objects with one key only wait for each other. */
function lockKey(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 8), 16) | 0;
}
