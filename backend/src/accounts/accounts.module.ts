import { Module } from '@nestjs/common';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { AuditModule } from '../audit/audit.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MailLinksController } from './mail-links.controller.js';
import { OrganisersController } from './organisers.controller.js';
import { OrganisersService } from './organisers.service.js';
import { ProfileController } from './profile.controller.js';
import { SessionCleaner } from './session-cleaner.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [AuditModule, EvaluationsModule, MailModule],
  controllers: [
    AuthController,
    MailLinksController,
    OrganisersController,
    ProfileController,
    TokensController,
  ],
  providers: [AccountsRepository, AccountsService, OrganisersService, SessionCleaner],
  exports: [AccountsService],
})
export class AccountsModule {}
