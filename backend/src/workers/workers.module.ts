import { Module } from '@nestjs/common';
import { InspectionsModule } from '../curation/inspections.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { StressRunsModule } from '../stress-runs/stress-runs.module.js';
import { Reaper } from './reaper.js';
import { WakeUps } from './wake-ups.js';
import { WorkerObjectsService } from './worker-objects.service.js';
import { WorkerController } from './worker.controller.js';
import { WorkersRepository } from './workers.repository.js';
import { WorkersService } from './workers.service.js';

@Module({
  imports: [QueueModule, EvaluationsModule, StressRunsModule, InspectionsModule],
  controllers: [WorkerController],
  providers: [WakeUps, WorkersRepository, WorkersService, WorkerObjectsService, Reaper],
  exports: [WorkersService],
})
export class WorkersModule {}
