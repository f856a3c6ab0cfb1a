import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { HealthController } from './health.controller.js';
import { HealthRepository } from './health.repository.js';
import { StatusController } from './status.controller.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [QueueModule, WorkersModule],
  controllers: [HealthController, StatusController],
  providers: [HealthRepository, HealthService],
  exports: [HealthService],
})
export class HealthModule {}
