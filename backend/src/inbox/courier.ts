import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { MailService } from '../mail/mail.service.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { InboxService } from './inbox.service.js';

/** Rounds between removing old mails. */
const CLEANING_ROUNDS = 3_600;

/** Tells what is in the outbox and sends what mails wait. Several API processes may do it side by side. */
@Injectable()
export class Courier extends PeriodicTask {
  #round = 0;

  constructor(
    private readonly outbox: OutboxService,
    private readonly inbox: InboxService,
    private readonly mail: MailService,
    @Inject(CONFIG) config: Config,
  ) {
    super({ name: 'courier', purpose: 'deliver notifications', intervalMs: config.reaperIntervalMs });
  }

  protected async round(): Promise<void> {
    this.#round += 1;
    while (!this.isStopped && (await this.outbox.tellNext((event) => this.inbox.tell(event))));
    while (!this.isStopped && (await this.mail.sendNext()));
    if (this.#round % CLEANING_ROUNDS === 0) await this.mail.forgetOld();
  }
}
