import { Injectable } from '@nestjs/common';
import type { EvaluationState, Step } from '@sillage/contracts';
import { Database } from '../database/database.js';

export type StepLoad = { step: Step; queued: number; running: number; oldestWaitS: number };

/** What the database knows of the platform's load. */
@Injectable()
export class MetricsRepository {
  constructor(private readonly database: Database) {}

  /** Steps of which nothing waits and nothing runs are left out. */
  async listLoad(): Promise<StepLoad[]> {
    return this.database.query<StepLoad>(
      `select step, count(*) filter (where state = 'queued')::int as queued,
         count(*) filter (where state = 'leased')::int as running,
         coalesce(max(extract(epoch from clock_timestamp() - created_at)) filter (where state = 'queued'), 0)::float8
           as "oldestWaitS"
       from jobs where state in ('queued', 'leased') group by step`,
    );
  }

  async countEvaluations(): Promise<{ state: EvaluationState; count: number }[]> {
    return this.database.query('select state, count(*)::int as count from evaluations group by state');
  }

  /** Connections of this process's pool. */
  countConnections(): { open: number; idle: number; waiting: number } {
    const { driver } = this.database.dataSource;
    const { master: pool } = driver as unknown as {
      master: { totalCount: number; idleCount: number; waitingCount: number };
    };
    return { open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
  }
}
