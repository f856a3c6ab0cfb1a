import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { EvaluationsRepository } from './evaluations.repository.js';
import { EvaluationsService } from './evaluations.service.js';

@Module({
  imports: [OutboxModule, QueueModule],
  providers: [EvaluationsRepository, EvaluationsService],
  exports: [EvaluationsService],
})
export class EvaluationsModule {}
