import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

export type PeriodicTaskOptions = {
  /** The name of the logger that hears of failures. */
  readonly name: string;
  /** What it does, as the end of "could not …". */
  readonly purpose: string;
  /** From the end of one round to the start of the next. */
  readonly intervalMs: number;
};

/**
 * Something that the API process does again and again: never two rounds at once, a failed round is a warning and the
 * next one comes all the same, and a round under way is waited for when the process stops.
 */
export abstract class PeriodicTask implements OnApplicationBootstrap, OnModuleDestroy {
  protected readonly logger: Logger;
  readonly #purpose: string;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #current: Promise<void> = Promise.resolve();

  constructor({ name, purpose, intervalMs }: PeriodicTaskOptions) {
    this.logger = new Logger(name);
    this.#purpose = purpose;
    this.#intervalMs = intervalMs;
  }

  /** One round. A long one looks at `isStopped` between its parts. */
  protected abstract round(): Promise<void>;

  protected get isStopped(): boolean {
    return this.#isStopped;
  }

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
    }, this.#intervalMs);
    this.#timer.unref();
  }

  async #go(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.logger.warn(
        `could not ${this.#purpose}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
