import { Body, Controller, Put } from '@nestjs/common';
import {
  accountViewSchema,
  profileRequestSchema,
  type AccountView,
  type ProfileRequest,
} from '@sillage/contracts';
import { CurrentAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AccountsService } from './accounts.service.js';
import type { Account } from '../identity/domain/account.js';
import { toAccountView } from './dto/account-view.js';

@Controller('account')
@Scope('account')
export class ProfileController {
  constructor(private readonly accounts: AccountsService) {}

  @Put('profile')
  @Describe({
    tag: 'accounts',
    summary: 'Change your profile',
    description:
      'Name, affiliation, ORCID iD (its checksum is verified) and web page: shown beside your entries and put into their citations. What is null is removed.',
    body: profileRequestSchema,
    reply: accountViewSchema,
    errors: ['invalid-request'],
  })
  async change(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(profileRequestSchema)) profile: ProfileRequest,
  ): Promise<AccountView> {
    return toAccountView(await this.accounts.changeProfile(account, profile));
  }
}
