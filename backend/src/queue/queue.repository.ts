import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { jobPayloadSchema, type JobPayload, type Step } from '@sillage/contracts';
import { PgBoss } from 'pg-boss';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { JobEntity } from '../database/entities/index.js';
import type { LeasedJob } from './domain/lease.js';
import {
  LAST_QUEUE_RANK,
  queueRank,
  rescoreQueueRank,
  STEPS_BY_URGENCY,
  stressQueueRank,
} from './domain/queue-rank.js';

const QUEUE_OF_STEP: Record<Step, string> = {
  map: 'map',
  check: 'check',
  predict: 'predict',
  score: 'score',
  products: 'products',
  inspect: 'inspect',
};

/** Steps of stress runs have queues of their own, looked into when the others hold nothing for the worker. */
const QUEUE_OF_STRESS_STEP: Partial<Record<Step, string>> = {
  check: 'stress-check',
  predict: 'stress-predict',
  score: 'stress-score',
};

/** Steps of re-scores come after all of these. */
const QUEUE_OF_RESCORE_STEP: Partial<Record<Step, string>> = {
  map: 'rescore-map',
  check: 'rescore-check',
  predict: 'rescore-predict',
  score: 'rescore-score',
  products: 'rescore-products',
};

/** Those further back are looked into when the others hold nothing that the worker can do. */
const QUEUE_TABLES: readonly Partial<Record<Step, string>>[] = [
  QUEUE_OF_STEP,
  QUEUE_OF_STRESS_STEP,
  QUEUE_OF_RESCORE_STEP,
];

type QueueChoice = { step: Step; stressRunId: string | null; rescoreId: string | null };

function queueOf({ step, stressRunId, rescoreId }: QueueChoice): string {
  if (rescoreId !== null) {
    const queue = QUEUE_OF_RESCORE_STEP[step];
    if (queue === undefined) throw new Error(`a re-score has no ${step} step`);
    return queue;
  }
  const queue = stressRunId === null ? QUEUE_OF_STEP[step] : QUEUE_OF_STRESS_STEP[step];
  if (queue === undefined) throw new Error(`a stress run has no ${step} step`);
  return queue;
}

/** A ticket waits for a worker as long as it takes: half a year without any is an operator's decision. */
const TICKET_RETENTION_S = 15_552_000;

export type NewJob = {
  id: string;
  step: Step;
  /** Null for the inspection of a draft. */
  submissionId: string | null;
  draftId: string | null;
  evaluationId: string | null;
  /** Set for a step of a stress run. */
  stressRunId: string | null;
  payload: JobPayload;
  createdAt: Date;
};

type Ticket = { id: string; data: { jobId: string } };

type AnyJob = LeasedJob & {
  id: string;
  step: Step;
  evaluationId: string | null;
  stressRunId: string | null;
  rescoreId: string | null;
  payload: JobPayload;
  queueRank: number;
  ticketId: string | null;
  worker: string | null;
  isExpired: boolean;
};
export type SubmissionJob = AnyJob & { submissionId: string; draftId: null };
export type DraftJob = AnyJob & { submissionId: null; draftId: string };
/** A step of a submission, or the inspection of a draft. */
export type Job = SubmissionJob | DraftJob;

type JobRow = {
  id: string;
  step: Step;
  submission_id: string | null;
  draft_id: string | null;
  evaluation_id: string | null;
  stress_run_id: string | null;
  rescore_id: string | null;
  payload: unknown;
  state: Job['state'];
  attempt: number;
  queue_rank: number;
  ticket_id: string | null;
  lease_token_hash: string | null;
  worker: string | null;
  is_expired: boolean;
};

function toJob(row: JobRow): Job {
  const job: AnyJob = {
    id: row.id,
    step: row.step,
    evaluationId: row.evaluation_id,
    stressRunId: row.stress_run_id,
    rescoreId: row.rescore_id,
    payload: jobPayloadSchema.parse(row.payload),
    state: row.state,
    attempt: row.attempt,
    leaseTokenHash: row.lease_token_hash,
    queueRank: row.queue_rank,
    ticketId: row.ticket_id,
    worker: row.worker,
    isExpired: row.is_expired,
  };
  if (row.submission_id !== null) return { ...job, submissionId: row.submission_id, draftId: null };
  if (row.draft_id !== null) return { ...job, submissionId: null, draftId: row.draft_id };
  throw new Error(`job ${row.id} belongs to nothing`);
}

