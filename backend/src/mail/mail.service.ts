import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { pauseAfterMs } from '../outbox/domain/backoff.js';
import { Transactions } from '../transactions/transactions.js';
import { MailRefusedError, MailTransport } from './mail-transport.js';
import { MailRepository } from './mail.repository.js';

export type NewMail = { to: string; subject: string; body: string; unsubscribeUrl: string | null };

/** About two days, with the pauses of the backoff. */
const MAX_ATTEMPTS = 24;
const KEPT_MS = 30 * 86_400_000;

@Injectable()
export class MailService {
  readonly #logger = new Logger('mail');

  constructor(
    private readonly mails: MailRepository,
    private readonly transport: MailTransport,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  get isOn(): boolean {
    return this.transport.isOn;
  }

  /** In the transaction of the caller: the mail goes out if that is committed, and not at all if it is not. */
  async write({ to, subject, body, unsubscribeUrl }: NewMail): Promise<void> {
    await this.mails.insert({
      id: randomUUID(),
      recipient: to,
      // A line break would begin another header.
      subject: subject.replaceAll(/\s+/g, ' ').slice(0, 200),
      body,
      unsubscribeUrl,
      createdAt: this.clock.now(),
    });
  }

  /**
   * Sends one mail, holding its row: two processes never send the same. Whoever dies between the server's yes and the commit
   * leaves a mail that is sent again, under the same Message-ID. @returns whether there was one.
   */
  async sendNext(): Promise<boolean> {
    if (!this.transport.isOn) return false;
    return this.transactions.run(async () => {
      const mail = await this.mails.lockNext(this.clock.now());
      if (mail === null) return false;
      try {
        await this.transport.send({
          messageId: `<${mail.id}@${this.config.publicUrl.hostname}>`,
          to: mail.recipient,
          subject: mail.subject,
          text: mail.body,
          unsubscribeUrl: mail.unsubscribeUrl,
        });
      } catch (error) {
        await this.#postpone(mail.id, mail.attempts + 1, error);
        return true;
      }
      await this.mails.setSent(mail.id, this.clock.now());
      return true;
    });
  }

  async forgetOld(): Promise<void> {
    await this.mails.deleteEndedBefore(new Date(this.clock.now().getTime() - KEPT_MS));
  }

  async #postpone(id: string, attempts: number, error: unknown): Promise<void> {
    const isOver = error instanceof MailRefusedError || attempts >= MAX_ATTEMPTS;
    const failure = error instanceof Error ? error.message : String(error);
    const nextAttemptAt = isOver ? null : new Date(this.clock.now().getTime() + pauseAfterMs(attempts));
    await this.mails.postpone(id, { failure, nextAttemptAt });
    this.#logger.warn(
      `mail ${id} was not taken (attempt ${attempts}${isOver ? ', the last' : ''}): ${failure}`,
    );
  }
}
