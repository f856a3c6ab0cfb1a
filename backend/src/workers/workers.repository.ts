import { Injectable } from '@nestjs/common';
import type { ClaimRequest, Step, WorkerRuntime } from '@sillage/contracts';
import { Database } from '../database/database.js';
import type { PredictCapacity } from '../evaluations/domain/obstacle.js';

@Injectable()
export class WorkersRepository {
  constructor(private readonly database: Database) {}

  async touch({ worker, evaluatorVersion, capabilities, runtime }: ClaimRequest): Promise<void> {
    await this.database.query(
      `insert into workers (name, evaluator_version, capabilities, runtime, last_seen_at)
       values ($1, $2, $3, $4, clock_timestamp())
       on conflict (name) do update set evaluator_version = excluded.evaluator_version,
         capabilities = excluded.capabilities, runtime = excluded.runtime, last_seen_at = excluded.last_seen_at`,
      [worker, evaluatorVersion, capabilities, runtime === undefined ? null : JSON.stringify(runtime)],
    );
  }

  /** Of those that asked for work within the window, or are working now. */
  async listPredictCapacities(windowMs: number): Promise<PredictCapacity[]> {
    const rows = await this.database.query<{ runtime: WorkerRuntime }>(
      `select runtime from workers
       where runtime is not null and 'predict' = any(capabilities)
         and (last_seen_at > clock_timestamp() - $1 * interval '1 millisecond'
           or exists (select 1 from jobs where jobs.worker = workers.name and jobs.state = 'leased'
             and jobs.lease_expires_at > clock_timestamp()))
       order by name`,
      [windowMs],
    );
    return rows.map(({ runtime: { name, device, memoryBytes } }) => ({ runtime: name, device, memoryBytes }));
  }

  /** Of those that asked for work within the window, or are working now; each version once. */
  async listEvaluatorVersions(windowMs: number): Promise<string[]> {
    const rows = await this.database.query<{ version: string }>(
      `select distinct evaluator_version as version from workers
       where 'score' = any(capabilities)
         and (last_seen_at > clock_timestamp() - $1 * interval '1 millisecond'
           or exists (select 1 from jobs where jobs.worker = workers.name and jobs.state = 'leased'
             and jobs.lease_expires_at > clock_timestamp()))
       order by evaluator_version`,
      [windowMs],
    );
    return rows.map(({ version }) => version);
  }

  /** Asked for work of that step within the window, or is working now. */
  async hasCapable(step: Step, windowMs: number): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from workers
       where $1 = any(capabilities)
         and (last_seen_at > clock_timestamp() - $2 * interval '1 millisecond'
           or exists (select 1 from jobs where jobs.worker = workers.name and jobs.state = 'leased'
             and jobs.lease_expires_at > clock_timestamp()))
       limit 1`,
      [step, windowMs],
    );
    return rows.length > 0;
  }

  async countSeenWithin(windowMs: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from workers where last_seen_at > clock_timestamp() - $1 * interval '1 millisecond'`,
      [windowMs],
    );
    return row?.count ?? 0;
  }
}
