import { Module } from '@nestjs/common';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { SessionCleaner } from './session-cleaner.js';
import { TokensController } from './tokens.controller.js';

@Module({
  controllers: [AuthController, TokensController],
  providers: [AccountsRepository, AccountsService, SessionCleaner],
  exports: [AccountsService],
})
export class AccountsModule {}
