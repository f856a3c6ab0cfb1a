import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { SubmissionsModule } from '../submissions/submissions.module.js';
import { StressController } from './stress.controller.js';
import { StressRunsModule } from '../stress-runs/stress-runs.module.js';
import { StressService } from './stress.service.js';
import { TransferController } from './transfer.controller.js';
import { TransferRepository } from './transfer.repository.js';
import { TransferService } from './transfer.service.js';

@Module({
  imports: [AuditModule, ChallengesModule, SubmissionsModule, StressRunsModule],
  controllers: [StressController, TransferController],
  providers: [StressService, TransferRepository, TransferService],
})
export class StressModule {}
