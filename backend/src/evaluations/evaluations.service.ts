import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { EvaluationsRepository, type EvaluationRecord } from './evaluations.repository.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationProgressRepository, type NewEvaluation } from './evaluation-progress.repository.js';
import type { EvaluationProgress, EvaluationRecords } from './ports.js';

export type { EvaluationRecord } from './evaluations.repository.js';

/** Enters evaluations, and reads them. */
@Injectable()
export class EvaluationsService {
  constructor(
    @Inject(EvaluationsRepository) private readonly records: EvaluationRecords,
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    private readonly boards: BoardChanges,
  ) {}

  async create(evaluations: NewEvaluation[]): Promise<void> {
    await this.progress.insert(evaluations);
    // Those of a re-score wait on no board.
    const shown = evaluations.filter(({ rescoreId }) => rescoreId === null);
    await this.boards.changed(shown.map((evaluation) => evaluation.taskId));
  }

  findBySubmissions(submissionIds: string[]): Promise<EvaluationRecord[]> {
    return this.records.findBySubmissions(submissionIds);
  }

  async get(id: string): Promise<EvaluationRecord> {
    const evaluation = await this.records.find(id);
    if (evaluation === null) throw new DomainError('evaluation-not-found', `There is no evaluation ${id}.`);
    return evaluation;
  }

  listFrames: EvaluationsRepository['listFrames'] = (evaluationId, after, limit) =>
    this.records.listFrames(evaluationId, after, limit);
}
