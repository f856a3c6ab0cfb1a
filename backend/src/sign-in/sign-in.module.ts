import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { SignInController } from './sign-in.controller.js';
import { SignInRepository } from './sign-in.repository.js';
import { SignInService } from './sign-in.service.js';

@Module({
  imports: [AccountsModule],
  controllers: [SignInController],
  providers: [SignInRepository, SignInService],
})
export class SignInModule {}
