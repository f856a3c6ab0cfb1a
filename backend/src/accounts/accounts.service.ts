import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
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
import { BoardChanges } from '../evaluations/board-changes.js';
import { DomainError } from '../errors/domain-error.js';
import { addLogFields } from '../logging/log-fields.js';
import { MailService } from '../mail/mail.service.js';
import { Transactions } from '../transactions/transactions.js';
import { AccountsRepository, type MailLinkPurpose } from './accounts.repository.js';
import { BUILT_IN_ORGANISER_EMAIL, EMPTY_PROFILE, type Account } from '../identity/domain/account.js';
import { hashSecret, newApiToken, newSecret } from '../identity/domain/secret.js';

const MS_PER_DAY = 86_400_000;
/** A token's last use is kept to the minute: a write for every request would cost more than it tells. */
const LAST_USED_PRECISION_MS = 60_000;
/** Of an account, while they are valid. */
const MAX_TOKENS = 100;
const BUILT_IN_TOKEN_NAME = 'SILLAGE_ORGANISER_TOKEN';
const BUILT_IN_TOKEN_DAYS = 3660;

/** Whoever asks without end, for an address that need not be his own, does not fill its mailbox. */
const MAX_LINKS_PER_HOUR = 5;
const MS_PER_HOUR = 3_600_000;

type MailWords = { subject: string; text: string };

const MAIL_LINKS: Record<MailLinkPurpose, MailWords & { lifetimeMs: number; path: string }> = {
  'verify-email': {
    lifetimeMs: 7 * MS_PER_DAY,
    path: '/verify-email',
    subject: 'Sillage: confirm your e-mail address',
    text: 'Open this link to confirm that this address is yours. A new account opens by it, and mails about your scores are sent to confirmed addresses only. It works for seven days.',
  },
  'reset-password': {
    lifetimeMs: MS_PER_DAY / 24,
    path: '/reset-password',
    subject: 'Sillage: choose a new password',
    text: 'Open this link to choose a new password. It works for an hour; API tokens and open sessions end when you use it.',
  },
};

/** With a link to a new password. */
const HAS_ACCOUNT: MailWords = {
  subject: 'Sillage: you have an account already',
  text: 'Somebody, most likely you, asked for a new account with this address. There is one already: sign in with its password. If you forgot it, this link lets you choose a new one. It works for an hour; API tokens and open sessions end when you use it.',
};

export type OpenedSession = { account: Account; token: string; expiresAt: Date };

@Injectable()
export class AccountsService {
  readonly #logger = new Logger('accounts');
  /** Verified when the address is unknown, so that the reply takes as long as for a known one. */
  readonly #decoyHash = hash(newSecret(randomBytes));

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly boards: BoardChanges,
    private readonly mail: MailService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @returns null where mails are sent: the account opens by the mailed link, and whoever asks does not learn whether the address
   * had one. Both ways do the same work.
   */
  async register(request: RegisterRequest): Promise<OpenedSession | null> {
    const account: Account = {
      id: randomUUID(),
      email: request.email,
      displayName: request.displayName,
      role: 'participant',
      ...EMPTY_PROFILE,
      createdAt: this.clock.now(),
    };
    const isNew = await this.accounts.insert(account, await hash(request.password));
    if (this.mail.isOn) {
      const known = await this.accounts.findByEmail(request.email);
      if (isNew) await this.#mailLink(account, 'verify-email');
      else if (known !== null) await this.#mailLink(known.account, 'reset-password', HAS_ACCOUNT);
      return null;
    }
    if (!isNew)
      throw new DomainError('email-taken', 'There is an account with this e-mail address already.', {
        fix: 'Sign in instead, or register with another address.',
      });
    return this.#openSession(account);
  }

