import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { ChallengeSettingsController } from './challenge-settings.controller.js';
import { ChallengeSettingsService } from './challenge-settings.service.js';

@Module({
  imports: [AuditModule, ChallengesModule, EvaluationsModule],
  controllers: [ChallengeSettingsController],
  providers: [ChallengeSettingsService],
})
export class ChallengeSettingsModule {}
