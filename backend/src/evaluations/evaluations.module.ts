import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { QuotaModule } from '../quota/quota.module.js';
import { EvaluationsRepository } from './evaluations.repository.js';
import { EvaluationsService } from './evaluations.service.js';
import { ShadowEvaluationsRepository } from './shadow-evaluations.repository.js';
import { ShadowEvaluationsService } from './shadow-evaluations.service.js';

@Module({
  imports: [OutboxModule, QueueModule, QuotaModule],
  providers: [
    EvaluationsRepository,
    EvaluationsService,
    ShadowEvaluationsRepository,
    ShadowEvaluationsService,
  ],
  exports: [EvaluationsService, ShadowEvaluationsService],
})
export class EvaluationsModule {}
