import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { z } from 'zod';
import { Notifications, type Heard, type Notice } from '../notifications/notifications.js';
import type { Database } from './database.js';

const CHANNEL = 'sillage';
const RECONNECT_MS = 1_000;
/** A connection that died without a word is found by asking it. */
const PING_MS = 5_000;

const noticeSchema: z.ZodType<Notice> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job-queued') }),
  z.object({ kind: z.literal('board-changed'), taskId: z.string() }),
  z.object({ kind: z.literal('challenge-changed'), challengeId: z.string() }),
  z.object({ kind: z.literal('upload-wanted'), uploadId: z.string() }),
]);
const messageSchema = z.object({ sender: z.string(), notice: noticeSchema });

/** LISTEN and NOTIFY on one connection of its own, reopened when it breaks. */
export class PostgresNotifications extends Notifications {
  readonly #sender = randomUUID();
  readonly #handlers = new Set<(heard: Heard) => void>();
  readonly #logger = new Logger('notifications');
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #isConnected = false;

  constructor(
    private readonly database: Database,
    private readonly databaseUrl: string,
  ) {
    super();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async publish(notice: Notice): Promise<void> {
    // This process hears of it directly, one round trip earlier.
    this.database.afterCommit(() => this.#deliver(notice));
    await this.database.query('select pg_notify($1, $2)', [
      CHANNEL,
      JSON.stringify({ sender: this.#sender, notice }),
    ]);
  }

  subscribe(handler: (heard: Heard) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  async start(): Promise<void> {
    if (this.#isClosed) return;
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'sillage-notifications',
    });
    this.#client = client;
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', ({ payload }) => this.#receive(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.#isConnected = true;
      // What was said before this connection listened, nobody repeats.
      this.#deliver({ kind: 'notices-missed' });
      this.#schedulePing(client);
    } catch {
      this.#lose(client);
    }
  }

  async stop(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #schedulePing(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      const limit = setTimeout(() => this.#lose(client), PING_MS);
      client
        .query('select 1')
        .then(() => {
          if (this.#client === client && !this.#isClosed) this.#schedulePing(client);
        })
        .catch(() => this.#lose(client))
        .finally(() => clearTimeout(limit));
    }, PING_MS);
    this.#timer.unref();
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (this.#isConnected) this.#logger.warn('lost the connection to the database, opening another one');
    this.#isConnected = false;
    client.end().catch(() => undefined);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.start(), RECONNECT_MS);
    this.#timer.unref();
  }

  #receive(payload: string): void {
    const message = parsedMessage(payload);
    if (message === null)
      this.#logger.warn(`a notice that this version does not know: ${payload.slice(0, 200)}`);
    else if (message.sender !== this.#sender) this.#deliver(message.notice);
  }

  #deliver(heard: Heard): void {
    for (const handler of [...this.#handlers]) handler(heard);
  }
}

/** @returns null for what is no notice, of a newer version or of somebody at a prompt: it must not end the process. */
function parsedMessage(payload: string): z.infer<typeof messageSchema> | null {
  try {
    return messageSchema.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}
