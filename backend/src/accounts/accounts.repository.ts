import { Injectable } from '@nestjs/common';
import type { TokenScope, TokenView } from '@sillage/contracts';
import { QueryFailedError } from 'typeorm';
import { Database } from '../database/database.js';
import { AccountEntity, ApiTokenEntity, SessionEntity } from '../database/entities/index.js';
import type { Account } from './domain/account.js';

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
      await this.database.manager.insert(AccountEntity, { ...account, passwordHash });
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
