import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { ChallengesController } from './challenges.controller.js';
import { ChallengesRepository } from './challenges.repository.js';
import { ChallengesService } from './challenges.service.js';
import { DatasetVersions } from './dataset-versions.js';
import { VersionPublishing } from './version-publishing.js';

@Module({
  imports: [OutboxModule],
  controllers: [ChallengesController],
  providers: [ChallengesRepository, ChallengesService, DatasetVersions, VersionPublishing],
  exports: [ChallengesService, DatasetVersions, VersionPublishing],
})
export class ChallengesModule {}
