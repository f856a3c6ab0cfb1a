import { Injectable } from '@nestjs/common';
import type { Step, WorkerRuntime } from '@sillage/contracts';
import { Database } from '../database/database.js';

export type PublicStep = {
  step: Step;
  queued: number;
  running: number;
  finished: number;
  waitMedianS: number | null;
  waitP95S: number | null;
  runMedianS: number | null;
};

export type ConnectedEvaluator = {
  evaluatorVersion: string;
  steps: Step[];
  runtime: WorkerRuntime['name'] | null;
};

const ANSWER_WITHIN_MS = 2_000;

@Injectable()
export class HealthRepository {
  constructor(private readonly database: Database) {}

  async isUp(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
    });
    const answer = this.database.query('select 1').then(
      () => true,
      () => false,
    );
    return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
  }

  /** Whether every migration of this version was run. Newer ones do no harm: the version before keeps working on them. */
  async isMigrated(): Promise<boolean> {
    const rows = await this.database.query<{ name: string }>('select name from migrations');
    const done = new Set(rows.map(({ name }) => name));
    return this.database.dataSource.migrations.every(({ name }) => name !== undefined && done.has(name));
  }

  /** Asked for work within the window, or at work now. */
  async listConnected(windowMs: number): Promise<ConnectedEvaluator[]> {
    return this.database.query<ConnectedEvaluator>(
      `select w.evaluator_version as "evaluatorVersion", w.capabilities as steps, w.runtime ->> 'name' as runtime
       from workers w
       where w.last_seen_at > clock_timestamp() - $1 * interval '1 millisecond'
         or exists (select 1 from jobs where jobs.worker = w.name and jobs.state = 'leased'
           and jobs.lease_expires_at > clock_timestamp())
       order by w.name`,
      [windowMs],
    );
  }

  /**
   * What is done for submissions; the times are of jobs that ended within the window. Nobody but organisers knows of drafts and of
   * re-scores. Steps of which there is nothing are left out.
   */
  async listPublicSteps(windowMs: number): Promise<PublicStep[]> {
    return this.database.query<PublicStep>(
      `with timed as (
         select step, state, extract(epoch from first_started_at - created_at)::float8 as wait_s,
           extract(epoch from finished_at - started_at)::float8 as run_s
         from jobs
         where rescore_id is null and draft_id is null
           and (state in ('queued', 'leased')
             or state = 'finished' and finished_at > clock_timestamp() - $1 * interval '1 millisecond')
       )
       select step,
         count(*) filter (where state = 'queued')::int as queued,
         count(*) filter (where state = 'leased')::int as running,
         count(*) filter (where state = 'finished')::int as finished,
         percentile_cont(0.5) within group (order by greatest(0, wait_s)) filter (where state = 'finished') as "waitMedianS",
         percentile_cont(0.95) within group (order by greatest(0, wait_s)) filter (where state = 'finished') as "waitP95S",
         percentile_cont(0.5) within group (order by greatest(0, run_s)) filter (where state = 'finished') as "runMedianS"
       from timed group by step`,
      [windowMs],
    );
  }
}
