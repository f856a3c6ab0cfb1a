import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { OperationsController } from './operations.controller.js';
import { OperationsRepository } from './operations.repository.js';
import { OperationsService } from './operations.service.js';

@Module({
  imports: [AuditModule, ChallengesModule, EvaluationsModule, StorageModule],
  controllers: [OperationsController],
  providers: [OperationsRepository, OperationsService],
})
export class OperationsModule {}
