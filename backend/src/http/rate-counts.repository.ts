import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

export type RateCount = { hits: number; leftS: number };

/** Counts within a window, of all API processes together. The key is a hash: it tells no address. */
@Injectable()
export class RateCountsRepository {
  constructor(private readonly database: Database) {}

  async increment(key: string, windowMs: number): Promise<RateCount> {
    const [row] = await this.database.query<RateCount>(
      `insert into rate_counts as known (key, hits, expires_at)
       values ($1, 1, clock_timestamp() + $2 * interval '1 millisecond')
       on conflict (key) do update set
         hits = case when known.expires_at <= clock_timestamp() then 1 else known.hits + 1 end,
         expires_at = case when known.expires_at <= clock_timestamp() then excluded.expires_at else known.expires_at end
       returning hits, greatest(1, ceil(extract(epoch from expires_at - clock_timestamp())))::int as "leftS"`,
      [key, windowMs],
    );
    if (row === undefined) throw new Error('an insert returned no row');
    return row;
  }

  async forgetOld(): Promise<void> {
    await this.database.query('delete from rate_counts where expires_at < clock_timestamp()');
  }
}
