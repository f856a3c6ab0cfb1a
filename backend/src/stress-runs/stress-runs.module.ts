import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { StressRunsRepository } from './stress-runs.repository.js';
import { StressRunsService } from './stress-runs.service.js';

/** The life of runs, for those who give out their jobs; asking for runs is the business of `StressModule`. */
@Module({
  imports: [QueueModule],
  providers: [StressRunsRepository, StressRunsService],
  exports: [StressRunsService],
})
export class StressRunsModule {}
