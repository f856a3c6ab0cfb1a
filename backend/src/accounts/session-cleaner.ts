import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';

const INTERVAL_MS = 3_600_000;

/** Forgets sessions that are over; they open nothing, but need not lie about. */
@Injectable()
export class SessionCleaner implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('accounts');
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly accounts: AccountsService) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.accounts.forgetExpiredSessions().catch((error: unknown) => {
        this.#logger.warn(
          `could not forget expired sessions: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
