import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { ObjectClaimsRepository } from './object-claims.repository.js';
import { ObjectReferencesRepository } from './object-references.repository.js';
import { ObjectStore, type ListedObject, type StoredObject } from './object-store.js';

/**
 * Who writes the first reference to an object claims it before, in the same transaction: until that ends, the object is not
 * collected. A reference that is copied from one that stays needs no claim.
 */
@Injectable()
export class ObjectClaims {
  constructor(
    private readonly claims: ObjectClaimsRepository,
    private readonly references: ObjectReferencesRepository,
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

  /** Everything that is referred to, as the first of the kinds that it is. @param usedSince - uploads that were used earlier do not count. */
  listReferences: ObjectReferencesRepository['list'] = (usedSince) => this.references.list(usedSince);

  /** Those of some objects that are referred to. */
  findReferenced: ObjectReferencesRepository['findAmong'] = (sha256s, usedSince) =>
    this.references.findAmong(sha256s, usedSince);

  /**
   * Removes a few objects, each under a lock that whoever is about to refer to it needs too. What is referred to, or about to
   * be, stays. In the transaction that took the last reference away, if there is one.
   * @param writtenBefore - what was written since stays too; null: no matter when.
   * @returns null while a backup is written: nothing is removed then, and a later collection finds what is left.
   */
  async removeUnreferenced(
    sha256s: readonly string[],
    { usedSince, writtenBefore }: { usedSince: Date; writtenBefore: Date | null },
  ): Promise<ListedObject[] | null> {
    if (!(await this.claims.mayRemove())) return null;
    const unclaimed = await this.claims.tryLock(sha256s);
    // A statement of its own, after the locks: it sees what those who held them have committed.
    const referenced = await this.references.findAmong(unclaimed, usedSince);
    const removed: ListedObject[] = [];
    for (const sha256 of unclaimed) {
      const object = referenced.has(sha256) ? null : await this.store.find(sha256);
      if (object === null || (writtenBefore !== null && object.writtenAt >= writtenBefore)) continue;
      await this.store.remove(sha256);
      removed.push(object);
    }
    return removed;
  }
}
