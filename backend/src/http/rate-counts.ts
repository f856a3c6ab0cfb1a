import { Injectable } from '@nestjs/common';
import { ThrottlerStorageService, type ThrottlerStorage } from '@nestjs/throttler';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { RateCountsRepository } from './rate-counts.repository.js';
import type { Count } from './rate-limit.js';

const COUNTED_TOGETHER: ReadonlySet<string> = new Set<Count>(['auth', 'account']);

/**
 * Where requests are counted. Tries of passwords are counted in the database, so that several API processes do not allow several
 * times as many; other requests in each process, since a write for every read would cost more than it protects.
 */
@Injectable()
export class RateCounts extends PeriodicTask implements ThrottlerStorage {
  readonly #inProcess = new ThrottlerStorageService();

  constructor(private readonly counts: RateCountsRepository) {
    super({ name: 'rate-counts', purpose: 'forget old counts of requests', intervalMs: 3_600_000 });
  }

  // The five parameters are the library's.
  async increment(...[key, ttlMs, limit, blockMs, name]: Parameters<ThrottlerStorage['increment']>) {
    if (!COUNTED_TOGETHER.has(name)) return this.#inProcess.increment(key, ttlMs, limit, blockMs, name);
    const { hits, leftS } = await this.counts.increment(key, ttlMs);
    return { totalHits: hits, timeToExpire: leftS, isBlocked: hits > limit, timeToBlockExpire: leftS };
  }

  protected async round(): Promise<void> {
    await this.counts.forgetOld();
  }
}
