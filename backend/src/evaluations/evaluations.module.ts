import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { EvaluationsRepository } from './evaluations.repository.js';
import { EvaluationsService } from './evaluations.service.js';

@Module({
  imports: [QueueModule],
  providers: [EvaluationsRepository, EvaluationsService],
  exports: [EvaluationsService],
})
export class EvaluationsModule {}
