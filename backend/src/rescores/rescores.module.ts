import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengeRegistrationModule } from '../challenge-registration/challenge-registration.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { DifferenceReportsService } from './difference-reports.service.js';
import { RescoreFollower } from './rescore-follower.js';
import { RescoresController } from './rescores.controller.js';
import { RescoresRepository } from './rescores.repository.js';
import { RescoresService } from './rescores.service.js';

@Module({
  imports: [
    AuditModule,
    ChallengeRegistrationModule,
    ChallengesModule,
    EvaluationsModule,
    LeaderboardModule,
    OutboxModule,
    WorkersModule,
  ],
  controllers: [RescoresController],
  providers: [DifferenceReportsService, RescoreFollower, RescoresRepository, RescoresService],
})
export class RescoresModule {}
