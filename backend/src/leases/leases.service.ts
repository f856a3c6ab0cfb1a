import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type {
  ClaimedJob,
  ClaimRequest,
  FinishRequest,
  HeartbeatReply,
  HeartbeatRequest,
  JobOutcome,
  PreviewFrame,
  RejectionReason,
} from '@sillage/contracts';
import { hashSecret, newSecret } from '../identity/domain/secret.js';
import { CONFIG, type Config } from '../config/config.js';
import { InspectionsService } from '../curation/inspections.service.js';
import { DomainError } from '../errors/domain-error.js';
import { EvaluationOutcomes } from '../evaluations/evaluation-outcomes.js';
import { afterFailedAttempt, leaseStanding, type Lease } from '../queue/domain/lease.js';
import { addLogFields, withLogFields, type LogFields } from '../logging/log-fields.js';
import { QueueService, type Job } from '../queue/queue.service.js';
import { StressRunsService } from '../stress-runs/stress-runs.service.js';
import { Transactions } from '../transactions/transactions.js';
import { WakeUps } from './wake-ups.js';
import { WorkersService } from '../workers/workers.service.js';

/** A job whose retry becomes due wakes nobody, so a waiting worker looks by itself that often. */
const LOOK_AGAIN_MS = 1_000;

function staleLease(jobId: string): DomainError {
  return new DomainError(
    'stale-lease',
    `Job ${jobId} is not yours any more: the lease ran out or the job has moved on.`,
    {
      fix: 'Drop the work and claim another job.',
    },
  );
}

/** An evaluation, a stress run or the inspection of a draft, as its job sees it. */
type JobOwner = {
  start: (evaluatorVersion: string) => Promise<void>;
  returnToQueue: () => Promise<void>;
  applyResult: (result: Extract<JobOutcome, { status: 'done' }>['result']) => Promise<void>;
  applyRejection: (reason: RejectionReason) => Promise<void>;
  applyFailure: (message: string) => Promise<void>;
};

const logFieldsOf = ({ id: jobId, submissionId, evaluationId, attempt }: Job): LogFields => ({
  jobId,
  submissionId,
  evaluationId,
  attempt,
});

/** Gives out leases and takes back results. Every write carries the lease; a late one changes nothing. */
@Injectable()
export class LeasesService {
  readonly #logger = new Logger('workers');

  constructor(
    private readonly queue: QueueService,
    private readonly evaluations: EvaluationOutcomes,
    private readonly stressRuns: StressRunsService,
    private readonly inspections: InspectionsService,
    private readonly workers: WorkersService,
    private readonly wakeUps: WakeUps,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Waits up to `waitMs` for a job. `signal` ends the wait when nobody listens any more. */
  async claim(request: ClaimRequest, signal: AbortSignal): Promise<ClaimedJob | null> {
    await this.workers.touch(request);
    const waitUntil = performance.now() + request.waitMs;
    for (;;) {
      // Listening starts before looking: a job that is queued in between is not slept over.
      const wakeUp = this.wakeUps.next();
      try {
        if (signal.aborted || this.wakeUps.isClosed) return null;
        const job = await this.#tryClaim(request);
        if (job !== null) {
          if (!signal.aborted) return job;
          // The worker hung up while its claim was granted: no need to wait for the lease to run out.
          const { attempt, leaseToken } = job;
          await this.finish(job.jobId, { attempt, leaseToken, outcome: { status: 'handed-back' } });
          return null;
        }
        const remainingMs = waitUntil - performance.now();
        if (remainingMs <= 0) return null;
        await wakeUp.within(Math.min(remainingMs, LOOK_AGAIN_MS), signal);
      } finally {
        wakeUp.forget();
      }
    }
  }

  async heartbeat(jobId: string, request: HeartbeatRequest): Promise<HeartbeatReply> {
    const state = await this.queue.extendLease(
      jobId,
      { attempt: request.attempt, tokenHash: hashSecret(request.leaseToken), leaseMs: this.config.leaseMs },
      { progress: request.progress ?? null, activity: request.activity ?? null },
    );
    if (state === 'cancelled') return { cancelled: true };
    if (state !== 'leased') throw staleLease(jobId);
    if (request.frames !== undefined && request.frames.length > 0) {
      const lease = { attempt: request.attempt, tokenHash: hashSecret(request.leaseToken) };
      await this.#keepFrames(jobId, lease, request.frames);
    }
    return { cancelled: false };
  }

  /** Under the lock of the job: an older attempt must not replace what a newer one has shown. */
  async #keepFrames(jobId: string, lease: Lease, frames: readonly PreviewFrame[]): Promise<void> {
    await this.transactions.run(async () => {
      const job = await this.queue.lock(jobId);
      // Nobody watches the days of a stress run: its scores are what it is for.
      if (job?.step === 'predict' && job.stressRunId !== null) return;
      if (job?.step !== 'predict' || job.evaluationId === null) {
        throw new DomainError('invalid-request', `Job ${jobId} runs no network: it has no days to show.`);
      }
      if (leaseStanding(job, lease) === 'current')
        await this.evaluations.applyFrames(job.evaluationId, frames);
    });
  }

