import { Body, Controller, Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { RateLimit } from '../http/rate-limit.js';
import {
  accountViewSchema,
  changePasswordRequestSchema,
  registeredSchema,
  registerRequestSchema,
  signInRequestSchema,
  type AccountView,
  type ChangePasswordRequest,
  type Registered,
  type RegisterRequest,
  type SignInRequest,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import { CONFIG, type Config } from '../config/config.js';
import { Access, CurrentAccount, Scope } from '../http/access.js';
import { sessionCookieName, sessionCookieOptions, sessionToken } from '../http/credentials.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AccountsService, type OpenedSession } from './accounts.service.js';
import type { Account } from '../identity/domain/account.js';
import { toAccountView } from './dto/account-view.js';

@Controller('auth')
@Scope('read')
export class AuthController {
  constructor(
    private readonly accounts: AccountsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('register')
  @Access('public')
  @RateLimit('auth')
  @Describe({
    tag: 'accounts',
    summary: 'Make an account',
    description:
      'Signs in at once: the reply sets the session cookie. Where mails are sent it is 202 `{"isMailed": true}` for every address: the account opens by the mailed link, and who has one already is mailed that.',
    body: registerRequestSchema,
    reply: registeredSchema,
    status: 201,
    errors: ['invalid-request', 'email-taken', 'too-many-requests'],
  })
  async register(
    @Body(new ZodPipe(registerRequestSchema)) request: RegisterRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Registered> {
    const session = await this.accounts.register(request);
    if (session !== null) return this.#open(session, response);
    response.status(202);
    return { isMailed: true };
  }

  @Post('sign-in')
  @HttpCode(200)
  @Access('public')
  @RateLimit('password')
  @Describe({
    tag: 'accounts',
    summary: 'Sign in',
    description: 'Sets the session cookie. A wrong password and an unknown address get the same answer.',
    body: signInRequestSchema,
    reply: accountViewSchema,
    errors: ['wrong-credentials', 'too-many-requests'],
  })
  async signIn(
    @Body(new ZodPipe(signInRequestSchema)) request: SignInRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AccountView> {
    return this.#open(await this.accounts.signIn(request), response);
  }

  @Post('sign-out')
  @HttpCode(204)
  @Access('public')
  @Describe({
    tag: 'accounts',
    summary: 'Sign out',
    description: 'Ends the session, on the server too.',
    status: 204,
  })
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = sessionToken(request, this.config.publicUrl);
    if (token !== null) await this.accounts.signOut(token);
    response.clearCookie(
      sessionCookieName(this.config.publicUrl),
      sessionCookieOptions(this.config.publicUrl),
    );
  }

  @Get('me')
  @Describe({
    tag: 'accounts',
    summary: 'Who am I',
    description: 'The account of the session or of the API token.',
    reply: accountViewSchema,
    errors: ['not-signed-in', 'token-expired'],
  })
  me(@CurrentAccount() account: Account): AccountView {
    return toAccountView(account);
  }

  @Put('password')
  @HttpCode(204)
  @RateLimit('auth')
  @Scope('account')
  @Describe({
    tag: 'accounts',
    summary: 'Change your password',
    description:
      'Ends every session and API token of the account, and opens a new session by the cookie of the reply.',
    body: changePasswordRequestSchema,
    status: 204,
    errors: ['invalid-request', 'wrong-credentials', 'too-many-requests'],
  })
  async changePassword(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(changePasswordRequestSchema)) { current, password }: ChangePasswordRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    this.#open(await this.accounts.changePassword(account, current, password), response);
  }

  #open({ account, token, expiresAt }: OpenedSession, response: Response): AccountView {
    response.cookie(sessionCookieName(this.config.publicUrl), token, {
      ...sessionCookieOptions(this.config.publicUrl),
      expires: expiresAt,
    });
    return toAccountView(account);
  }
}
