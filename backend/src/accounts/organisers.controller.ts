import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  accountViewSchema,
  idSchema,
  organiserListSchema,
  organiserRequestSchema,
  type AccountView,
  type OrganiserList,
  type OrganiserRequest,
} from '@sillage/contracts';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import type { Account } from '../identity/domain/account.js';
import { toAccountView } from './dto/account-view.js';
import { OrganisersService } from './organisers.service.js';

@Controller('organisers')
@Access('organiser')
export class OrganisersController {
  constructor(private readonly organisers: OrganisersService) {}

  @Get()
  @Describe({
    tag: 'accounts',
    summary: 'List the organisers',
    description:
      'The built-in one, whose token is in the configuration, and the accounts that were made organisers.',
    reply: organiserListSchema,
    errors: ['not-allowed'],
  })
  async list(): Promise<OrganiserList> {
    return { organisers: (await this.organisers.list()).map(toAccountView) };
  }

  @Post()
  @HttpCode(200)
  @Describe({
    tag: 'accounts',
    summary: "Make an account an organiser's",
    description:
      'It holds at once, in browsers that are signed in too. Where the platform sends mails, the address of the account must be confirmed.',
    body: organiserRequestSchema,
    reply: accountViewSchema,
    errors: ['not-allowed', 'account-not-found'],
  })
  async add(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(organiserRequestSchema)) { email }: OrganiserRequest,
  ): Promise<AccountView> {
    return toAccountView(await this.organisers.add(account, email));
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    tag: 'accounts',
    summary: "Make an account a participant's again",
    description: 'It holds at once, for its API tokens too.',
    status: 204,
    errors: ['not-allowed', 'account-not-found'],
  })
  async remove(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<void> {
    await this.organisers.remove(account, id);
  }
}
