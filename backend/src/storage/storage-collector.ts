import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { StorageService } from './storage.service.js';

const LOOK_EVERY_MS = 600_000;

/** Collects once a day or so; of several API processes one does. */
@Injectable()
export class StorageCollector implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('storage');
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #current: Promise<void> = Promise.resolve();

  constructor(private readonly storage: StorageService) {}

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
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      const collection = await this.storage.collectIfDue();
      if (collection === null || collection.removed.count + collection.leftovers.count === 0) return;
      const { removed, leftovers } = collection;
      this.#logger.log(
        `collected ${removed.count} object(s) that nothing refers to, ${removed.sizeBytes} bytes, and ${leftovers.count} leftover(s)`,
      );
    } catch (error) {
      this.#logger.warn(
        `could not collect objects: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
