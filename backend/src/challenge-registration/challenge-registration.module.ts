import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { SubmissionsModule } from '../submissions/submissions.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { ChallengeRegistrationController } from './challenge-registration.controller.js';
import { ChallengeRegistrationService } from './challenge-registration.service.js';
import { DatasetFolderFiles } from './dataset-folder-files.js';
import { HashedFilesRepository } from './hashed-files.repository.js';

@Module({
  imports: [AuditModule, ChallengesModule, SubmissionsModule, UploadsModule],
  controllers: [ChallengeRegistrationController],
  providers: [ChallengeRegistrationService, DatasetFolderFiles, HashedFilesRepository],
  exports: [ChallengeRegistrationService, DatasetFolderFiles],
})
export class ChallengeRegistrationModule {}
