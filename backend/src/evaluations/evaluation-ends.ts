import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { StoredRejection } from '../disclosure/domain/disclosure.js';
import { DomainError } from '../errors/domain-error.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { QuotaLedgerService } from '../quota/quota-ledger.service.js';
import { QueueService, type SubmissionJob as Job } from '../queue/queue.service.js';
import { affectedBy, affectedOf, type Affected } from './domain/affected.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import type { EvaluationProgress, EventRecord, JobQueue, QuotaSettlement } from './ports.js';

type Canceller = 'author' | 'organiser';

/** Ends evaluations without a score. Every method runs in the transaction of its caller. */
@Injectable()
export class EvaluationEnds {
  constructor(
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    @Inject(QueueService) private readonly queue: JobQueue,
    @Inject(QuotaLedgerService) private readonly quota: QuotaSettlement,
    @Inject(OutboxService) private readonly outbox: EventRecord,
    private readonly boards: BoardChanges,
    private readonly clock: Clock,
  ) {}

  async reject(affected: Affected, rejection: StoredRejection): Promise<void> {
    await this.progress.setState(affected.ids, {
      state: 'rejected',
      step: null,
      since: this.clock.now(),
      rejection,
    });
    for (const evaluationId of affected.shownIds)
      await this.outbox.record({ kind: 'evaluation-rejected', evaluationId });
    await this.boards.changed(affected.shownTaskIds);
  }

  /** Ours, and no attempt is left. */
  async fail(job: Job, message: string): Promise<void> {
    const affected = affectedBy(job, await this.progress.listStates(job.submissionId));
    await this.progress.setState(affected.ids, {
      state: 'failed',
      step: null,
      since: this.clock.now(),
      failureMessage: message,
    });
    await this.quota.settle(job.submissionId, 'failed on our side');
    for (const evaluationId of affected.shownIds)
      await this.outbox.record({ kind: 'evaluation-failed', evaluationId });
    await this.boards.changed(affected.shownTaskIds);
  }

  /** A private submission went public: whom its scores go past hears of it now. */
  async submissionListed(submissionId: string): Promise<void> {
    for (const { id, state, isShadow } of await this.progress.listStates(submissionId))
      if (state === 'scored' && !isShadow)
        await this.outbox.record({ kind: 'evaluation-listed', evaluationId: id });
  }

  /** The submission changed in what boards show of it; what is not final ends, where it was withdrawn. */
  async submissionChanged(submissionId: string, options: { isWithdrawn: boolean }): Promise<void> {
    const standings = await this.progress.listStates(submissionId);
    const affected = affectedOf(standings);
    if (options.isWithdrawn && affected.ids.length > 0)
      await this.#cancel(submissionId, affected, { by: 'author', keptIds: [] });
    await this.boards.changed(standings.filter(({ isShadow }) => !isShadow).map(({ taskId }) => taskId));
  }

  /** Shadows go on: their re-score is none of the author's business. @throws DomainError `evaluation-is-final` when nothing is left. */
  async cancelOf(submissionId: string, by: Canceller): Promise<void> {
    const standings = await this.progress.listStates(submissionId);
    const affected = affectedOf(standings.filter(({ isShadow }) => !isShadow));
    if (affected.ids.length === 0) {
      throw new DomainError(
        'evaluation-is-final',
        'Every evaluation of this submission has ended; nothing is left to cancel.',
      );
    }
    const keptIds = standings.filter(({ isShadow }) => isShadow).map(({ id }) => id);
    await this.#cancel(submissionId, affected, { by, keptIds });
    await this.boards.changed(affected.shownTaskIds);
  }

  async #cancel(
    submissionId: string,
    { ids }: Affected,
    { by, keptIds }: { by: Canceller; keptIds: string[] },
  ): Promise<void> {
    await this.queue.cancelOf(submissionId, keptIds);
    await this.progress.setState(ids, {
      state: 'cancelled',
      step: null,
      since: this.clock.now(),
      // Why it does not count, however far it had come.
      ...(by === 'organiser' ? { failureMessage: 'cancelled by an organiser' } : {}),
    });
    await this.quota.settle(
      submissionId,
      by === 'organiser' ? 'cancelled by an organiser' : 'cancelled before it ran',
    );
  }
}