  /** The same lease may finish again after a lost reply: the answer is the same and nothing happens twice. */
  async finish(jobId: string, request: FinishRequest): Promise<void> {
    await this.transactions.run(async () => {
      const job = await this.queue.lock(jobId);
      if (job === null) throw staleLease(jobId);
      addLogFields(logFieldsOf(job));
      const standing = leaseStanding(job, {
        attempt: request.attempt,
        tokenHash: hashSecret(request.leaseToken),
      });
      if (standing === 'stale') throw staleLease(jobId);
      if (standing !== 'current') return;
      const { outcome } = request;
      switch (outcome.status) {
        case 'done':
          await this.#ownerOf(job).applyResult(outcome.result);
          await this.queue.end(job, 'finished');
          return;
        case 'rejected':
          await this.#ownerOf(job).applyRejection(outcome.reason);
          await this.queue.end(job, 'finished');
          return;
        case 'failed':
          await this.#failAttempt(job, outcome, this.config.retryDelayMs);
          return;
        case 'handed-back':
          await this.#takeBack(job);
          return;
      }
    });
  }

  /** Takes jobs from workers that fell silent. @returns how many. */
  async reap(): Promise<number> {
    let count = 0;
    for (const jobId of await this.queue.listExpired(50)) {
      await this.transactions.run(async () => {
        const job = await this.queue.lock(jobId);
        // Another API process may have been faster, or the worker came back.
        if (job === null || job.state !== 'leased' || !job.isExpired) return;
        const message = `The worker '${job.worker}' stopped answering during the ${job.step} step.`;
        await withLogFields(logFieldsOf(job), () => this.#failAttempt(job, { message, retryable: true }, 0));
        count += 1;
      });
    }
    return count;
  }

  /** Gives new tickets to queued jobs that lost theirs. @returns how many. */
  async replaceLostTickets(): Promise<number> {
    const jobIds = await this.queue.listWithoutTicket(50);
    for (const jobId of jobIds) {
      await this.transactions.run(async () => {
        const job = await this.queue.lock(jobId);
        if (job?.state === 'queued') await this.queue.requeue(job, 0);
      });
    }
    return jobIds.length;
  }

  #tryClaim(request: ClaimRequest): Promise<ClaimedJob | null> {
    return this.transactions.run(async () => {
      const job = await this.queue.takeNext(request.capabilities, request.runtime?.memoryBytes ?? 0);
      if (job === null) return null;
      const leaseToken = newSecret(randomBytes);
      const attempt = job.attempt + 1;
      await this.queue.lease(job.id, {
        attempt,
        tokenHash: hashSecret(leaseToken),
        worker: request.worker,
        leaseMs: this.config.leaseMs,
      });
      await this.#ownerOf(job).start(request.evaluatorVersion);
      withLogFields({ ...logFieldsOf(job), attempt }, () =>
        this.#logger.log(`the step '${job.step}' is given to '${request.worker}'`),
      );
      return { jobId: job.id, attempt, leaseToken, leaseMs: this.config.leaseMs, payload: job.payload };
    });
  }

  /** An attempt that nothing speaks against: it does not count. */
  async #takeBack(job: Job): Promise<void> {
    this.#logger.log(`the step '${job.step}' was handed back by '${job.worker}'`);
    await this.#ownerOf(job).returnToQueue();
    await this.queue.takeBack(job);
  }

  /** What moves along as the job does. */
  #ownerOf(job: Job): JobOwner {
    if (job.draftId !== null) {
      return {
        start: () => this.inspections.start(job),
        returnToQueue: () => this.inspections.returnToQueue(job),
        applyResult: (result) => this.inspections.applyResult(job, result),
        applyRejection: () => this.inspections.applyRejection(job),
        applyFailure: (message) => this.inspections.applyFailure(job, message),
      };
    }
    const owner = job.stressRunId === null ? this.evaluations : this.stressRuns;
    return {
      start: (evaluatorVersion) => owner.start(job, evaluatorVersion),
      returnToQueue: () => owner.returnToQueue(job),
      applyResult: (result) => owner.applyResult(job, result),
      applyRejection: (reason) => owner.applyRejection(job, reason),
      applyFailure: (message) => owner.applyFailure(job, message),
    };
  }

  async #failAttempt(
    job: Job,
    failure: { message: string; retryable: boolean },
    delayMs: number,
  ): Promise<void> {
    const isTriedAgain = afterFailedAttempt(job.attempt, failure.retryable) === 'retry';
    this.#logger.warn(
      `the step '${job.step}' failed, ${isTriedAgain ? 'and is tried again' : 'for good'}: ${failure.message}`,
    );
    if (isTriedAgain) {
      await this.#ownerOf(job).returnToQueue();
      await this.queue.requeue(job, delayMs);
      return;
    }
    await this.#ownerOf(job).applyFailure(failure.message);
    await this.queue.end(job, 'failed', failure.message);
  }
}
