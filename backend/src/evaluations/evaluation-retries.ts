import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type EvaluationState, type JobPayload, type Step } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { QuotaLedgerService } from '../quota/quota-ledger.service.js';
import { QueueService } from '../queue/queue.service.js';
import { EvaluationsService } from './evaluations.service.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationProducts } from './evaluation-products.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import type { EvaluationProgress, JobQueue, QuotaSettlement } from './ports.js';

/** Tries again what failed on our side. */
@Injectable()
export class EvaluationRetries {
  constructor(
    private readonly evaluations: EvaluationsService,
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    @Inject(QueueService) private readonly queue: JobQueue,
    @Inject(QuotaLedgerService) private readonly quota: QuotaSettlement,
    private readonly products: EvaluationProducts,
    private readonly boards: BoardChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * Tries again what failed on our side. What is final stays as it is: another evaluation takes its place, with the step that
   * failed. Of a step that the whole submission shares, all evaluations that it took down are tried again.
   * @throws DomainError `evaluation-is-final` where nothing failed, or it was tried again already.
   */
  async retry(id: string): Promise<{ submissionId: string; evaluationIds: string[]; step: Step }> {
    const { submissionId } = await this.evaluations.get(id);
    await this.progress.lockSubmission(submissionId);
    const { state } = await this.evaluations.get(id);
    if (state === 'scored' && (await this.queue.haveProductsFailed(id))) {
      await this.products.remake([id]);
      return { submissionId, evaluationIds: [id], step: 'products' };
    }
    const retryable = await this.progress.listRetryable(submissionId);
    const job = retryable.includes(id) ? await this.queue.findFailed(submissionId, id) : null;
    if (job === null) throw nothingToRetry(state);
    const failed = job.evaluationId === null ? retryable : [id];
    const createdAt = this.clock.now();
    const again: { id: string; taskId: string; isShadow: boolean }[] = [];
    for (const failedId of failed) {
      const newId = randomUUID();
      const inserted = await this.progress.insertAgain(failedId, {
        id: newId,
        step: job.step,
        createdAt,
      });
      again.push({ id: newId, ...inserted });
    }
    const evaluationIds = again.map((evaluation) => evaluation.id);
    await this.queue.enqueue(submissionId, forEvaluation(job.payload, evaluationIds[0]));
    await this.quota.settle(submissionId, 'tried again');
    await this.boards.changed(again.flatMap(({ taskId, isShadow }) => (isShadow ? [] : [taskId])));
    return { submissionId, evaluationIds, step: job.step };
  }
}

function nothingToRetry(state: EvaluationState): DomainError {
  return new DomainError(
    'evaluation-is-final',
    state === 'failed'
      ? 'This evaluation was tried again already.'
      : `Only what failed on our side is tried again; this evaluation is ${state}.`,
    {
      fix:
        state === 'rejected'
          ? 'Its author has to submit another file.'
          : 'Look at the submission: its page shows what became of it.',
    },
  );
}

/** The same work for another evaluation; what belongs to a whole submission names none. */
function forEvaluation(payload: JobPayload, evaluationId: string | undefined): JobPayload {
  if (!('evaluationId' in payload) || payload.evaluationId === null) return payload;
  if (evaluationId === undefined) throw new Error('no evaluation to do it for');
  return { ...payload, evaluationId };
}
