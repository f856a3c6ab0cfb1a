import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkersService } from './workers.service.js';

/** Rounds between looking for queued jobs without a ticket. */
const TICKET_ROUNDS = 30;

/** Looks every second or so for workers that fell silent. Several API processes may do it side by side. */
@Injectable()
export class Reaper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('reaper');
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #round = 0;
  #current: Promise<void> = Promise.resolve();

  constructor(
    private readonly workers: WorkersService,
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
      this.#current = this.#look().finally(() => this.#schedule());
    }, this.config.reaperIntervalMs);
  }

  async #look(): Promise<void> {
    this.#round += 1;
    try {
      const reaped = await this.workers.reap();
      if (reaped > 0) this.#logger.warn(`took ${reaped} job(s) from workers that stopped answering`);
      if (this.#round % TICKET_ROUNDS === 0) {
        const replaced = await this.workers.replaceLostTickets();
        if (replaced > 0)
          this.#logger.warn(`${replaced} queued job(s) had lost their ticket and got a new one`);
      }
    } catch (error) {
      this.#logger.warn(
        `could not look for lost workers: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
