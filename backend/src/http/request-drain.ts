import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';

/** Still answered while the process stops: whoever starts it again must not take stopping for hanging. */
const ALWAYS_ANSWERED = /^\/(metrics|api\/health\/live)$/;

/**
 * A graceful stop: requests under way are finished within a bound, new ones are sent elsewhere. Uploads and claims of evaluators
 * end by themselves before that.
 */
@Injectable()
export class RequestDrain implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger('stop');
  readonly #running = new Set<Response>();
  #whenEmpty: () => void = () => undefined;
  #isStopping = false;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Middleware. */
  readonly admit = (request: Request, response: Response, next: NextFunction): void => {
    if (ALWAYS_ANSWERED.test(request.path)) return next();
    if (this.#isStopping) {
      response.setHeader('Connection', 'close');
      throw new DomainError('stopping', 'This part of the platform is about to stop.', {
        fix: 'Try again in a few seconds. Nothing that was accepted is lost.',
      });
    }
    this.#running.add(response);
    response.once('close', () => {
      this.#running.delete(response);
      if (this.#running.size === 0) this.#whenEmpty();
    });
    next();
  };

  onModuleDestroy(): void {
    this.#isStopping = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#running.size === 0) return;
    this.#logger.log(
      `finishing ${this.#running.size} request(s), for ${this.config.stopMs / 1000} s at most`,
    );
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.config.stopMs)));
    await Promise.race([new Promise<void>((resolve) => (this.#whenEmpty = resolve)), bound]);
    clearTimeout(timer);
    if (this.#running.size > 0) this.#logger.warn(`cut ${this.#running.size} request(s) off`);
  }
}
