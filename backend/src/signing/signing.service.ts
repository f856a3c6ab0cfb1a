import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { SigningKeysRepository, type StoredKey } from './signing-keys.repository.js';

const RECEIPTS = 'receipts';

/** Signs what the platform vouches for, with a key that is made at its first start and kept in its database. */
@Injectable()
export class SigningService implements OnApplicationBootstrap {
  #key: Promise<StoredKey> | null = null;

  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.key();
  }

  /** The key pair; only its public half may leave the process. */
  async key(): Promise<Pick<StoredKey, 'publicKey' | 'createdAt'>> {
    const { publicKey, createdAt } = await this.#load();
    return { publicKey, createdAt };
  }

  /** @returns 64 bytes, base64url. Source: RFC 8032, Ed25519. */
  async sign(text: string): Promise<{ publicKey: string; value: string }> {
    const { publicKey, privateKey } = await this.#load();
    const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
    return { publicKey, value: sign(null, Buffer.from(text, 'utf8'), key).toString('base64url') };
  }

  #load(): Promise<StoredKey> {
    this.#key ??= this.#findOrMake().catch((error: unknown) => {
      this.#key = null; // the database may be back at the next call
      throw error;
    });
    return this.#key;
  }

  async #findOrMake(): Promise<StoredKey> {
    const known = await this.keys.find(RECEIPTS);
    if (known !== null) return known;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    await this.keys.insertFirst(RECEIPTS, {
      publicKey: String(publicKey.export({ format: 'jwk' }).x),
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      createdAt: this.clock.now(),
    });
    const stored = await this.keys.find(RECEIPTS);
    if (stored === null) throw new Error('the signing key was not kept');
    return stored;
  }
}