  /** One answer for a wrong password, an unknown address and one that was not confirmed, after the same work. */
  async signIn(request: SignInRequest): Promise<OpenedSession> {
    const known = await this.accounts.findByEmail(request.email);
    const isRight = await verify(known?.passwordHash ?? (await this.#decoyHash), request.password);
    const isOpen = known?.account.isEmailVerified === true || !this.mail.isOn;
    if (known === null || known.passwordHash === null || !isRight || !isOpen) {
      addLogFields({ accountId: known?.account.id });
      const hint = this.mail.isOn ? ' A new account opens by the link that was mailed to you.' : '';
      throw new DomainError('wrong-credentials', 'E-mail address or password is wrong.', {
        fix: `Check both; a password has upper and lower case.${hint}`,
      });
    }
    return this.#openSession(known.account);
  }

  /** Mails the link again. @returns whether this platform sends mails. */
  async askToVerifyEmail(account: Account): Promise<boolean> {
    if (!account.isEmailVerified && !(await this.#mailLink(account, 'verify-email')))
      throw new DomainError(
        'too-many-requests',
        `${MAX_LINKS_PER_HOUR} mails with this link were sent to you within an hour.`,
        { fix: 'Look among unwanted mails, and ask again in an hour.' },
      );
    return this.mail.isOn && account.email !== null;
  }

  async verifyEmail(secret: string): Promise<void> {
    await this.transactions.run(async () => {
      const now = this.clock.now();
      const link = await this.accounts.takeMailLink(hashSecret(secret), 'verify-email', now);
      if (link === null) throw linkOver();
      await this.accounts.setEmailVerified(link.accountId, link.email, now);
    });
  }

  /** Says nothing about whether there is such an account, neither in words nor in time: nobody waits for what is done. */
  askToResetPassword(email: string): void {
    this.#mailReset(email).catch((error: unknown) => {
      this.#logger.error(
        `could not mail a new password: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  async #mailReset(email: string): Promise<void> {
    const known = await this.accounts.findByEmail(email);
    if (known !== null) await this.#mailLink(known.account, 'reset-password');
  }

  /** The link proves the address too. Sessions and API tokens of the account end. */
  async resetPassword(secret: string, password: string): Promise<void> {
    const passwordHash = await hash(password);
    await this.transactions.run(async () => {
      const now = this.clock.now();
      const link = await this.accounts.takeMailLink(hashSecret(secret), 'reset-password', now);
      if (link === null) throw linkOver();
      await this.#replacePassword(link.accountId, link.email, passwordHash);
      await this.accounts.setEmailVerified(link.accountId, link.email, now);
    });
  }

  /** By somebody who knows the current one. Sessions and API tokens end, but for the session that this one opens. */
  async changePassword(account: Account, current: string, password: string): Promise<OpenedSession> {
    const known = account.email === null ? null : await this.accounts.findByEmail(account.email);
    if (known === null || known.passwordHash === null || !(await verify(known.passwordHash, current)))
      throw new DomainError('wrong-credentials', 'The current password is wrong.', {
        fix: 'Check it; a password has upper and lower case.',
      });
    const passwordHash = await hash(password);
    return this.transactions.run(async () => {
      await this.#replacePassword(account.id, account.email, passwordHash);
      return this.#openSession(account);
    });
  }

  async #replacePassword(accountId: string, email: string | null, passwordHash: string): Promise<void> {
    await this.accounts.replacePassword(accountId, passwordHash);
    if (!this.mail.isOn || email === null) return;
    await this.mail.write({
      to: email,
      subject: 'Sillage: your password was changed',
      body: 'The password of your account was just changed, and all its sessions and API tokens ended. If it was not you, ask for a new password at once, and write to the organisers.\n',
      unsubscribeUrl: null,
    });
  }

  /** @returns false where so many were mailed that this one is not. */
  async #mailLink(
    account: Account,
    purpose: MailLinkPurpose,
    { subject, text }: MailWords = MAIL_LINKS[purpose],
  ): Promise<boolean> {
    const { email } = account;
    if (!this.mail.isOn || email === null) return true;
    const secret = newSecret(randomBytes);
    const { lifetimeMs, path } = MAIL_LINKS[purpose];
    const createdAt = this.clock.now();
    const link = new URL(`${path}#${secret}`, this.config.publicUrl).href;
    return this.transactions.run(async () => {
      await this.accounts.lockMailLinks(account.id);
      const since = new Date(createdAt.getTime() - MS_PER_HOUR);
      if ((await this.accounts.countMailLinks(account.id, purpose, since)) >= MAX_LINKS_PER_HOUR)
        return false;
      await this.accounts.insertMailLink({
        secretHash: hashSecret(secret),
        accountId: account.id,
        purpose,
        email,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + lifetimeMs),
      });
      await this.mail.write({
        to: email,
        subject,
        body: `${text}\n\n${link}\n\nThe link works once. If you did not ask for it, do nothing.\n`,
        unsubscribeUrl: null,
      });
      return true;
    });
  }

  async findByEmail(email: string): Promise<Account | null> {
    return (await this.accounts.findByEmail(email))?.account ?? null;
  }

  hasPassword(account: Account): Promise<boolean> {
    return this.accounts.hasPassword(account.id);
  }

  /** Of somebody whom another site has identified; the address is one that it has verified. */
  async createVerified(person: { displayName: string; email: string | null }): Promise<Account> {
    const account: Account = {
      id: randomUUID(),
      ...person,
      role: 'participant',
      ...EMPTY_PROFILE,
      isEmailVerified: person.email !== null,
      createdAt: this.clock.now(),
    };
    if (!(await this.accounts.insert(account, null)))
      throw new DomainError('email-taken', 'There is an account with this e-mail address already.');
    return account;
  }

  /** Null: the iD is kept as one that somebody typed. */
  async setVerifiedOrcid(accountId: string, orcid: string | null): Promise<void> {
    await this.accounts.setVerifiedOrcid(accountId, orcid);
  }

  async openSessionOf(accountId: string): Promise<OpenedSession> {
    const account = await this.accounts.findById(accountId);
    if (account === null) throw new Error(`there is no account ${accountId}`);
    return this.#openSession(account);
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
    const valid = (await this.accounts.listTokens(account.id)).filter(
      ({ expiresAt }) => new Date(expiresAt) > createdAt,
    );
    if (valid.length >= MAX_TOKENS)
      throw new DomainError('not-allowed', `You have ${MAX_TOKENS} API tokens that are valid.`, {
        fix: 'Delete those that you do not use on your account page, and ask again.',
      });
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
        await this.boards.authorChanged({ accountId: account.id });
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
    await this.accounts.deleteMailLinksExpiredBefore(this.clock.now());
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

/** The same for links that never were, were used, or are too old. */
function linkOver(): DomainError {
  return new DomainError('link-over', 'This link is not valid: it was used or has expired.', {
    fix: 'Ask for a new mail.',
  });
}
