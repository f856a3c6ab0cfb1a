import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { UploadEntity } from '../database/entities/index.js';

export type Upload = {
  id: string;
  accountId: string;
  fileName: string;
  sizeBytes: number;
  expectedSha256: string | null;
  sha256: string | null;
  transfer: unknown;
  createdAt: Date;
  finishedAt: Date | null;
  usedAt: Date | null;
};

@Injectable()
export class UploadsRepository {
  constructor(private readonly database: Database) {}

  async insert(upload: Upload): Promise<void> {
    // `transfer` stays null until the upload protocol describes the file.
    const { transfer: _transfer, ...row } = upload;
    await this.database.manager.insert(UploadEntity, row);
  }

  /** What of an account was not submitted, announced bytes included; until the end of the transaction it announces no more. */
  async lockWaiting(accountId: string): Promise<{ count: number; sizeBytes: number }> {
    await this.database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `uploads ${accountId}`,
    ]);
    const [row] = await this.database.query<{ count: number; sizeBytes: string }>(
      `select count(*)::int as count, coalesce(sum(size_bytes), 0)::text as "sizeBytes"
       from uploads where account_id = $1 and used_at is null`,
      [accountId],
    );
    return { count: row?.count ?? 0, sizeBytes: Number(row?.sizeBytes ?? 0) };
  }

  find(id: string): Promise<Upload | null> {
    return this.database.manager.findOneBy(UploadEntity, { id });
  }

  async setTransfer(id: string, transfer: unknown): Promise<void> {
    await this.database.query('update uploads set transfer = $2 where id = $1', [
      id,
      JSON.stringify(transfer),
    ]);
  }

  async setFinished(id: string, sha256: string, finishedAt: Date): Promise<void> {
    await this.database.query(
      'update uploads set sha256 = $2, finished_at = coalesce(finished_at, $3) where id = $1',
      [id, sha256, finishedAt],
    );
  }

  /** @returns false when it was used before; two submissions at once get one upload only once. */
  async setUsed(id: string, usedAt: Date): Promise<boolean> {
    const rows = await this.database.query(
      'update uploads set used_at = $2 where id = $1 and used_at is null returning id',
      [id, usedAt],
    );
    return rows.length > 0;
  }

  /** @returns the hash of the bytes that it brought into the store; null where they did not come. */
  async delete(id: string): Promise<string | null> {
    const [row] = await this.database.query<{ sha256: string | null }>(
      'delete from uploads where id = $1 returning sha256',
      [id],
    );
    return row?.sha256 ?? null;
  }

  /** Files of the entries of an account, each once. `stands`: of an entry that was not withdrawn. */
  listSubmitted(accountId: string): Promise<{ sha256: string; sizeBytes: number; stands: boolean }[]> {
    return this.database.query(
      `select sha256, max(size_bytes)::float8 as "sizeBytes", bool_or(withdrawn_at is null) as stands
       from submissions where account_id = $1 and sha256 is not null group by sha256`,
      [accountId],
    );
  }

  /** Uploads that nobody finished or used since. */
  async listAbandoned(createdBefore: Date, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'select id from uploads where created_at < $1 and used_at is null order by created_at limit $2',
      [createdBefore, limit],
    );
    return rows.map((row) => row.id);
  }
}
