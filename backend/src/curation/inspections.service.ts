import { Injectable, Logger } from '@nestjs/common';
import type { JobOutcome } from '@sillage/contracts';
import { DomainError } from '../errors/domain-error.js';
import { QueueService, type DraftJob } from '../queue/queue.service.js';
import { contradictionInReport } from './domain/draft-inspection.js';
import { DraftsRepository } from './drafts.repository.js';

type DoneResult = Extract<JobOutcome, { status: 'done' }>['result'];

/** Moves the inspection of a draft along as its job does; always under the lock of the draft. */
@Injectable()
export class InspectionsService {
  readonly #logger = new Logger('curation');

  constructor(
    private readonly drafts: DraftsRepository,
    private readonly queue: QueueService,
  ) {}

  /** What the worker says; null while none inspects the draft. */
  progressOf(draftId: string): Promise<{ progress: number | null; activity: string } | null> {
    return this.queue.findInspection(draftId);
  }

  async start(job: DraftJob): Promise<void> {
    await this.drafts.setInspection(job.draftId, { state: 'running' });
  }

  async returnToQueue(job: DraftJob): Promise<void> {
    await this.drafts.setInspection(job.draftId, { state: 'queued' });
  }

  /** Kept also where the draft was changed meanwhile: whoever looks is told that it is of an older revision. */
  async applyResult(job: DraftJob, result: DoneResult): Promise<void> {
    const { payload } = job;
    if (payload.kind !== 'inspect' || result.kind !== 'inspect') {
      throw new DomainError(
        'invalid-request',
        `Job ${job.id} is a ${payload.kind} step; its result is that of a ${result.kind} step.`,
      );
    }
    const contradiction = contradictionInReport(result.report, payload);
    if (contradiction !== null) {
      throw new DomainError(
        'invalid-request',
        `The report of job ${job.id} is not one of its files: ${contradiction}.`,
      );
    }
    await this.drafts.setReport(job.draftId, payload.revision, result.report);
  }

  applyRejection(job: DraftJob): Promise<void> {
    throw new DomainError(
      'invalid-request',
      `Job ${job.id} inspects a draft: what is wrong with its files stands in the report, nothing is rejected.`,
    );
  }

  /** Ours, and no attempt is left. */
  async applyFailure(job: DraftJob, message: string): Promise<void> {
    this.#logger.error(`the inspection of draft ${job.draftId} failed for good: ${message}`);
    await this.drafts.setInspection(job.draftId, { state: 'failed', failureMessage: message });
  }
}
