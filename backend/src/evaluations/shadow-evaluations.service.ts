import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { QueueService } from '../queue/queue.service.js';
import { shadowStart, type ShadowSource, type VersionInputs } from './domain/shadow-start.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationProducts } from './evaluation-products.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import { ShadowEvaluationsRepository } from './shadow-evaluations.repository.js';

export type { ShadowAttempt } from './shadow-evaluations.repository.js';

/** A re-score, as far as its evaluations need to know it. */
export type Rescoring = { id: string; datasetVersionId: string; fromVersionId: string };

/**
 * Makes and ends the evaluations of re-scores; the steps in between are those of every evaluation. Every method runs in the
 * transaction of its caller, who has locked the re-score.
 */
@Injectable()
export class ShadowEvaluationsService {
  constructor(
    private readonly shadows: ShadowEvaluationsRepository,
    private readonly progress: EvaluationProgressRepository,
    private readonly products: EvaluationProducts,
    private readonly boards: BoardChanges,
    private readonly queue: QueueService,
    private readonly clock: Clock,
  ) {}

  listAttempts: ShadowEvaluationsRepository['listAttempts'] = (rescoreId) =>
    this.shadows.listAttempts(rescoreId);
  countAttempts: ShadowEvaluationsRepository['countAttempts'] = (rescoreIds) =>
    this.shadows.countAttempts(rescoreIds);
  listOpen: ShadowEvaluationsRepository['listOpen'] = (rescoreId) => this.shadows.listOpen(rescoreId);

  /** Takes up every score on the boards that it has not yet. @returns how many, and their tasks. */
  async takeUp(rescoring: Rescoring): Promise<{ count: number; taskIds: string[] }> {
    const isSameVersion = rescoring.datasetVersionId === rescoring.fromVersionId;
    const sources = await this.shadows.lockMissing(rescoring.id, rescoring.fromVersionId, isSameVersion);
    return this.#begin(rescoring, sources);
  }

  async hasMissing(rescoring: Rescoring): Promise<boolean> {
    const to = await this.shadows.loadVersion(rescoring.datasetVersionId);
    const isSameVersion = rescoring.datasetVersionId === rescoring.fromVersionId;
    return this.shadows.hasMissing(rescoring.id, rescoring.fromVersionId, isSameVersion, to.definition.tasks);
  }

  /** Makes scores of it once more. @returns how many. */
  async again(rescoring: Rescoring, previousEvaluationIds: string[]): Promise<number> {
    const sources = await this.shadows.lockSources(previousEvaluationIds);
    return (await this.#begin(rescoring, sources)).count;
  }

  /** Ends what is not final. */
  async cancel(rescoreId: string): Promise<void> {
    await this.shadows.lockSubmissionsOf(rescoreId);
    await this.queue.cancelOfRescore(rescoreId);
    await this.progress.setState(await this.shadows.listOpen(rescoreId), {
      state: 'cancelled',
      step: null,
      since: this.clock.now(),
    });
  }

  /** Maps and files of what is shown from now on. */
  async makeProducts(evaluationIds: readonly string[]): Promise<void> {
    await this.products.remake(evaluationIds);
  }

  /** Called where entries of these tasks come to boards or leave them. */
  async changeBoards(taskIds: string[]): Promise<void> {
    await this.boards.changed(taskIds);
  }

  async #begin(
    rescoring: Rescoring,
    sources: readonly ShadowSource[],
  ): Promise<{ count: number; taskIds: string[] }> {
    if (sources.length === 0) return { count: 0, taskIds: [] };
    const from = await this.shadows.loadVersion(rescoring.fromVersionId);
    const to =
      rescoring.datasetVersionId === rescoring.fromVersionId
        ? from
        : await this.shadows.loadVersion(rescoring.datasetVersionId);
    const begun: ShadowSource[] = [];
    for (const source of sources)
      if (await this.#beginOne(rescoring.id, source, from, to)) begun.push(source);
    return { count: begun.length, taskIds: begun.map(({ taskId }) => taskId) };
  }

  /** @returns false where the new version does not have the task. */
  async #beginOne(
    rescoreId: string,
    source: ShadowSource,
    from: VersionInputs,
    to: VersionInputs,
  ): Promise<boolean> {
    const id = randomUUID();
    const start = shadowStart(id, source, from, to);
    if (start === null) return false;
    const { kind: step } = start.kind === 'begins' ? start.payload : { kind: 'predict' as const };
    if (step !== 'check' && step !== 'predict' && step !== 'score')
      throw new Error(`a shadow cannot begin with ${step}`);
    const createdAt = this.clock.now();
    await this.shadows.insert({
      id,
      rescoreId,
      previousEvaluationId: source.evaluationId,
      submissionId: source.submissionId,
      taskId: source.taskId,
      datasetVersionId: to.id,
      protocol: to.definition.protocol,
      step,
      canonical: start.kind === 'begins' ? start.canonical : null,
      run: step === 'score' ? source.run : null,
      warnings: start.kind === 'begins' ? start.warnings : [],
      createdAt,
    });
    if (start.kind === 'begins') {
      await this.queue.enqueue(source.submissionId, start.payload);
      return true;
    }
    await this.progress.setState([id], {
      state: 'rejected',
      step: null,
      since: createdAt,
      rejection: { ...start.reason, step },
    });
    return true;
  }
}
