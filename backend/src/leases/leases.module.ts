import { Module } from '@nestjs/common';
import { CurationModule } from '../curation/curation.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { StressRunsModule } from '../stress-runs/stress-runs.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { LeasesService } from './leases.service.js';
import { Reaper } from './reaper.js';
import { WakeUps } from './wake-ups.js';
import { WorkerController } from './worker.controller.js';
import { WorkerObjectsService } from './worker-objects.service.js';

@Module({
  imports: [CurationModule, EvaluationsModule, QueueModule, StressRunsModule, WorkersModule],
  controllers: [WorkerController],
  providers: [LeasesService, Reaper, WakeUps, WorkerObjectsService],
})
export class LeasesModule {}
