import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  identityListSchema,
  idSchema,
  providerListSchema,
  startedSignInSchema,
  startSignInRequestSchema,
  type IdentityList,
  type ProviderList,
  type StartedSignIn,
  type StartSignInRequest,
} from '@sillage/contracts';
import type { CookieOptions, Request, Response } from 'express';
import type { Account } from '../identity/domain/account.js';
import { CONFIG, type Config } from '../config/config.js';
import { toDomainError } from '../errors/error-reply.js';
import { Access, CurrentAccount, MaybeAccount, Scope } from '../http/access.js';
import { cookieOf, sessionCookieName, sessionCookieOptions, SIGN_IN_COOKIE } from '../http/credentials.js';
import { Describe } from '../http/describe.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { SignInService } from './sign-in.service.js';

const COOKIE_PATH = '/api/auth/providers';

@Controller()
@Scope('account')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('auth/providers')
  @Access('anyone')
  @Describe({
    tag: 'accounts',
    summary: 'Other ways to sign in',
    description: 'The OpenID Connect providers, and GitHub, that this platform is configured for.',
    reply: providerListSchema,
  })
  providers(): ProviderList {
    return { providers: this.signIn.providers() };
  }

  @Post('auth/providers/:provider/start')
  @HttpCode(200)
  @Access('public')
  @RateLimit('auth')
  @Describe({
    tag: 'accounts',
    summary: 'Begin a sign-in elsewhere',
    description:
      'Returns the address to send the browser to, and sets the cookie that binds the answer to it. With `link` the identity is added to the account that is signed in.',
    body: startSignInRequestSchema,
    reply: startedSignInSchema,
    errors: ['provider-not-found', 'provider-unavailable', 'not-signed-in', 'too-many-requests'],
  })
  async start(
    @MaybeAccount() account: Account | null,
    @Param('provider') provider: string,
    @Body(new ZodPipe(startSignInRequestSchema)) { next, link }: StartSignInRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StartedSignIn> {
    const { url, secret, expiresAt } = await this.signIn.start(account, { provider, next, link });
    response.cookie(SIGN_IN_COOKIE, secret, { ...this.#cookie(), expires: expiresAt });
    return { url: url.href };
  }

  @Get('auth/providers/:provider/callback')
  @Access('public')
  @RateLimit('auth')
  @Describe({
    tag: 'accounts',
    summary: 'Come back from a sign-in elsewhere',
    description:
      'For browsers only. Leads to the page that was asked for, or to the sign-in page with the reason.',
    status: 303,
  })
  async callback(
    @MaybeAccount() account: Account | null,
    @Param('provider') provider: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    response.clearCookie(SIGN_IN_COOKIE, this.#cookie());
    response.setHeader('Cache-Control', 'no-store');
    try {
      const { session, nextPath } = await this.signIn.finish(account, {
        provider,
        secret: cookieOf(request, SIGN_IN_COOKIE),
        query: new URL(request.originalUrl, this.config.publicUrl).search,
      });
      if (session !== null)
        response.cookie(sessionCookieName(this.config.publicUrl), session.token, {
          ...sessionCookieOptions(this.config.publicUrl),
          expires: session.expiresAt,
        });
      response.redirect(303, nextPath);
    } catch (error) {
      const { code } = toDomainError(error);
      if (code === 'internal') throw error;
      const page = account === null ? '/sign-in' : '/account';
      response.redirect(303, `${page}?problem=${encodeURIComponent(code)}`);
    }
  }

  @Get('account/identities')
  @Scope('read')
  @Describe({
    tag: 'accounts',
    summary: 'Your ways to sign in',
    description: 'Identities of other sites that are linked to your account, and whether it has a password.',
    reply: identityListSchema,
  })
  async identities(@CurrentAccount() account: Account): Promise<IdentityList> {
    const { identities, hasPassword } = await this.signIn.listIdentities(account);
    return {
      hasPassword,
      identities: identities.map(({ id, provider, name, linkedAt }) => ({
        id,
        provider,
        name,
        linkedAt: linkedAt.toISOString(),
      })),
    };
  }

  @Delete('account/identities/:id')
  @HttpCode(204)
  @Describe({
    tag: 'accounts',
    summary: 'Remove a way to sign in',
    description: 'Not the last one.',
    status: 204,
    errors: ['provider-not-found', 'last-sign-in'],
  })
  async remove(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<void> {
    await this.signIn.removeIdentity(account, id);
  }

  /** Lax: it must come along when the other site sends the browser back. */
  #cookie(): CookieOptions {
    return { ...sessionCookieOptions(this.config.publicUrl), path: COOKIE_PATH };
  }
}
