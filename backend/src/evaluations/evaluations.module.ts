import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { QuotaModule } from '../quota/quota.module.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationContextsRepository } from './evaluation-contexts.repository.js';
import { EvaluationEnds } from './evaluation-ends.js';
import { EvaluationOutcomes } from './evaluation-outcomes.js';
import { EvaluationProducts } from './evaluation-products.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import { EvaluationRetries } from './evaluation-retries.js';
import { EvaluationsRepository } from './evaluations.repository.js';
import { EvaluationsService } from './evaluations.service.js';
import { MapSteps } from './map-steps.js';
import { ScoreStep } from './score-step.js';
import { ShadowEvaluationsRepository } from './shadow-evaluations.repository.js';
import { ShadowEvaluationsService } from './shadow-evaluations.service.js';

/** What other features use. */
const OFFERED = [
  BoardChanges,
  EvaluationEnds,
  EvaluationOutcomes,
  EvaluationProducts,
  EvaluationRetries,
  EvaluationsService,
  ShadowEvaluationsService,
];

@Module({
  imports: [OutboxModule, QueueModule, QuotaModule],
  providers: [
    ...OFFERED,
    EvaluationContextsRepository,
    EvaluationProgressRepository,
    EvaluationsRepository,
    MapSteps,
    ScoreStep,
    ShadowEvaluationsRepository,
  ],
  exports: OFFERED,
})
export class EvaluationsModule {}
