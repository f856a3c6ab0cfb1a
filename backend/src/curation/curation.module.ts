import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengeRegistrationModule } from '../challenge-registration/challenge-registration.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { CuratedChallengesController } from './curated-challenges.controller.js';
import { DraftsController } from './drafts.controller.js';
import { DraftsRepository } from './drafts.repository.js';
import { DraftsService } from './drafts.service.js';
import { InspectionsService } from './inspections.service.js';
import { ServerFiles } from './server-files.js';
import { VersionsController } from './versions.controller.js';
import { VersionsService } from './versions.service.js';

@Module({
  imports: [
    AuditModule,
    ChallengesModule,
    ChallengeRegistrationModule,
    QueueModule,
    UploadsModule,
    WorkersModule,
  ],
  controllers: [CuratedChallengesController, DraftsController, VersionsController],
  providers: [DraftsRepository, DraftsService, InspectionsService, ServerFiles, VersionsService],
  exports: [InspectionsService, VersionsService],
})
export class CurationModule {}
