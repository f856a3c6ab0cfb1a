import { Inject, Injectable } from '@nestjs/common';
import {
  coarseErrors,
  isClearlyBetter,
  standardErrors,
  type StoredScores,
} from '../disclosure/domain/public-test.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { type SubmissionJob as Job } from '../queue/queue.service.js';
import { isFinal } from './domain/evaluation-state.js';
import { contradictionIn, contradictionWithStatistics } from './domain/score-consistency.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationProducts } from './evaluation-products.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import { EvaluationContextsRepository, type ScoringContext } from './evaluation-contexts.repository.js';
import { requireStored } from './stored-outputs.js';
import type {
  DoneResult,
  EvaluationContexts,
  EvaluationProgress,
  EventRecord,
  StoredObjects,
} from './ports.js';

type ScoreResult = Extract<DoneResult, { kind: 'score' }>;

/** Takes in a score, in the transaction of the caller. */
@Injectable()
export class ScoreStep {
  constructor(
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    @Inject(EvaluationContextsRepository) private readonly contexts: EvaluationContexts,
    @Inject(ObjectClaims) private readonly claims: StoredObjects,
    @Inject(OutboxService) private readonly outbox: EventRecord,
    private readonly boards: BoardChanges,
    private readonly products: EvaluationProducts,
    private readonly clock: Clock,
  ) {}

  async apply(job: Job, result: ScoreResult): Promise<void> {
    if (job.evaluationId === null) throw new Error(`score job ${job.id} has no evaluation`);
    await requireStored(
      this.claims,
      result.artefacts.map((artefact) => artefact.object),
    );
    const context = await this.contexts.getScoring(job.evaluationId);
    if (isFinal(context.state)) return;
    const contradiction =
      contradictionIn(result.scores, context.protocol) ??
      contradictionWithStatistics(result.scores, result.statistics ?? null, context.protocol);
    if (contradiction !== null)
      throw new DomainError(
        'invalid-request',
        `The scores of job ${job.id} contradict themselves: ${contradiction}.`,
      );
    const scores = await this.#withPublicTest(context, result);
    await this.progress.setScored(job.evaluationId, {
      scores,
      physics: result.physics ?? null,
      warnings: result.warnings,
      scoredAt: this.clock.now(),
    });
    if (result.statistics) await this.progress.putStatistics(job.evaluationId, result.statistics);
    await this.progress.putArtefacts(job.evaluationId, result.artefacts, false);
    // Of a shadow nobody is told, and its maps and files are made when it is promoted.
    if (context.isShadow) return;
    await this.outbox.record({ kind: 'evaluation-scored', evaluationId: job.evaluationId });
    await this.boards.changed([context.taskId]);
    await this.products.enqueue(context, { ...result, scores, physics: result.physics ?? null });
  }

  /** With what a public test tells of it: kept whatever the level is, which a phase may change. */
  async #withPublicTest(
    { evaluationId, protocol }: ScoringContext,
    { scores, statistics }: ScoreResult,
  ): Promise<StoredScores> {
    const daily = statistics?.daily ?? null;
    const errors = standardErrors(daily, protocol);
    const told = await this.progress.findTold(evaluationId);
    const isHeldBack =
      !told.isReference &&
      (told.wasHeldBack ?? !isClearlyBetter({ mu: scores.mu, muError: errors.muError }, told.mu));
    return { ...scores, publicTest: { ...errors, isHeldBack, coarseErrors: coarseErrors(daily) } };
  }
}
