import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Role, TokenScope, TokenView } from '@sillage/contracts';
import { QueryFailedError } from 'typeorm';
import { Database } from '../database/database.js';
import { AccountEntity, ApiTokenEntity, MailLinkEntity, SessionEntity } from '../database/entities/index.js';
import type { Account } from '../identity/domain/account.js';

const UNIQUE_VIOLATION = '23505';

export type NewToken = {
  id: string;
  accountId: string;
  name: string;
  tokenHash: string;
  scopes: TokenScope[];
  createdAt: Date;
  expiresAt: Date;
};

export type MailLinkPurpose = 'verify-email' | 'reset-password';
export type NewMailLink = {
  secretHash: string;
  accountId: string;
  purpose: MailLinkPurpose;
  email: string;
  createdAt: Date;
  expiresAt: Date;
};

type StoredToken = {
  id: string;
  account: Account;
  scopes: TokenScope[];
  expiresAt: Date;
  lastUsedAt: Date | null;
};

function toAccount(entity: AccountEntity): Account {
  return {
    id: entity.id,
    email: entity.email,
    isEmailVerified: entity.emailVerifiedAt !== null,
    displayName: entity.displayName,
    role: entity.role,
    affiliation: entity.affiliation,
    orcid: entity.orcid,
    isOrcidVerified: entity.isOrcidVerified,
    webPage: entity.webPage,
    createdAt: entity.createdAt,
  };
}

function toTokenView(entity: ApiTokenEntity): TokenView {
  return {
    id: entity.id,
    name: entity.name,
    scopes: entity.scopes,
    createdAt: entity.createdAt.toISOString(),
    expiresAt: entity.expiresAt.toISOString(),
    lastUsedAt: entity.lastUsedAt?.toISOString() ?? null,
  };
}

@Injectable()
export class AccountsRepository {
  constructor(private readonly database: Database) {}

  /** @returns false when the address is taken. */
  async insert(account: Account, passwordHash: string | null): Promise<boolean> {
    try {
      const { isEmailVerified, ...columns } = account;
      await this.database.manager.insert(AccountEntity, {
        ...columns,
        emailVerifiedAt: isEmailVerified ? account.createdAt : null,
        unsubscribeSecret: randomUUID(),
        passwordHash,
      });
      return true;
    } catch (error) {
      if (error instanceof QueryFailedError && error.driverError.code === UNIQUE_VIOLATION) return false;
      throw error;
    }
  }

  async findByEmail(email: string): Promise<{ account: Account; passwordHash: string | null } | null> {
    const entity = await this.database.manager.findOneBy(AccountEntity, { email });
    return entity === null ? null : { account: toAccount(entity), passwordHash: entity.passwordHash };
  }

  async findById(id: string): Promise<Account | null> {
    const entity = await this.database.manager.findOneBy(AccountEntity, { id });
    return entity === null ? null : toAccount(entity);
  }

  async listOrganisers(): Promise<Account[]> {
    const entities = await this.database.manager.find(AccountEntity, {
      where: { role: 'organiser' },
      order: { createdAt: 'ASC' },
    });
    return entities.map(toAccount);
  }

  async setRole(id: string, role: Role): Promise<void> {
    await this.database.manager.update(AccountEntity, { id }, { role });
  }

  async hasPassword(id: string): Promise<boolean> {
    const entity = await this.database.manager.findOneBy(AccountEntity, { id });
    return entity !== null && entity.passwordHash !== null;
  }

  async setVerifiedOrcid(id: string, orcid: string | null): Promise<void> {
    await this.database.query(
      `update accounts set orcid = coalesce($2, orcid), is_orcid_verified = $2::text is not null where id = $1`,
      [id, orcid],
    );
  }

