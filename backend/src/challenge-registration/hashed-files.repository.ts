import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { StoredObject } from '../object-store/object-store.js';

type Row = { path: string; stamp: string; sha256: string; size_bytes: string };

/** What files of dataset folders hashed to when they had a certain stamp. */
@Injectable()
export class HashedFilesRepository {
  constructor(private readonly database: Database) {}

  /** @returns what the file hashed to, if it has the stamp still. */
  async find(path: string, stamp: string): Promise<StoredObject | null> {
    const [row] = await this.database.query<Row>(
      'select * from hashed_files where path = $1 and stamp = $2',
      [path, stamp],
    );
    return row === undefined ? null : { sha256: row.sha256, sizeBytes: Number(row.size_bytes) };
  }

  async remember(path: string, stamp: string, { sha256, sizeBytes }: StoredObject): Promise<void> {
    await this.database.query(
      `insert into hashed_files (path, stamp, sha256, size_bytes) values ($1, $2, $3, $4)
       on conflict (path) do update
       set stamp = excluded.stamp, sha256 = excluded.sha256, size_bytes = excluded.size_bytes`,
      [path, stamp, sha256, sizeBytes],
    );
  }
}
