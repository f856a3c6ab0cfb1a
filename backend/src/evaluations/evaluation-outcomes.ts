import { Inject, Injectable, Logger } from '@nestjs/common';
import { type JobOutcome, type JobPayload, type PreviewFrame } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { type SubmissionJob as Job } from '../queue/queue.service.js';
import { affectedBy } from './domain/affected.js';
import { EvaluationEnds } from './evaluation-ends.js';
import { EvaluationProducts } from './evaluation-products.js';
import { MapSteps } from './map-steps.js';
import { ScoreStep } from './score-step.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import type { DoneResult, EvaluationProgress } from './ports.js';

/** Moves evaluations along by what workers do. Every method runs in the transaction of its caller. */
@Injectable()
export class EvaluationOutcomes {
  readonly #logger = new Logger('evaluations');

  constructor(
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    private readonly mapSteps: MapSteps,
    private readonly scoreStep: ScoreStep,
    private readonly products: EvaluationProducts,
    private readonly ends: EvaluationEnds,
    private readonly clock: Clock,
  ) {}

  /** A worker took the job. */
  async start(job: Job, evaluatorVersion: string): Promise<void> {
    if (job.step === 'products') return;
    const { ids } = affectedBy(job, await this.progress.listStates(job.submissionId));
    await this.progress.setState(ids, {
      state: 'running',
      step: job.step,
      since: this.clock.now(),
      ...(job.step === 'score' ? { evaluatorVersion } : {}),
    });
  }

  /** The worker is gone or failed for a reason of ours; the job waits for another one. */
  async returnToQueue(job: Job): Promise<void> {
    if (job.step === 'products') return;
    const { ids } = affectedBy(job, await this.progress.listStates(job.submissionId));
    await this.progress.setState(ids, {
      state: 'queued',
      step: job.step,
      since: this.clock.now(),
    });
  }

  async applyResult(job: Job, result: DoneResult): Promise<void> {
    const expected = resultKindOf(job.payload);
    if (result.kind !== expected) {
      throw new DomainError(
        'invalid-request',
        `Job ${job.id} is a ${expected} step; its result is that of a ${result.kind} step.`,
      );
    }
    switch (result.kind) {
      case 'map':
        await this.mapSteps.applyMap(job, result);
        return;
      case 'check':
        await this.mapSteps.applyCheck(job, result);
        return;
      case 'check-network':
        await this.mapSteps.applyCheckNetwork(job, result);
        return;
      case 'predict':
        await this.mapSteps.applyPredict(job, result);
        return;
      case 'score':
        await this.scoreStep.apply(job, result);
        return;
      case 'products':
        if (job.evaluationId !== null && job.payload.kind === 'products')
          await this.products.apply(job.evaluationId, result.artefacts, job.payload.includeTruth);
        return;
      case 'inspect':
        throw new DomainError('invalid-request', `Job ${job.id} inspects a dataset: it has no evaluation.`);
    }
  }

  async applyRejection(
    job: Job,
    reason: Extract<JobOutcome, { status: 'rejected' }>['reason'],
  ): Promise<void> {
    if (job.step === 'products') {
      this.#logger.error(
        `products of evaluation ${job.evaluationId} were rejected: ${reason.code}: ${reason.found}`,
      );
      await this.products.giveUp(job);
      return;
    }
    const affected = affectedBy(job, await this.progress.listStates(job.submissionId));
    await this.ends.reject(affected, { ...reason, step: job.step });
  }

  /** Ours, and no attempt is left. */
  async applyFailure(job: Job, message: string): Promise<void> {
    this.#logger.error(`${job.step} of submission ${job.submissionId} failed for good: ${message}`);
    if (job.step === 'products') await this.products.giveUp(job);
    else await this.ends.fail(job, message);
  }

  /** Days that a predict step has finished, for the page that watches it. */
  async applyFrames(evaluationId: string, frames: readonly PreviewFrame[]): Promise<void> {
    await this.progress.putFrames(evaluationId, frames);
  }
}

/** A check has two kinds of results: an upload is a map, or a network. */
function resultKindOf(payload: JobPayload): DoneResult['kind'] {
  return payload.kind === 'check' && payload.network !== null ? 'check-network' : payload.kind;
}