/**
 * The jobs table and the pg-boss tickets behind it. Lease times are taken from the database's clock, the one that
 * all API processes share.
 */
@Injectable()
export class QueueRepository implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger('queue');
  readonly #boss: PgBoss;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) config: Config,
  ) {
    this.#boss = new PgBoss({
      connectionString: config.databaseUrl,
      application_name: 'sillage-queue',
      max: 2,
      schedule: false,
      superviseIntervalSeconds: 60,
    });
    this.#boss.on('error', (error) => this.#logger.warn(`pg-boss: ${error.message}`));
  }

  async onModuleInit(): Promise<void> {
    await this.#boss.start();
    for (const queue of QUEUE_TABLES.flatMap((queues) => Object.values(queues))) {
      await this.#boss.createQueue(queue, { retentionSeconds: TICKET_RETENTION_S });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#boss.stop({ graceful: false });
  }

  async insert(job: NewJob): Promise<void> {
    const [submission] = await this.database.query<{
      kind: 'participant' | 'reference';
      rescore_id: string | null;
    }>(
      // What a promoted re-score leaves to do is work like any other.
      `select s.kind, r.id as rescore_id
       from submissions s
       left join evaluations e on e.id = $2
       left join rescores r on r.id = coalesce(e.rescore_id, s.rescore_id) and r.state = 'open'
       where s.id = $1`,
      [job.submissionId, job.evaluationId],
    );
    const rescoreId = job.stressRunId === null ? (submission?.rescore_id ?? null) : null;
    const kind = job.draftId === null ? (submission?.kind ?? 'reference') : 'participant';
    const queued = {
      ...job,
      rescoreId,
      queueRank:
        job.stressRunId !== null
          ? stressQueueRank(job.step)
          : rescoreId === null
            ? queueRank(job.step, kind)
            : rescoreQueueRank(job.step),
    };
    const { payload } = job;
    await this.database.manager.insert(JobEntity, {
      ...queued,
      state: 'queued',
      activity: '',
      attempt: 0,
      memoryBytes: payload.kind === 'predict' ? payload.memoryBytes : null,
    });
    await this.#sendTicket(queued, 0);
  }

  /** Takes the job from its worker and offers it again. */
  async requeue(job: Job, delayMs: number): Promise<void> {
    await this.database.query(
      `update jobs set state = 'queued', lease_expires_at = null, progress = null, activity = '' where id = $1`,
      [job.id],
    );
    await this.#sendTicket(job, delayMs);
  }

  async forgetAttempt(jobId: string): Promise<void> {
    await this.database.query('update jobs set attempt = attempt - 1 where id = $1', [jobId]);
  }

  /**
   * Takes the next ticket out of the queues and locks the submission and the job it is for. `memoryBytes` is what the
   * worker's device has: a job that needs more stays where it is.
   */
  async takeNext(steps: readonly Step[], memoryBytes: number): Promise<Job | null> {
    const db = this.database.executor();
    const wanted = STEPS_BY_URGENCY.filter((candidate) => steps.includes(candidate));
    const queues = QUEUE_TABLES.flatMap((names) =>
      wanted.flatMap((step) => {
        const queue = names[step];
        return queue === undefined ? [] : [{ step, queue }];
      }),
    );
    for (const { step, queue } of queues) {
      for (;;) {
        const ticket =
          step === 'predict' ? await this.#fittingTicket(queue, memoryBytes) : await this.#nextTicket(queue);
        if (ticket === undefined) break;
        // From here on the lease takes over: a ticket is good for one claim.
        await this.#boss.deleteJob(queue, ticket.id, { db });
        // Tickets of cancelled jobs are left lying in the queue; this is where they are thrown away, before
        // anything is locked for them.
        if (!(await this.#isWaiting(ticket.data.jobId, ticket.id))) continue;
        const job = await this.lock(ticket.data.jobId);
        if (job !== null && job.state === 'queued' && job.ticketId === ticket.id) return job;
      }
    }
    return null;
  }

  async #nextTicket(queue: string): Promise<Ticket | undefined> {
    const db = this.database.executor();
    const [ticket] = await this.#boss.fetch<{ jobId: string }>(queue, { db, batchSize: 1 });
    return ticket;
  }

  /** pg-boss cannot choose by what a job needs: the same order and the same lock, with that condition. */
  async #fittingTicket(queue: string, memoryBytes: number): Promise<Ticket | undefined> {
    const [row] = await this.database.query<{ id: string; ticket_id: string }>(
      `select jobs.id, ticket.id as ticket_id
       from jobs
       join pgboss.job ticket on ticket.name = $1 and ticket.id = jobs.ticket_id
       where jobs.state = 'queued' and jobs.step = 'predict' and coalesce(jobs.memory_bytes, 0) <= $2
         and ticket.state in ('created', 'retry') and ticket.start_after <= clock_timestamp()
       order by jobs.queue_rank, jobs.created_at, jobs.id
       limit 1 for update of ticket skip locked`,
      [queue, memoryBytes],
    );
    return row === undefined ? undefined : { id: row.ticket_id, data: { jobId: row.id } };
  }

  async #isWaiting(jobId: string, ticketId: string): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from jobs where id = $1 and ticket_id = $2 and state = 'queued'`,
      [jobId, ticketId],
    );
    return rows.length > 0;
  }

  /** Locks the submission or the draft first, then the job: every writer takes them in this order. */
  async lock(jobId: string): Promise<Job | null> {
    for (const [table, column] of [
      ['submissions', 'submission_id'],
      ['drafts', 'draft_id'],
    ]) {
      await this.database.query(
        `select id from ${table} where id = (select ${column} from jobs where id = $1) for update`,
        [jobId],
      );
    }
    const [row] = await this.database.query<JobRow>(
      `select *, coalesce(lease_expires_at < clock_timestamp(), false) as is_expired from jobs where id = $1 for update`,
      [jobId],
    );
    return row === undefined ? null : toJob(row);
  }

  async lease(jobId: string, lease: { attempt: number; tokenHash: string; worker: string; leaseMs: number }) {
    await this.database.query(
      `update jobs set state = 'leased', attempt = $2, lease_token_hash = $3, worker = $4, ticket_id = null, progress = 0,
         started_at = clock_timestamp(), first_started_at = coalesce(first_started_at, clock_timestamp()),
         lease_expires_at = clock_timestamp() + $5 * interval '1 millisecond'
       where id = $1`,
      [jobId, lease.attempt, lease.tokenHash, lease.worker, lease.leaseMs],
    );
  }

  /** @returns the state of the job if the lease is or was the newest one, else null. */
  async extendLease(
    jobId: string,
    lease: { attempt: number; tokenHash: string; leaseMs: number },
    report: { progress: number | null; activity: string | null },
  ): Promise<Job['state'] | null> {
    const [row] = await this.database.query<{ state: Job['state'] }>(
      `update jobs set
         lease_expires_at = case when state = 'leased' then clock_timestamp() + $4 * interval '1 millisecond' else lease_expires_at end,
         progress = case when state = 'leased' then coalesce($5, progress) else progress end,
         activity = case when state = 'leased' then coalesce($6, activity) else activity end
       where id = $1 and attempt = $2 and lease_token_hash = $3
       returning state`,
      [jobId, lease.attempt, lease.tokenHash, lease.leaseMs, report.progress, report.activity],
    );
    return row?.state ?? null;
  }

  async setEnded(
    jobId: string,
    end: { state: 'finished' | 'failed'; finishedAt: Date; failureMessage: string | null },
  ): Promise<void> {
    await this.database.query(
      `update jobs set state = $2, finished_at = $3, failure_message = $4, lease_expires_at = null, progress = null
       where id = $1`,
      [jobId, end.state, end.finishedAt, end.failureMessage],
    );
  }

  /** Queued and running jobs of a submission's evaluations, but for those of some; the caller has locked it. */
  async cancelOf(submissionId: string, finishedAt: Date, keptEvaluationIds: string[]): Promise<void> {
    await this.database.query(
      `update jobs set state = 'cancelled', finished_at = $2, lease_expires_at = null
       where submission_id = $1 and state in ('queued', 'leased') and step <> 'products' and stress_run_id is null
         and (evaluation_id is null or evaluation_id <> all($3::uuid[]))`,
      [submissionId, finishedAt, keptEvaluationIds],
    );
  }

  /** The newest job of an evaluation, or of its whole submission, that failed for good; stress runs and products left out. */
  async findFailed(submissionId: string, evaluationId: string): Promise<Job | null> {
    const [row] = await this.database.query<JobRow>(
      `select *, false as is_expired from jobs
       where submission_id = $1 and (evaluation_id = $2 or evaluation_id is null) and state = 'failed'
         and stress_run_id is null and step <> 'products'
       order by evaluation_id is null, created_at desc, id limit 1`,
      [submissionId, evaluationId],
    );
    return row === undefined ? null : toJob(row);
  }

  /** Whether the newest products job of an evaluation failed for good. */
  async haveProductsFailed(evaluationId: string): Promise<boolean> {
    const [row] = await this.database.query<{ state: Job['state'] }>(
      `select state from jobs where evaluation_id = $1 and step = 'products' order by created_at desc, id limit 1`,
      [evaluationId],
    );
    return row?.state === 'failed';
  }

  /** Queued and running jobs of a re-score; the caller has locked its submissions. */
  async cancelOfRescore(rescoreId: string, finishedAt: Date): Promise<void> {
    await this.database.query(
      `update jobs set state = 'cancelled', finished_at = $2, lease_expires_at = null
       where rescore_id = $1 and state in ('queued', 'leased')`,
      [rescoreId, finishedAt],
    );
  }

  /** Queued and running jobs of stress runs; the caller has locked their submission. */
  async cancelOfStressRuns(stressRunIds: readonly string[], finishedAt: Date): Promise<void> {
    await this.database.query(
      `update jobs set state = 'cancelled', finished_at = $2, lease_expires_at = null
       where stress_run_id = any($1) and state in ('queued', 'leased')`,
      [stressRunIds, finishedAt],
    );
  }

  /** Queued and running inspections of a draft; the caller has locked it. */
  async cancelOfDraft(draftId: string, finishedAt: Date): Promise<void> {
    await this.database.query(
      `update jobs set state = 'cancelled', finished_at = $2, lease_expires_at = null
       where draft_id = $1 and state in ('queued', 'leased')`,
      [draftId, finishedAt],
    );
  }

  /** What the worker that inspects a draft says; null while none does. */
  async findInspection(draftId: string): Promise<{ progress: number | null; activity: string } | null> {
    const [row] = await this.database.query<{ progress: number | null; activity: string }>(
      `select progress, activity from jobs where draft_id = $1 and state = 'leased'`,
      [draftId],
    );
    return row ?? null;
  }

  async listExpired(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select id from jobs where state = 'leased' and lease_expires_at < clock_timestamp() order by lease_expires_at limit $1`,
      [limit],
    );
    return rows.map((row) => row.id);
  }

  /** Jobs whose ticket is gone, which cannot happen unless somebody emptied the queue by hand. */
  async listWithoutTicket(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select jobs.id from jobs
       where jobs.state = 'queued'
         and not exists (select 1 from pgboss.job ticket where ticket.id = jobs.ticket_id and ticket.state in ('created', 'retry'))
       limit $1`,
      [limit],
    );
    return rows.map((row) => row.id);
  }

  /** What people wait for: nobody but organisers knows of a re-score. */
  async countQueued(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from jobs where state = 'queued' and rescore_id is null`,
    );
    return row?.count ?? 0;
  }

  async #sendTicket(
    job: Pick<Job, 'id' | 'step' | 'stressRunId' | 'rescoreId' | 'queueRank'>,
    delayMs: number,
  ): Promise<void> {
    const ticketId = await this.#boss.send(
      queueOf(job),
      { jobId: job.id },
      {
        db: this.database.executor(),
        priority: LAST_QUEUE_RANK - job.queueRank,
        ...(delayMs > 0 ? { startAfter: delayMs / 1000 } : {}), // s, by the clock of the database
      },
    );
    await this.database.query('update jobs set ticket_id = $2 where id = $1', [job.id, ticketId]);
  }
}
