import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  createdTokenSchema,
  createTokenRequestSchema,
  idSchema,
  tokenListSchema,
  type CreatedToken,
  type CreateTokenRequest,
  type TokenList,
  type TokenScope,
} from '@sillage/contracts';
import { CurrentAccount, CurrentScopes, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AccountsService } from './accounts.service.js';
import type { Account } from '../identity/domain/account.js';

@Controller('tokens')
@Scope('account')
export class TokensController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  @Scope('read')
  @Describe({
    tag: 'accounts',
    summary: 'List your API tokens',
    description: 'Without their secrets, which are shown once.',
    reply: tokenListSchema,
  })
  async list(@CurrentAccount() account: Account): Promise<TokenList> {
    return { tokens: await this.accounts.listTokens(account) };
  }

  @Post()
  @HttpCode(201)
  @Describe({
    tag: 'accounts',
    summary: 'Make an API token',
    description:
      'For programs: `Authorization: Bearer sil_…`. `scopes` say what it may do; without them it may `read` and `submit`. The secret is in this reply and nowhere else.',
    body: createTokenRequestSchema,
    reply: createdTokenSchema,
    status: 201,
    errors: ['not-allowed', 'scope-missing'],
  })
  create(
    @CurrentAccount() account: Account,
    @CurrentScopes() holds: readonly TokenScope[] | null,
    @Body(new ZodPipe(createTokenRequestSchema)) request: CreateTokenRequest,
  ): Promise<CreatedToken> {
    return this.accounts.createToken(account, request, holds);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    tag: 'accounts',
    summary: 'Revoke an API token',
    description: 'It stops working at once.',
    status: 204,
    errors: ['file-not-found'],
  })
  async delete(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<void> {
    await this.accounts.deleteToken(account, id);
  }
}
