import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { HealthController } from './health.controller.js';
import { HealthRepository } from './health.repository.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [QueueModule, WorkersModule],
  controllers: [HealthController],
  providers: [HealthRepository, HealthService],
})
export class HealthModule {}
