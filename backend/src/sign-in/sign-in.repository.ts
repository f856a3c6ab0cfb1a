import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { IdentityEntity, SignInAttemptEntity } from '../database/entities/index.js';

export type StoredAttempt = {
  secretHash: string;
  provider: string;
  state: string;
  nonce: string;
  codeVerifier: string;
  nextPath: string;
  accountId: string | null;
  expiresAt: Date;
};

export type StoredIdentity = {
  id: string;
  accountId: string;
  provider: string;
  issuer: string;
  subject: string;
  name: string;
  linkedAt: Date;
};

@Injectable()
export class SignInRepository {
  constructor(private readonly database: Database) {}

  async insertAttempt(attempt: StoredAttempt): Promise<void> {
    await this.database.query('delete from sign_in_attempts where expires_at < $1', [
      new Date(attempt.expiresAt.getTime() - 86_400_000),
    ]);
    await this.database.manager.insert(SignInAttemptEntity, attempt);
  }

  /** An attempt is taken once, whatever comes of it. */
  async takeAttempt(secretHash: string): Promise<StoredAttempt | null> {
    const [attempt] = await this.database.query<StoredAttempt>(
      `delete from sign_in_attempts where secret_hash = $1
       returning secret_hash as "secretHash", provider, state, nonce, code_verifier as "codeVerifier",
         next_path as "nextPath", account_id as "accountId", expires_at as "expiresAt"`,
      [secretHash],
    );
    return attempt ?? null;
  }

  /** Two callbacks of one identity come one after the other. */
  async lockIdentity(issuer: string, subject: string): Promise<void> {
    await this.database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${issuer} ${subject}`,
    ]);
  }

  async findAccountOf(issuer: string, subject: string): Promise<string | null> {
    const identity = await this.database.manager.findOneBy(IdentityEntity, { issuer, subject });
    return identity?.accountId ?? null;
  }

  async insertIdentity(identity: StoredIdentity): Promise<void> {
    await this.database.manager.insert(IdentityEntity, identity);
  }

  async listIdentities(accountId: string): Promise<StoredIdentity[]> {
    return this.database.manager.find(IdentityEntity, { where: { accountId }, order: { linkedAt: 'ASC' } });
  }

  async deleteIdentity(id: string, accountId: string): Promise<void> {
    await this.database.manager.delete(IdentityEntity, { id, accountId });
  }
}
