import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { displayNameSchema, safeNextPath } from '@sillage/contracts';
import * as openId from 'openid-client';
import { AccountsService, type OpenedSession } from '../accounts/accounts.service.js';
import type { Account } from '../identity/domain/account.js';
import { hashSecret, newSecret } from '../identity/domain/secret.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { Transactions } from '../transactions/transactions.js';
import { decideSignIn, type Identity } from './domain/sign-in-decision.js';
import { GitHubProvider } from './providers/git-hub-provider.js';
import { OpenIdProvider } from './providers/open-id-provider.js';
import type { SignInProvider } from './providers/sign-in-provider.js';
import { SignInRepository, type StoredIdentity } from './sign-in.repository.js';

const ATTEMPT_MS = 600_000;
const ORCID_ISSUER = 'https://orcid.org';

@Injectable()
export class SignInService {
  readonly #logger = new Logger('sign-in');
  readonly #providers: readonly SignInProvider[];

  constructor(
    private readonly signIns: SignInRepository,
    private readonly accounts: AccountsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.#providers = config.signIn.map((settings) =>
      settings.kind === 'github' ? new GitHubProvider(settings) : new OpenIdProvider(settings),
    );
  }

  providers(): { id: string; label: string }[] {
    return this.#providers.map(({ id, label }) => ({ id, label }));
  }

  /** @returns where to send the browser, and the secret that its cookie keeps until it comes back. */
  async start(
    account: Account | null,
    request: { provider: string; next: string | undefined; link: boolean },
  ): Promise<{ url: URL; secret: string; expiresAt: Date }> {
    const provider = this.#provider(request.provider);
    if (request.link && account === null)
      throw new DomainError('not-signed-in', 'Sign in before you add another way to sign in.');
    const secret = newSecret(randomBytes);
    const attempt = {
      state: openId.randomState(),
      nonce: openId.randomNonce(),
      codeVerifier: openId.randomPKCECodeVerifier(),
    };
    const url = await provider
      .authorizationUrl(attempt, this.#callbackUrl(provider.id))
      .catch((error: unknown) => {
        throw new DomainError('provider-unavailable', `${provider.label} does not answer right now.`, {
          fix: 'Try again in a minute, or sign in another way.',
          cause: error,
        });
      });
    const expiresAt = new Date(this.clock.now().getTime() + ATTEMPT_MS);
    await this.signIns.insertAttempt({
      ...attempt,
      secretHash: hashSecret(secret),
      provider: provider.id,
      nextPath: safeNextPath(request.next),
      accountId: request.link ? (account?.id ?? null) : null,
      expiresAt,
    });
    return { url, secret, expiresAt };
  }

  /** The browser is back. `query`: with what. @returns the session, null where an identity was added to one that is open. */
  async finish(
    account: Account | null,
    request: { provider: string; secret: string | null; query: string },
  ): Promise<{ session: OpenedSession | null; nextPath: string }> {
    const provider = this.#provider(request.provider);
    const attempt =
      request.secret === null ? null : await this.signIns.takeAttempt(hashSecret(request.secret));
    if (
      attempt === null ||
      attempt.provider !== provider.id ||
      attempt.expiresAt <= this.clock.now() ||
      (attempt.accountId !== null && attempt.accountId !== account?.id)
    )
      throw signInFailed(provider.label);
    const callbackUrl = this.#callbackUrl(provider.id);
    callbackUrl.search = request.query;
    const identity = await provider.identify(attempt, callbackUrl).catch((error: unknown) => {
      this.#logger.warn(`${provider.id}: ${error instanceof Error ? error.message : String(error)}`);
      throw signInFailed(provider.label, error);
    });
    const session = await this.transactions.run(() => this.#accept(provider, identity, attempt.accountId));
    return { session, nextPath: attempt.nextPath };
  }

  async listIdentities(account: Account): Promise<{ identities: StoredIdentity[]; hasPassword: boolean }> {
    return {
      identities: await this.signIns.listIdentities(account.id),
      hasPassword: await this.accounts.hasPassword(account),
    };
  }

  async removeIdentity(account: Account, id: string): Promise<void> {
    const { identities, hasPassword } = await this.listIdentities(account);
    const identity = identities.find((candidate) => candidate.id === id);
    if (identity === undefined)
      throw new DomainError('provider-not-found', 'You have no such way to sign in.');
    if (!hasPassword && identities.length === 1)
      throw new DomainError('last-sign-in', 'This is the only way to sign in to your account.', {
        fix: 'Add another one first.',
      });
    await this.transactions.run(async () => {
      await this.signIns.deleteIdentity(id, account.id);
      if (identity.issuer === ORCID_ISSUER) await this.accounts.setVerifiedOrcid(account.id, null);
    });
  }

  async #accept(
    provider: SignInProvider,
    identity: Identity,
    linkTo: string | null,
  ): Promise<OpenedSession | null> {
    await this.signIns.lockIdentity(identity.issuer, identity.subject);
    const known = await this.signIns.findAccountOf(identity.issuer, identity.subject);
    const sameEmail =
      identity.verifiedEmail === null ? null : await this.accounts.findByEmail(identity.verifiedEmail);
    const decision = decideSignIn({
      identity,
      linkTo,
      known,
      sameEmail:
        sameEmail === null ? null : { accountId: sameEmail.id, isEmailVerified: sameEmail.isEmailVerified },
    });
    switch (decision.kind) {
      case 'refuse':
        throw refused(decision.reason, provider.label);
      case 'sign-in':
        return linkTo === null ? this.accounts.openSessionOf(decision.accountId) : null;
      case 'link':
        await this.#link(provider, identity, decision.accountId);
        return linkTo === null ? this.accounts.openSessionOf(decision.accountId) : null;
      case 'create': {
        const account = await this.accounts.createVerified({
          displayName: nameFrom(identity.name) ?? `${provider.label} user`,
          email: decision.email,
        });
        await this.#link(provider, identity, account.id);
        return this.accounts.openSessionOf(account.id);
      }
    }
  }

  async #link(provider: SignInProvider, identity: Identity, accountId: string): Promise<void> {
    await this.signIns.insertIdentity({
      id: randomUUID(),
      accountId,
      provider: provider.id,
      issuer: identity.issuer,
      subject: identity.subject,
      name: identity.issuer === ORCID_ISSUER ? identity.subject : identity.name || identity.subject,
      linkedAt: this.clock.now(),
    });
    if (identity.issuer === ORCID_ISSUER) await this.accounts.setVerifiedOrcid(accountId, identity.subject);
  }

  #provider(id: string): SignInProvider {
    const provider = this.#providers.find((candidate) => candidate.id === id);
    if (provider === undefined)
      throw new DomainError('provider-not-found', `This platform has no sign-in by '${id}'.`);
    return provider;
  }

  #callbackUrl(provider: string): URL {
    return new URL(`/api/auth/providers/${provider}/callback`, this.config.publicUrl);
  }
}

/** A name as another site tells it, if it is one that somebody could give himself here. */
function nameFrom(told: string): string | null {
  return displayNameSchema.safeParse(told.slice(0, 80)).data ?? null;
}

/** One answer for everything that is off with what came back. */
function signInFailed(label: string, cause?: unknown): DomainError {
  return new DomainError('sign-in-failed', `The sign-in by ${label} did not work.`, {
    fix: 'Begin again from the sign-in page, in one browser window, within ten minutes.',
    cause,
  });
}

function refused(reason: 'identity-taken' | 'email-taken', label: string): DomainError {
  return reason === 'identity-taken'
    ? new DomainError('identity-taken', `This ${label} identity belongs to another account here.`, {
        fix: 'Sign out and sign in with it, or remove it there first.',
      })
    : new DomainError(
        'email-taken',
        'There is an account with your e-mail address, which was not confirmed here.',
        {
          fix: `Choose a new password by mail or sign in with the old one, then add ${label} on your account page.`,
        },
      );
}
