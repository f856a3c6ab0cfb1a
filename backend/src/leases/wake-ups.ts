import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Notifications } from '../notifications/notifications.js';

export type WakeUp = {
  /** Resolves when work may have arrived, after `timeoutMs`, or when `signal` fires. */
  within: (timeoutMs: number, signal: AbortSignal) => Promise<void>;
  forget: () => void;
};

/** Wakes the claims that wait. */
@Injectable()
export class WakeUps implements OnModuleDestroy {
  readonly #waiting = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #isClosed = false;

  constructor(notifications: Notifications) {
    this.#unsubscribe = notifications.subscribe((heard) => {
      if (heard.kind === 'job-queued' || heard.kind === 'notices-missed') this.#wakeAll();
    });
  }

  next(): WakeUp {
    let isAwake = false;
    let wake = () => {
      isAwake = true;
    };
    const waiter = () => wake();
    this.#waiting.add(waiter);
    return {
      within: (timeoutMs, signal) =>
        new Promise((resolve) => {
          if (isAwake || signal.aborted) {
            resolve();
            return;
          }
          const done = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, timeoutMs);
          signal.addEventListener('abort', done);
          wake = done;
        }),
      forget: () => this.#waiting.delete(waiter),
    };
  }

  /** The process is about to end: nobody waits any longer. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  onModuleDestroy(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
