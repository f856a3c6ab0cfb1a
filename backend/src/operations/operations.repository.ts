import { Injectable } from '@nestjs/common';
import type { Step, WorkerRuntime } from '@sillage/contracts';
import { Database } from '../database/database.js';

export type WorkerStanding = {
  name: string;
  evaluatorVersion: string;
  lastSeenAt: Date;
  isConnected: boolean;
  steps: Step[];
  runtime: WorkerRuntime | null;
  jobs: {
    step: Step;
    submissionId: string | null;
    since: string | null;
    progress: number | null;
    attempt: number;
  }[];
};

export type StepStanding = {
  step: Step;
  queued: number;
  running: number;
  oldestWaitS: number | null;
  finished: number;
  failed: number;
  waitMedianS: number | null;
  waitP95S: number | null;
  runMedianS: number | null;
  runP95S: number | null;
};

export type Failure = {
  jobId: string;
  step: Step;
  at: Date;
  attempts: number;
  message: string;
  worker: string | null;
  submissionId: string | null;
  evaluationId: string | null;
  method: string | null;
  challenge: string | null;
  mayRetry: boolean;
};

/** Read from the database's clock: leases and starts are stamped with it, whichever process looks. */
@Injectable()
export class OperationsRepository {
  constructor(private readonly database: Database) {}

  /** Seen within a week, or at work. */
  async listWorkers(seenWindowMs: number): Promise<WorkerStanding[]> {
    return this.database.query<WorkerStanding>(
      `select w.name, w.evaluator_version as "evaluatorVersion", w.last_seen_at as "lastSeenAt",
         w.capabilities as steps, w.runtime,
         w.last_seen_at > clock_timestamp() - $1 * interval '1 millisecond' or j.jobs is not null as "isConnected",
         coalesce(j.jobs, '[]') as jobs
       from workers w
       left join lateral (
         select jsonb_agg(jsonb_build_object('step', step, 'submissionId', submission_id, 'attempt', attempt,
           'progress', progress, 'since', to_char(started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           order by started_at, id) as jobs
         from jobs where jobs.worker = w.name and jobs.state = 'leased' and jobs.lease_expires_at > clock_timestamp()
       ) j on true
       where j.jobs is not null or w.last_seen_at > clock_timestamp() - interval '7 days'
       order by "isConnected" desc, w.name`,
      [seenWindowMs],
    );
  }

  /** Steps of which nothing waits, runs or ended within the window are left out. */
  async listSteps(windowMs: number): Promise<StepStanding[]> {
    return this.database.query<StepStanding>(
      `with recent as (
         select *, clock_timestamp() - $1 * interval '1 millisecond' as since from jobs
         where state in ('queued', 'leased') or finished_at > clock_timestamp() - $1 * interval '1 millisecond'
       ), timed as (
         select *,
           case when first_started_at > since
             then greatest(0, extract(epoch from first_started_at - created_at))::float8 end as wait_s,
           case when state = 'finished' and started_at is not null
             then greatest(0, extract(epoch from finished_at - started_at))::float8 end as run_s
         from recent
       )
       select step,
         count(*) filter (where state = 'queued')::int as queued,
         count(*) filter (where state = 'leased')::int as running,
         (max(extract(epoch from clock_timestamp() - created_at)) filter (where state = 'queued'))::float8 as "oldestWaitS",
         count(*) filter (where state = 'finished')::int as finished,
         count(*) filter (where state = 'failed')::int as failed,
         percentile_cont(0.5) within group (order by wait_s) as "waitMedianS",
         percentile_cont(0.95) within group (order by wait_s) as "waitP95S",
         percentile_cont(0.5) within group (order by run_s) as "runMedianS",
         percentile_cont(0.95) within group (order by run_s) as "runP95S"
       from timed group by step`,
      [windowMs],
    );
  }

  /** Newest first. One may be tried again while no other evaluation, or products job, took its place. */
  async listFailures(windowMs: number, limit: number): Promise<Failure[]> {
    return this.database.query<Failure>(
      `select j.id as "jobId", j.step, j.finished_at as at, j.attempt as attempts, j.worker,
         coalesce(j.failure_message, e.failure_message, '') as message, j.submission_id as "submissionId",
         e.id as "evaluationId", s.card ->> 'name' as method, s.challenge_id as challenge,
         j.stress_run_id is null and s.withdrawn_at is null and case
           when j.step = 'products' then e.state = 'scored' and not exists (select 1 from jobs later
             where later.evaluation_id = e.id and later.step = 'products' and later.created_at > j.created_at)
           else coalesce(e.state = 'failed' and not exists (select 1 from evaluations later
             where later.submission_id = e.submission_id and later.task_id = e.task_id
               and later.dataset_version_id = e.dataset_version_id and later.protocol = e.protocol
               and later.rescore_id is not distinct from e.rescore_id
               and (later.created_at, later.id) > (e.created_at, e.id)), false)
         end as "mayRetry"
       from jobs j
       left join submissions s on s.id = j.submission_id
       left join lateral (
         select * from evaluations
         where j.stress_run_id is null and evaluations.submission_id = j.submission_id
           and (evaluations.id = j.evaluation_id
             or j.evaluation_id is null and evaluations.state = 'failed' and evaluations.created_at <= j.created_at)
         order by evaluations.created_at desc, evaluations.id limit 1
       ) e on true
       where j.state = 'failed' and j.finished_at > clock_timestamp() - $1 * interval '1 millisecond'
       order by j.finished_at desc, j.id limit $2`,
      [windowMs, limit],
    );
  }

  /** References of current dataset versions that failed, and neither have a score nor wait for one. */
  async listFailedReferences(): Promise<{ challenge: string; count: number }[]> {
    return this.database.query(
      `select challenge, count(*)::int as count from (
         select c.id as challenge
         from challenges c
         join submissions s on s.dataset_version_id = c.current_version_id and s.kind = 'reference'
         join shown_evaluations e on e.submission_id = s.id and e.dataset_version_id = c.current_version_id
         group by c.id, s.card ->> 'name', e.task_id
         having bool_or(e.state in ('failed', 'rejected')) and not bool_or(e.state in ('queued', 'running', 'scored'))
       ) lacking group by challenge order by challenge`,
    );
  }

  /** Taken, and silent since the lease ended: nobody looks for lost workers. */
  async countStuck(graceMs: number): Promise<number> {
    return this.#count(
      `select count(*)::int as count from jobs
       where state = 'leased' and lease_expires_at < clock_timestamp() - $1 * interval '1 millisecond'`,
      [graceMs],
    );
  }

  async countFailedMails(windowMs: number): Promise<number> {
    return this.#count(
      `select count(*)::int as count from mails
       where state = 'failed' and created_at > clock_timestamp() - $1 * interval '1 millisecond'`,
      [windowMs],
    );
  }

  async countUntold(attempts: number): Promise<number> {
    return this.#count('select count(*)::int as count from outbox_events where attempts >= $1', [attempts]);
  }

  async #count(text: string, values: unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(text, values);
    return row?.count ?? 0;
  }
}
