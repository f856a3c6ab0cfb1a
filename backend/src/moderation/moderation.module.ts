import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { SubmissionsModule } from '../submissions/submissions.module.js';
import { ModerationController } from './moderation.controller.js';
import { ModerationRepository } from './moderation.repository.js';
import { ModerationService } from './moderation.service.js';

@Module({
  imports: [AuditModule, EvaluationsModule, OutboxModule, SubmissionsModule],
  controllers: [ModerationController],
  providers: [ModerationRepository, ModerationService],
})
export class ModerationModule {}
