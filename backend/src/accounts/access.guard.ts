import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { TokenScope } from '@sillage/contracts';
import type { Request } from 'express';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { ACCESS_KEY, notSignedIn, SCOPE_KEY, type AccessLevel } from '../http/access.js';
import { bearerToken, hasWorkerToken, sessionToken } from '../http/credentials.js';
import { contextOf } from '../http/request-context.js';
import { isOrganiser } from '../identity/domain/account.js';
import { AccountsService } from './accounts.service.js';
import { isForeignWrite } from './request-origin.js';

/** Finds out who is asking and whether this door is theirs. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: AccountsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const level =
      this.reflector.getAllAndOverride<AccessLevel | undefined>(ACCESS_KEY, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'account';
    if (level === 'anyone') return true;
    if (level === 'worker') {
      this.#requireWorker(request);
      return true;
    }
    if (
      sessionToken(request, this.config.publicUrl) !== null &&
      isForeignWrite(request, this.config.publicUrl)
    ) {
      throw new DomainError('not-allowed', 'This request was sent by another web site.', {
        fix: 'Use the pages of this site; from a program, send an API token and no cookie.',
      });
    }
    await this.#identify(request);
    const { account } = contextOf(request);
    if (level === 'public' && account === null) return true;
    if (account === null) throw notSignedIn();
    this.#requireScope(context, level);
    if (level === 'public') return true;
    if (level === 'organiser' && !isOrganiser(account)) {
      throw new DomainError('not-allowed', 'Only organisers may do this.', {
        fix: 'Ask the people who run this platform.',
      });
    }
    return true;
  }

  #requireScope(context: ExecutionContext, level: AccessLevel): void {
    const request = context.switchToHttp().getRequest<Request>();
    const { scopes } = contextOf(request);
    if (scopes === null) return;
    const stated = this.reflector.getAllAndOverride<TokenScope | undefined>(SCOPE_KEY, [
      context.getHandler(),
      context.getClass(),
    ]);
    const isLooking = request.method === 'GET' || request.method === 'HEAD';
    const needed = stated ?? (level === 'organiser' ? 'organise' : isLooking ? 'read' : 'account');
    if (scopes.includes(needed)) return;
    throw new DomainError(
      'scope-missing',
      `This needs an API token with the scope '${needed}'; yours has ${scopes.map((scope) => `'${scope}'`).join(', ')}.`,
      { fix: `Make a token with '${needed}' on your account page, or run sillage login --scopes.` },
    );
  }

  async #identify(request: Request): Promise<void> {
    const requestContext = contextOf(request);
    const bearer = bearerToken(request);
    if (bearer !== null) {
      const { account, scopes } = await this.accounts.accountOfApiToken(bearer);
      requestContext.account = scopes.includes('organise') ? account : { ...account, role: 'participant' };
      requestContext.scopes = scopes;
      return;
    }
    const session = sessionToken(request, this.config.publicUrl);
    if (session !== null) {
      requestContext.account = await this.accounts.accountOfSession(session);
      requestContext.viaCookie = true;
    }
  }

  #requireWorker(request: Request): void {
    if (!hasWorkerToken(request, this.config.workerTokens)) {
      throw new DomainError('not-signed-in', 'This route is for evaluators with a worker token.', {
        fix: 'Start the evaluator with SILLAGE_WORKER_TOKEN set to one of the SILLAGE_WORKER_TOKENS of the API.',
      });
    }
  }
}
