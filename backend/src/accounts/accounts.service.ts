import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { TOKEN_SCOPES } from '@sillage/contracts';
import type {
  CreatedToken,
  CreateTokenRequest,
  ProfileRequest,
  RegisterRequest,
  SignInRequest,
  TokenScope,
  TokenView,
} from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { DomainError } from '../errors/domain-error.js';
import { Transactions } from '../transactions/transactions.js';
import { AccountsRepository } from './accounts.repository.js';
import { EMPTY_PROFILE, type Account } from './domain/account.js';
import { hashSecret, newApiToken, newSecret } from './domain/secret.js';

const MS_PER_DAY = 86_400_000;
/** A token's last use is kept to the minute: a write for every request would cost more than it tells. */
const LAST_USED_PRECISION_MS = 60_000;
const BUILT_IN_ORGANISER_EMAIL = 'organiser@sillage.invalid';
const BUILT_IN_TOKEN_NAME = 'SILLAGE_ORGANISER_TOKEN';
const BUILT_IN_TOKEN_DAYS = 3660;

export type OpenedSession = { account: Account; token: string; expiresAt: Date };

@Injectable()
export class AccountsService {
  /** Verified when the address is unknown, so that the reply takes as long as for a known one. */
  readonly #decoyHash = hash(newSecret(randomBytes));

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly evaluations: EvaluationsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async register(request: RegisterRequest): Promise<OpenedSession> {
    const account: Account = {
      id: randomUUID(),
      email: request.email,
      displayName: request.displayName,
      role: 'participant',
      ...EMPTY_PROFILE,
      createdAt: this.clock.now(),
    };
    if (!(await this.accounts.insert(account, await hash(request.password)))) {
      throw new DomainError('email-taken', 'There is an account with this e-mail address already.', {
        fix: 'Sign in instead, or register with another address.',
      });
    }
    return this.#openSession(account);
  }

  /** One answer for a wrong password and an unknown address, after the same work. */
  async signIn(request: SignInRequest): Promise<OpenedSession> {
    const known = await this.accounts.findByEmail(request.email);
    const isRight = await verify(known?.passwordHash ?? (await this.#decoyHash), request.password);
    if (known === null || known.passwordHash === null || !isRight) {
      throw new DomainError('wrong-credentials', 'E-mail address or password is wrong.', {
        fix: 'Check both; a password has upper and lower case.',
      });
    }
    return this.#openSession(known.account);
  }

  async signOut(sessionToken: string): Promise<void> {
    await this.accounts.deleteSession(hashSecret(sessionToken));
  }

  /** @returns null for a session that never was, or is over. */
  async accountOfSession(sessionToken: string): Promise<Account | null> {
    const session = await this.accounts.findSession(hashSecret(sessionToken));
    return session === null || session.expiresAt <= this.clock.now() ? null : session.account;
  }

  /** @throws DomainError `not-signed-in` for an unknown token, `token-expired` for an old one. */
  async accountOfApiToken(secret: string): Promise<{ account: Account; scopes: TokenScope[] }> {
    const token = await this.accounts.findToken(hashSecret(secret));
    if (token === null) {
      throw new DomainError('not-signed-in', 'This API token is unknown.', {
        fix: 'Make a new token on your account page.',
      });
    }
    const now = this.clock.now();
    if (token.expiresAt <= now) {
      throw new DomainError('token-expired', `This API token expired at ${token.expiresAt.toISOString()}.`, {
        fix: 'Make a new token on your account page.',
      });
    }
    if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() > LAST_USED_PRECISION_MS) {
      await this.accounts.setTokenUsed(token.id, now);
    }
    return { account: token.account, scopes: token.scopes };
  }

  /**
   * `holds`: the scopes of the token with which this one is asked for, null in a signed-in browser. A token never makes one
   * that may do more than itself.
   */
  async createToken(
    account: Account,
    request: CreateTokenRequest,
    holds: readonly TokenScope[] | null,
  ): Promise<CreatedToken> {
    requireGrantable(account, request.scopes, holds);
    const secret = newApiToken(randomBytes);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + request.expiresInDays * MS_PER_DAY);
    const id = randomUUID();
    const scopes = TOKEN_SCOPES.filter((scope) => request.scopes.includes(scope));
    await this.accounts.insertToken({
      id,
      accountId: account.id,
      name: request.name,
      tokenHash: hashSecret(secret),
      scopes,
      createdAt,
      expiresAt,
    });
    return {
      id,
      name: request.name,
      scopes,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      lastUsedAt: null,
      secret,
    };
  }

