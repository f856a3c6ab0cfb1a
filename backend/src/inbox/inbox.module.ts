import { Module } from '@nestjs/common';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { Courier } from './courier.js';
import { InboxController } from './inbox.controller.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';

@Module({
  imports: [LeaderboardModule, MailModule, OutboxModule],
  controllers: [InboxController],
  providers: [InboxRepository, InboxService, Courier],
})
export class InboxModule {}
