import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { RescoresService } from './rescores.service.js';

/** Looks every second or so for scores that a re-score has to take up. */
@Injectable()
export class RescoreFollower implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('rescores');
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #current: Promise<void> = Promise.resolve();

  constructor(
    private readonly rescores: RescoresService,
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
    try {
      const count = await this.rescores.follow();
      if (count > 0) this.#logger.log(`took up ${count} score(s) that came to the boards since`);
    } catch (error) {
      this.#logger.warn(
        `could not look for new scores: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