  /** Until the end of the transaction no other link is mailed to this account. */
  async lockMailLinks(accountId: string): Promise<void> {
    await this.database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `mail links ${accountId}`,
    ]);
  }

  /** Made since then and not used. */
  async countMailLinks(accountId: string, purpose: MailLinkPurpose, since: Date): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from mail_links where account_id = $1 and purpose = $2 and created_at > $3`,
      [accountId, purpose, since],
    );
    return row?.count ?? 0;
  }

  async insertMailLink(link: NewMailLink): Promise<void> {
    await this.database.manager.insert(MailLinkEntity, link);
  }

  /** @returns the account and the address that the link was mailed to, once; null for any other secret. */
  async takeMailLink(
    secretHash: string,
    purpose: MailLinkPurpose,
    now: Date,
  ): Promise<{ accountId: string; email: string } | null> {
    const [link] = await this.database.query<{ accountId: string; email: string }>(
      `delete from mail_links where secret_hash = $1 and purpose = $2 and expires_at > $3
       returning account_id as "accountId", email`,
      [secretHash, purpose, now],
    );
    return link ?? null;
  }

  async deleteMailLinksExpiredBefore(now: Date): Promise<void> {
    await this.database.query('delete from mail_links where expires_at < $1', [now]);
  }

  /** Nothing happens where the account has another address by now. */
  async setEmailVerified(id: string, email: string, at: Date): Promise<void> {
    await this.database.query(
      'update accounts set email_verified_at = coalesce(email_verified_at, $3) where id = $1 and email = $2',
      [id, email, at],
    );
  }

  /** Whoever is signed in has to sign in again, and every API token stops. */
  async replacePassword(id: string, passwordHash: string): Promise<void> {
    await this.database.manager.update(AccountEntity, { id }, { passwordHash });
    await this.database.manager.delete(SessionEntity, { accountId: id });
    await this.database.manager.delete(ApiTokenEntity, { accountId: id });
  }

  async setProfile(
    id: string,
    profile: Pick<Account, 'displayName' | 'affiliation' | 'orcid' | 'webPage'>,
  ): Promise<void> {
    await this.database.manager.update(AccountEntity, { id }, profile);
  }

  async insertSession(session: { tokenHash: string; accountId: string; createdAt: Date; expiresAt: Date }) {
    await this.database.manager.insert(SessionEntity, session);
  }

  async findSession(tokenHash: string): Promise<{ account: Account; expiresAt: Date } | null> {
    const entity = await this.database.manager.findOne(SessionEntity, {
      where: { tokenHash },
      relations: { account: true },
    });
    return entity === null ? null : { account: toAccount(entity.account), expiresAt: entity.expiresAt };
  }

  async deleteSession(tokenHash: string): Promise<void> {
    await this.database.manager.delete(SessionEntity, { tokenHash });
  }

  async deleteSessionsExpiredBefore(now: Date): Promise<void> {
    await this.database.query('delete from sessions where expires_at < $1', [now]);
  }

  async insertToken(token: NewToken): Promise<void> {
    await this.database.manager.insert(ApiTokenEntity, { ...token, lastUsedAt: null });
  }

  async listTokens(accountId: string): Promise<TokenView[]> {
    const entities = await this.database.manager.find(ApiTokenEntity, {
      where: { accountId },
      order: { createdAt: 'DESC' },
    });
    return entities.map(toTokenView);
  }

  async findToken(tokenHash: string): Promise<StoredToken | null> {
    const entity = await this.database.manager.findOne(ApiTokenEntity, {
      where: { tokenHash },
      relations: { account: true },
    });
    if (entity === null) return null;
    return {
      id: entity.id,
      account: toAccount(entity.account),
      scopes: entity.scopes,
      expiresAt: entity.expiresAt,
      lastUsedAt: entity.lastUsedAt,
    };
  }

  async setTokenUsed(id: string, lastUsedAt: Date): Promise<void> {
    await this.database.manager.update(ApiTokenEntity, { id }, { lastUsedAt });
  }

  /** @returns whether the account had such a token. */
  async deleteToken(id: string, accountId: string): Promise<boolean> {
    const result = await this.database.manager.delete(ApiTokenEntity, { id, accountId });
    return (result.affected ?? 0) > 0;
  }

  async deleteTokensNamed(accountId: string, name: string): Promise<void> {
    await this.database.manager.delete(ApiTokenEntity, { accountId, name });
  }
}
