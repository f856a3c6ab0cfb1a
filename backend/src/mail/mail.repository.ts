import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { MailEntity } from '../database/entities/index.js';

export type WaitingMail = {
  id: string;
  recipient: string;
  subject: string;
  body: string;
  unsubscribeUrl: string | null;
  attempts: number;
};

@Injectable()
export class MailRepository {
  constructor(private readonly database: Database) {}

  async insert(mail: Omit<WaitingMail, 'attempts'> & { createdAt: Date }): Promise<void> {
    await this.database.manager.insert(MailEntity, {
      ...mail,
      state: 'waiting',
      attempts: 0,
      nextAttemptAt: mail.createdAt,
      sentAt: null,
      failure: null,
    });
  }

  /** Locked until the end of the transaction: no other process sends it meanwhile. */
  async lockNext(now: Date): Promise<WaitingMail | null> {
    const [row] = await this.database.query<WaitingMail>(
      `select id, recipient, subject, body, unsubscribe_url as "unsubscribeUrl", attempts from mails
       where state = 'waiting' and next_attempt_at <= $1
       order by next_attempt_at, id limit 1 for update skip locked`,
      [now],
    );
    return row ?? null;
  }

  async setSent(id: string, sentAt: Date): Promise<void> {
    await this.database.query(
      `update mails set state = 'sent', sent_at = $2, body = '', attempts = attempts + 1 where id = $1`,
      [id, sentAt],
    );
  }

  async postpone(
    id: string,
    { failure, nextAttemptAt }: { failure: string; nextAttemptAt: Date | null },
  ): Promise<void> {
    await this.database.query(
      `update mails set attempts = attempts + 1, failure = $2, next_attempt_at = coalesce($3, next_attempt_at),
         state = case when $3::timestamptz is null then 'failed' else state end,
         body = case when $3::timestamptz is null then '' else body end
       where id = $1`,
      [id, failure, nextAttemptAt],
    );
  }

  async deleteEndedBefore(before: Date): Promise<void> {
    await this.database.query(`delete from mails where state <> 'waiting' and created_at < $1`, [before]);
  }
}
