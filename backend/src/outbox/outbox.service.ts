import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Transactions } from '../transactions/transactions.js';
import { pauseAfterMs } from './domain/backoff.js';
import type { OutboxEvent, StoredEvent } from './domain/outbox-event.js';
import { OutboxRepository } from './outbox.repository.js';

@Injectable()
export class OutboxService {
  readonly #logger = new Logger('outbox');

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Called in the transaction that makes it true: the event is there exactly if that is committed. */
  async record(event: OutboxEvent): Promise<void> {
    await this.outbox.insert({ id: randomUUID(), event, createdAt: this.clock.now() });
  }

  /**
   * Tells the next event; it is forgotten in the same transaction in which `tell` wrote what became of it. One that cannot be
   * told waits, longer each time, and holds nothing up. @returns whether there was one.
   */
  async tellNext(tell: (event: StoredEvent) => Promise<void>): Promise<boolean> {
    const taken: { event: StoredEvent | null } = { event: null };
    try {
      return await this.transactions.run(async () => {
        const event = await this.outbox.lockNext(this.clock.now());
        if (event === null) return false;
        taken.event = event;
        await tell(event);
        await this.outbox.remove(event.id);
        return true;
      });
    } catch (error) {
      await this.#postpone(taken.event, error);
      return true;
    }
  }

  async #postpone(event: StoredEvent | null, error: unknown): Promise<void> {
    if (event === null) throw error;
    const attempts = event.attempts + 1;
    const pauseMs = pauseAfterMs(attempts);
    await this.outbox.postpone(event.id, attempts, new Date(this.clock.now().getTime() + pauseMs));
    this.#logger.warn(
      `could not tell ${event.event.kind} (attempt ${attempts}, next in ${pauseMs / 1000} s): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
