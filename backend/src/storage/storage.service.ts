import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { ObjectStore, type ListedObject } from '../object-store/object-store.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService } from '../uploads/uploads.service.js';
import { add, NOTHING, surveyStore, type Amount, type StoreSurvey } from './domain/store-survey.js';
import { StorageRepository, type Collection } from './storage.repository.js';

const PLATFORM = 'Sillage';
/** Locks are held for so many removals; who wants to refer to one of them waits. */
const BATCH = 20;
/** A request should not last longer than a proxy waits. */
const MOST_REMOVED = 2_000;
/** Listing a bucket takes a request for each thousand objects: not at every look at a page. */
const FRESH_MS = 300_000;

export type StorageStanding = StoreSurvey & {
  at: Date;
  uploads: Amount;
  lastCollection: Collection | null;
};

/** What lies in the store, and the collection of what nothing refers to. */
@Injectable()
export class StorageService {
  #last: StorageStanding | null = null;

  constructor(
    private readonly storage: StorageRepository,
    private readonly store: ObjectStore,
    private readonly claims: ObjectClaims,
    private readonly uploads: UploadsService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async measure(): Promise<StorageStanding> {
    const at = this.clock.now();
    const bound = this.#boundAt(at);
    const survey = await surveyStore(this.store.list(), await this.claims.listReferences(bound), bound);
    this.#last = {
      ...survey,
      at,
      collectable: await this.#stillUnreferenced(survey.collectable, bound),
      missing: await this.#stillMissing(survey.missing, bound),
      uploads: await this.uploads.measureFolder(),
      lastCollection: await this.storage.findLast(),
    };
    return this.#last;
  }

  /** As it was some minutes ago, if this process measured then. */
  async recent(): Promise<StorageStanding> {
    const isFresh = this.#last !== null && this.clock.now().getTime() - this.#last.at.getTime() < FRESH_MS;
    if (!isFresh || this.#last === null) return this.measure();
    return { ...this.#last, lastCollection: await this.storage.findLast() };
  }

  /** @param actor - null: the platform itself. */
  async collect(actor: Account | null): Promise<Collection> {
    const [id, startedAt] = [randomUUID(), this.clock.now()];
    await this.storage.start(id, { startedAt, startedBy: actor?.displayName ?? PLATFORM });
    return this.#collect(actor, { id, startedAt });
  }

  /** @returns null where the last one is not long enough ago, or another process has just begun. */
  async collectIfDue(): Promise<Collection | null> {
    const { collectEveryMs } = this.config;
    if (collectEveryMs === null) return null;
    const [id, startedAt] = [randomUUID(), this.clock.now()];
    const isDue = await this.transactions.run(async () => {
      await this.storage.lockStarts();
      const last = await this.storage.findLastStart();
      if (last !== null && startedAt.getTime() - last.getTime() < collectEveryMs) return false;
      await this.storage.start(id, { startedAt, startedBy: PLATFORM });
      return true;
    });
    return isDue ? this.#collect(null, { id, startedAt }) : null;
  }

  async #collect(
    actor: Account | null,
    { id, startedAt }: { id: string; startedAt: Date },
  ): Promise<Collection> {
    const bound = this.#boundAt(startedAt);
    const leftInStore = await this.store.removeLeftovers(bound);
    const forgotten = await this.uploads.removeForgottenFiles(bound);
    const { collectable } = await this.measure();
    const chosen = collectable.slice(0, MOST_REMOVED);
    const { removed, triedCount } = await this.#removeInBatches(chosen, bound);
    this.#last = null;
    const collection: Collection = {
      id,
      startedAt,
      finishedAt: this.clock.now(),
      startedBy: actor?.displayName ?? PLATFORM,
      removed,
      leftovers: {
        count: leftInStore.count + forgotten.count,
        sizeBytes: leftInStore.sizeBytes + forgotten.sizeBytes,
      },
      remainingCount: collectable.length - triedCount,
    };
    await this.transactions.run(async () => {
      await this.storage.finish(collection);
      const hasRemoved = removed.count + collection.leftovers.count > 0;
      if (hasRemoved || actor !== null) await this.#record(actor, collection);
    });
    return collection;
  }

  async #removeInBatches(
    objects: readonly ListedObject[],
    bound: Date,
  ): Promise<{ removed: Amount; triedCount: number }> {
    let removed = NOTHING;
    for (let first = 0; first < objects.length; first += BATCH) {
      const batch = objects.slice(first, first + BATCH).map(({ sha256 }) => sha256);
      const gone = await this.transactions.run(() =>
        this.claims.removeUnreferenced(batch, { usedSince: bound, writtenBefore: bound }),
      );
      // A backup is being written: what is left goes another time.
      if (gone === null) return { removed, triedCount: first };
      removed = gone.reduce(add, removed);
    }
    return { removed, triedCount: objects.length };
  }

  async #stillUnreferenced(objects: ListedObject[], bound: Date): Promise<ListedObject[]> {
    const referenced = await this.claims.findReferenced(
      objects.map(({ sha256 }) => sha256),
      bound,
    );
    return objects.filter(({ sha256 }) => !referenced.has(sha256));
  }

  /** What came or went while the store was listed is not missing. */
  async #stillMissing(missing: StoreSurvey['missing'], bound: Date): Promise<StoreSurvey['missing']> {
    const still: StoreSurvey['missing'] = [];
    for (const object of missing) if ((await this.store.sizeOf(object.sha256)) === null) still.push(object);
    const referenced = await this.claims.findReferenced(
      still.map(({ sha256 }) => sha256),
      bound,
    );
    return still.filter(({ sha256 }) => referenced.has(sha256));
  }

  async #record(
    actor: Account | null,
    { id, removed, leftovers, remainingCount }: Collection,
  ): Promise<void> {
    await this.audit.record({
      actor,
      action: 'store.collect',
      subject: { kind: 'store', id },
      summary: `Collected ${removed.count} ${removed.count === 1 ? 'object' : 'objects'} that nothing refers to, ${removed.sizeBytes} bytes.`,
      details: { removed, leftovers, remainingCount },
    });
  }

  #boundAt(now: Date): Date {
    return new Date(now.getTime() - this.config.collectGraceMs);
  }
}
