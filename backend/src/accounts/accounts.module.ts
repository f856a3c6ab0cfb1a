import { Module } from '@nestjs/common';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { ProfileController } from './profile.controller.js';
import { SessionCleaner } from './session-cleaner.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [EvaluationsModule],
  controllers: [AuthController, ProfileController, TokensController],
  providers: [AccountsRepository, AccountsService, SessionCleaner],
  exports: [AccountsService],
})
export class AccountsModule {}
