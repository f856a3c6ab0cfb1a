import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

export type StoredKey = { publicKey: string; privateKey: string; createdAt: Date };

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  async find(purpose: string): Promise<StoredKey | null> {
    const [key] = await this.database.query<StoredKey>(
      `select public_key as "publicKey", private_key as "privateKey", created_at as "createdAt"
       from signing_keys where purpose = $1`,
      [purpose],
    );
    return key ?? null;
  }

  /** Keeps a key unless there is one already: of two processes that start together the first one wins. */
  async insertFirst(purpose: string, key: StoredKey): Promise<void> {
    await this.database.query(
      `insert into signing_keys (purpose, public_key, private_key, created_at) values ($1, $2, $3, $4)
       on conflict (purpose) do nothing`,
      [purpose, key.publicKey, key.privateKey, key.createdAt],
    );
  }
}
