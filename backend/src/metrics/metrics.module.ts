import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { MetricsRepository } from './metrics.repository.js';
import { MetricsService } from './metrics.service.js';

@Module({
  imports: [HealthModule, StorageModule, WorkersModule],
  providers: [MetricsRepository, MetricsService],
})
export class MetricsModule {}
