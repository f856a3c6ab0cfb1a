import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module.js';
import { ChallengesController } from './challenges.controller.js';
import { ChallengesRepository } from './challenges.repository.js';
import { ChallengesService } from './challenges.service.js';

@Module({
  imports: [OutboxModule],
  controllers: [ChallengesController],
  providers: [ChallengesRepository, ChallengesService],
  exports: [ChallengesService],
})
export class ChallengesModule {}
