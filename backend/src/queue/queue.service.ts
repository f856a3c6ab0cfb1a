import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { InspectPayload, JobPayload } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../notifications/notifications.js';
import { QueueRepository, type Job } from './queue.repository.js';

export type { DraftJob, Job, SubmissionJob } from './queue.repository.js';

/** Puts work into the queue and takes it back; always inside the transaction of whoever wants the work done. */
@Injectable()
export class QueueService {
  constructor(
    private readonly queue: QueueRepository,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  async enqueue(submissionId: string, payload: JobPayload): Promise<void> {
    await this.queue.insert({
      id: randomUUID(),
      step: payload.kind,
      submissionId,
      draftId: null,
      evaluationId: 'evaluationId' in payload ? payload.evaluationId : null,
      stressRunId: null,
      payload,
      createdAt: this.clock.now(),
    });
    await this.notifications.publish({ kind: 'job-queued' });
  }

  /** A step of a stress run: it belongs to no evaluation, and waits until nobody else does. */
  async enqueueStress(stressRunId: string, submissionId: string, payload: JobPayload): Promise<void> {
    await this.queue.insert({
      id: randomUUID(),
      step: payload.kind,
      submissionId,
      draftId: null,
      evaluationId: null,
      stressRunId,
      payload,
      createdAt: this.clock.now(),
    });
    await this.notifications.publish({ kind: 'job-queued' });
  }

  /** The inspection of a draft: it belongs to no submission. */
  async enqueueInspection(draftId: string, payload: InspectPayload): Promise<void> {
    await this.queue.insert({
      id: randomUUID(),
      step: payload.kind,
      submissionId: null,
      draftId,
      evaluationId: null,
      stressRunId: null,
      payload,
      createdAt: this.clock.now(),
    });
    await this.notifications.publish({ kind: 'job-queued' });
  }

  async requeue(job: Job, delayMs: number): Promise<void> {
    await this.queue.requeue(job, delayMs);
    await this.notifications.publish({ kind: 'job-queued' });
  }

  /** As if it had never been given to its worker; what that one writes from now on is refused. */
  async takeBack(job: Job): Promise<void> {
    await this.queue.forgetAttempt(job.id);
    await this.requeue(job, 0);
  }

  async cancelOf(submissionId: string, keptEvaluationIds: string[]): Promise<void> {
    await this.queue.cancelOf(submissionId, this.clock.now(), keptEvaluationIds);
  }

  async cancelOfRescore(rescoreId: string): Promise<void> {
    await this.queue.cancelOfRescore(rescoreId, this.clock.now());
  }

  async cancelOfStressRuns(stressRunIds: readonly string[]): Promise<void> {
    await this.queue.cancelOfStressRuns(stressRunIds, this.clock.now());
  }

  async cancelOfDraft(draftId: string): Promise<void> {
    await this.queue.cancelOfDraft(draftId, this.clock.now());
  }

  findInspection: QueueRepository['findInspection'] = (draftId) => this.queue.findInspection(draftId);

  countQueued(): Promise<number> {
    return this.queue.countQueued();
  }

  takeNext: QueueRepository['takeNext'] = (steps, memoryBytes) => this.queue.takeNext(steps, memoryBytes);
  lock: QueueRepository['lock'] = (jobId) => this.queue.lock(jobId);
  lease: QueueRepository['lease'] = (jobId, lease) => this.queue.lease(jobId, lease);
  extendLease: QueueRepository['extendLease'] = (jobId, lease, report) =>
    this.queue.extendLease(jobId, lease, report);
  listExpired: QueueRepository['listExpired'] = (limit) => this.queue.listExpired(limit);
  listWithoutTicket: QueueRepository['listWithoutTicket'] = (limit) => this.queue.listWithoutTicket(limit);

  findFailed: QueueRepository['findFailed'] = (submissionId, evaluationId) =>
    this.queue.findFailed(submissionId, evaluationId);
  haveProductsFailed: QueueRepository['haveProductsFailed'] = (evaluationId) =>
    this.queue.haveProductsFailed(evaluationId);

  /** @param failureMessage - why it failed; null where it did not. */
  async end(job: Job, state: 'finished' | 'failed', failureMessage: string | null = null): Promise<void> {
    await this.queue.setEnded(job.id, { state, finishedAt: this.clock.now(), failureMessage });
  }
}
