import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { MailService } from '../mail/mail.service.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { InboxService } from './inbox.service.js';

/** Rounds between removing old mails. */
const CLEANING_ROUNDS = 3_600;

/** Tells what is in the outbox and sends what mails wait. Several API processes may do it side by side. */
@Injectable()
export class Courier implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('courier');
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #round = 0;
  #current: Promise<void> = Promise.resolve();

  constructor(
    private readonly outbox: OutboxService,
    private readonly inbox: InboxService,
    private readonly mail: MailService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.#schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#current;
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#current = this.#go().finally(() => this.#schedule());
    }, this.config.reaperIntervalMs);
  }

  async #go(): Promise<void> {
    this.#round += 1;
    try {
      while (!this.#isStopped && (await this.outbox.tellNext((event) => this.inbox.tell(event))));
      while (!this.#isStopped && (await this.mail.sendNext()));
      if (this.#round % CLEANING_ROUNDS === 0) await this.mail.forgetOld();
    } catch (error) {
      this.#logger.warn(
        `could not deliver notifications: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
