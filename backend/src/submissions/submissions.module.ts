import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { QuotaModule } from '../quota/quota.module.js';
import { StressRunsModule } from '../stress-runs/stress-runs.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { AllowanceController } from './allowance.controller.js';
import { AllowanceService } from './allowance.service.js';
import { ArtefactsController } from './artefacts.controller.js';
import { MapManifests } from './map-manifests.js';
import { NewSubmissionsService } from './new-submissions.service.js';
import { QuotaLedgerController } from './quota-ledger.controller.js';
import { SubmissionFilesService } from './submission-files.service.js';
import { SubmissionsController } from './submissions.controller.js';
import { SubmissionsRepository } from './submissions.repository.js';
import { SubmissionsService } from './submissions.service.js';
import { VisibleSubmissionsService } from './visible-submissions.service.js';

@Module({
  imports: [
    AccountsModule,
    AuditModule,
    ChallengesModule,
    EvaluationsModule,
    LeaderboardModule,
    QueueModule,
    QuotaModule,
    UploadsModule,
    WorkersModule,
    TeamsModule,
    StressRunsModule,
  ],
  controllers: [SubmissionsController, ArtefactsController, AllowanceController, QuotaLedgerController],
  providers: [
    SubmissionsRepository,
    VisibleSubmissionsService,
    NewSubmissionsService,
    SubmissionsService,
    SubmissionFilesService,
    AllowanceService,
    MapManifests,
  ],
  exports: [VisibleSubmissionsService, NewSubmissionsService],
})
export class SubmissionsModule {}
