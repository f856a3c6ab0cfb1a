import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  mailLinkSecretSchema,
  newPasswordRequestSchema,
  passwordResetRequestSchema,
  type MailLinkSecret,
  type NewPasswordRequest,
  type PasswordResetRequest,
} from '@sillage/contracts';
import { z } from 'zod';
import { Access, CurrentAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AccountsService } from './accounts.service.js';
import type { Account } from '../identity/domain/account.js';

const askedSchema = z.object({ isMailed: z.boolean() });

/** Links that are mailed to prove an address. Their secrets are in bodies: addresses end up in logs. */
@Controller('auth')
@RateLimit('auth')
@Scope('account')
export class MailLinksController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('email-verification')
  @HttpCode(200)
  @Describe({
    tag: 'accounts',
    summary: 'Mail the link that confirms your address',
    description: 'Again. `isMailed` is false where this platform sends no mail.',
    reply: askedSchema,
    errors: ['too-many-requests'],
  })
  async askToVerify(@CurrentAccount() account: Account): Promise<{ isMailed: boolean }> {
    return { isMailed: await this.accounts.askToVerifyEmail(account) };
  }

  @Post('verify-email')
  @HttpCode(204)
  @Access('public')
  @Describe({
    tag: 'accounts',
    summary: 'Confirm an address by its link',
    description: 'Mails about scores are sent to confirmed addresses only.',
    body: mailLinkSecretSchema,
    status: 204,
    errors: ['link-over', 'too-many-requests'],
  })
  async verify(@Body(new ZodPipe(mailLinkSecretSchema)) { secret }: MailLinkSecret): Promise<void> {
    await this.accounts.verifyEmail(secret);
  }

  @Post('password-reset')
  @HttpCode(202)
  @Access('public')
  @Describe({
    tag: 'accounts',
    summary: 'Mail the link that sets a new password',
    description: 'The answer is the same for every address, whether it has an account or not.',
    body: passwordResetRequestSchema,
    status: 202,
    errors: ['too-many-requests'],
  })
  askToReset(@Body(new ZodPipe(passwordResetRequestSchema)) { email }: PasswordResetRequest): void {
    this.accounts.askToResetPassword(email);
  }

  @Post('password')
  @HttpCode(204)
  @Access('public')
  @Describe({
    tag: 'accounts',
    summary: 'Set a new password by its link',
    description: 'Ends every session and API token of the account.',
    body: newPasswordRequestSchema,
    status: 204,
    errors: ['invalid-request', 'link-over', 'too-many-requests'],
  })
  async reset(
    @Body(new ZodPipe(newPasswordRequestSchema)) { secret, password }: NewPasswordRequest,
  ): Promise<void> {
    await this.accounts.resetPassword(secret, password);
  }
}
