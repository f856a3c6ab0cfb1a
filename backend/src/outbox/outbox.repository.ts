import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { OutboxEventEntity } from '../database/entities/index.js';
import type { OutboxEvent, StoredEvent } from './domain/outbox-event.js';

@Injectable()
export class OutboxRepository {
  constructor(private readonly database: Database) {}

  async insert(event: { id: string; event: OutboxEvent; createdAt: Date }): Promise<void> {
    await this.database.manager.insert(OutboxEventEntity, {
      ...event,
      attempts: 0,
      nextAttemptAt: event.createdAt,
    });
  }

  /** Locked until the end of the transaction; other processes skip it. */
  async lockNext(now: Date): Promise<StoredEvent | null> {
    const [row] = await this.database.query<StoredEvent>(
      `select id, event, attempts from outbox_events where next_attempt_at <= $1
       order by next_attempt_at, id limit 1 for update skip locked`,
      [now],
    );
    return row ?? null;
  }

  async remove(id: string): Promise<void> {
    await this.database.manager.delete(OutboxEventEntity, { id });
  }

  async postpone(id: string, attempts: number, nextAttemptAt: Date): Promise<void> {
    await this.database.manager.update(OutboxEventEntity, { id }, { attempts, nextAttemptAt });
  }
}
