import { Injectable } from '@nestjs/common';
import type { Health } from '@sillage/contracts';
import { ObjectStore } from '../object-store/object-store.js';
import { QueueService } from '../queue/queue.service.js';
import { WorkersService } from '../workers/workers.service.js';
import { HealthRepository } from './health.repository.js';

export const VERSION = '0.1.0';

@Injectable()
export class HealthService {
  constructor(
    private readonly database: HealthRepository,
    private readonly store: ObjectStore,
    private readonly workers: WorkersService,
    private readonly queue: QueueService,
  ) {}

  async read(): Promise<Health> {
    const [isDatabaseUp, isStoreUp] = await Promise.all([this.database.isUp(), this.store.isUp()]);
    const [workerCount, queuedJobCount] = isDatabaseUp
      ? await Promise.all([this.workers.countActive(), this.queue.countQueued()])
      : [0, 0];
    return {
      status: isDatabaseUp && isStoreUp ? 'ok' : 'degraded',
      version: VERSION,
      database: isDatabaseUp ? 'up' : 'down',
      store: isStoreUp ? 'up' : 'down',
      workerCount,
      queuedJobCount,
    };
  }
}
