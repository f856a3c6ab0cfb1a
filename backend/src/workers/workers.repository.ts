import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

@Injectable()
export class WorkersRepository {
  constructor(private readonly database: Database) {}

  async touch(name: string, evaluatorVersion: string): Promise<void> {
    await this.database.query(
      `insert into workers (name, evaluator_version, last_seen_at) values ($1, $2, clock_timestamp())
       on conflict (name) do update set evaluator_version = excluded.evaluator_version, last_seen_at = excluded.last_seen_at`,
      [name, evaluatorVersion],
    );
  }

  async countSeenWithin(windowMs: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from workers where last_seen_at > clock_timestamp() - $1 * interval '1 millisecond'`,
      [windowMs],
    );
    return row?.count ?? 0;
  }
}
