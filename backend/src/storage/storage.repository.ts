import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

export type Collection = {
  id: string;
  startedAt: Date;
  finishedAt: Date;
  startedBy: string;
  removed: { count: number; sizeBytes: number };
  leftovers: { count: number; sizeBytes: number };
  remainingCount: number;
};

@Injectable()
export class StorageRepository {
  constructor(private readonly database: Database) {}

  async start(id: string, { startedAt, startedBy }: { startedAt: Date; startedBy: string }): Promise<void> {
    await this.database.query(
      'insert into store_collections (id, started_at, started_by) values ($1, $2, $3)',
      [id, startedAt, startedBy],
    );
  }

  /** In a transaction: of several processes one finds that it is due. */
  async lockStarts(): Promise<void> {
    this.database.requireTransaction();
    await this.database.query('lock table store_collections in share row exclusive mode');
  }

  async findLastStart(): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date | null }>(
      'select max(started_at) as at from store_collections',
    );
    return row?.at ?? null;
  }

  async finish({ id, finishedAt, removed, leftovers, remainingCount }: Collection): Promise<void> {
    await this.database.query(
      `update store_collections set finished_at = $2, removed_count = $3, removed_bytes = $4, leftover_count = $5,
         leftover_bytes = $6, remaining_count = $7 where id = $1`,
      [
        id,
        finishedAt,
        removed.count,
        removed.sizeBytes,
        leftovers.count,
        leftovers.sizeBytes,
        remainingCount,
      ],
    );
  }

  /** The newest that came to its end. */
  async findLast(): Promise<Collection | null> {
    const [row] = await this.database.query<{
      id: string;
      started_at: Date;
      finished_at: Date;
      started_by: string;
      removed_count: number;
      removed_bytes: string;
      leftover_count: number;
      leftover_bytes: string;
      remaining_count: number;
    }>('select * from store_collections where finished_at is not null order by started_at desc, id limit 1');
    if (row === undefined) return null;
    return {
      id: row.id,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      startedBy: row.started_by,
      removed: { count: row.removed_count, sizeBytes: Number(row.removed_bytes) },
      leftovers: { count: row.leftover_count, sizeBytes: Number(row.leftover_bytes) },
      remainingCount: row.remaining_count,
    };
  }
}
