import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ERRORS, MemoryLocker, type Lock, type Locker } from '@tus/server';
import { SessionLocks } from '../database/session-locks.js';
import { Notifications } from '../notifications/notifications.js';

const LOOK_AGAIN_MS = 100;
const GIVE_UP_MS = 30_000;

/** One writer for each upload, of all API processes: a newer request asks the older one to let go, wherever that one runs. */
@Injectable()
export class UploadLocker implements Locker, OnModuleDestroy {
  readonly #inProcess = new MemoryLocker();
  readonly #releases = new Map<string, () => void>();

  constructor(
    private readonly locks: SessionLocks,
    private readonly notifications: Notifications,
  ) {
    notifications.subscribe((heard) => {
      if (heard.kind === 'upload-wanted') this.#releases.get(heard.uploadId)?.();
    });
  }

  /** The process is about to end: each client is told in a few seconds how much has arrived, and goes on elsewhere from there. */
  onModuleDestroy(): void {
    for (const release of this.#releases.values()) release();
  }

  newLock(id: string): Lock {
    const inProcess = this.#inProcess.newLock(id);
    return {
      lock: async (signal, requestRelease) => {
        await inProcess.lock(signal, requestRelease);
        try {
          await this.#lockAmongProcesses(id, signal, () => void requestRelease());
        } catch (error) {
          await inProcess.unlock();
          throw error;
        }
      },
      unlock: async () => {
        this.#releases.delete(id);
        await this.locks.unlock(id).finally(() => inProcess.unlock());
      },
    };
  }

  async #lockAmongProcesses(id: string, signal: AbortSignal, release: () => void): Promise<void> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (!(await this.locks.tryLock(id, release))) {
      if (signal.aborted || performance.now() > giveUpAt) throw ERRORS.ERR_LOCK_TIMEOUT;
      await this.notifications.publish({ kind: 'upload-wanted', uploadId: id });
      await sleep(LOOK_AGAIN_MS);
    }
    this.#releases.set(id, release);
  }
}