  async changeProfile(account: Account, profile: ProfileRequest): Promise<Account> {
    if (account.isOrcidVerified && profile.orcid !== account.orcid)
      throw new DomainError('invalid-request', 'Your ORCID iD comes from your sign-in at ORCID.', {
        fix: 'Remove the ORCID sign-in from your account before you change it.',
        fields: [{ path: 'orcid', message: 'verified by ORCID; it cannot be edited' }],
      });
    await this.transactions.run(async () => {
      await this.accounts.setProfile(account.id, profile);
      if (profile.displayName !== account.displayName)
        await this.evaluations.authorChanged({ accountId: account.id });
    });
    return { ...account, ...profile };
  }

  listTokens(account: Account): Promise<TokenView[]> {
    return this.accounts.listTokens(account.id);
  }

  async deleteToken(account: Account, id: string): Promise<void> {
    if (!(await this.accounts.deleteToken(id, account.id))) {
      throw new DomainError('file-not-found', 'You have no such API token.');
    }
  }

  /** The operator's own account: its one token is the configured one, whatever was configured before. */
  async ensureBuiltInOrganiser(): Promise<void> {
    const secret = this.config.organiserToken;
    if (secret === null) return;
    await this.transactions.run(async () => {
      const now = this.clock.now();
      let account = (await this.accounts.findByEmail(BUILT_IN_ORGANISER_EMAIL))?.account;
      if (account === undefined) {
        account = {
          id: randomUUID(),
          email: BUILT_IN_ORGANISER_EMAIL,
          displayName: 'Organiser',
          role: 'organiser',
          ...EMPTY_PROFILE,
          createdAt: now,
        };
        await this.accounts.insert(account, null);
      }
      await this.accounts.deleteTokensNamed(account.id, BUILT_IN_TOKEN_NAME);
      await this.accounts.insertToken({
        id: randomUUID(),
        accountId: account.id,
        name: BUILT_IN_TOKEN_NAME,
        tokenHash: hashSecret(secret),
        scopes: [...TOKEN_SCOPES],
        createdAt: now,
        expiresAt: new Date(now.getTime() + BUILT_IN_TOKEN_DAYS * MS_PER_DAY),
      });
    });
  }

  async forgetExpiredSessions(): Promise<void> {
    await this.accounts.deleteSessionsExpiredBefore(this.clock.now());
  }

  async #openSession(account: Account): Promise<OpenedSession> {
    const token = newSecret(randomBytes);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + this.config.sessionMs);
    await this.accounts.insertSession({
      tokenHash: hashSecret(token),
      accountId: account.id,
      createdAt,
      expiresAt,
    });
    return { account, token, expiresAt };
  }
}

/** @throws DomainError for a scope that this account, or the token that asks, does not have itself. */
function requireGrantable(
  account: Account,
  scopes: readonly TokenScope[],
  holds: readonly TokenScope[] | null,
): void {
  if (scopes.includes('organise') && account.role !== 'organiser') {
    throw new DomainError('not-allowed', "Only an organiser's token can have the scope 'organise'.", {
      fix: "Leave it out: 'read' and 'submit' are what an evaluation needs.",
    });
  }
  const lacking = holds === null ? [] : scopes.filter((scope) => !holds.includes(scope));
  if (lacking.length > 0) {
    throw new DomainError(
      'scope-missing',
      `This API token does not have the scope ${lacking.map((scope) => `'${scope}'`).join(', ')} itself, so it cannot give it to another one.`,
      { fix: 'Make the token on your account page.' },
    );
  }
}
