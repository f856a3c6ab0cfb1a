import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { ObjectClaimsRepository } from './object-claims.repository.js';
import { ObjectStore, type StoredObject } from './object-store.js';

/**
 * Who writes the first reference to an object claims it before, in the same transaction: until that ends, the object is not
 * collected. A reference that is copied from one that stays needs no claim.
 */
@Injectable()
export class ObjectClaims {
  constructor(
    private readonly claims: ObjectClaimsRepository,
    private readonly store: ObjectStore,
  ) {}

  /** @returns its size in bytes, or null when it is not there. */
  async claim(sha256: string): Promise<number | null> {
    await this.claims.lockShared(sha256);
    return this.store.sizeOf(sha256);
  }

  /**
   * @param fix - what the sender does about one that is not there.
   * @throws DomainError `invalid-request` naming it.
   */
  async require(objects: readonly StoredObject[], fix: string): Promise<void> {
    for (const { sha256, sizeBytes } of objects) {
      const found = await this.claim(sha256);
      if (found === sizeBytes) continue;
      throw new DomainError(
        'invalid-request',
        `Object ${sha256} of ${sizeBytes} bytes is not in the store (found: ${found ?? 'nothing'}).`,
        { fix },
      );
    }
  }

  /** For collection: no claim of these is open, and none is granted before the transaction ends. */
  takeUnclaimed(sha256s: readonly string[]): Promise<string[]> {
    return this.claims.tryLock(sha256s);
  }
}
