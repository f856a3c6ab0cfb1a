import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UploadsService } from './uploads.service.js';

const INTERVAL_MS = 600_000;

/** Drops uploads that nobody came back for. */
@Injectable()
export class UploadCleaner implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('uploads');
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly uploads: UploadsService) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#clean(), INTERVAL_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #clean(): Promise<void> {
    try {
      const count = await this.uploads.discardAbandoned();
      if (count > 0) this.#logger.log(`dropped ${count} abandoned upload(s)`);
    } catch (error) {
      this.#logger.warn(
        `could not drop abandoned uploads: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
