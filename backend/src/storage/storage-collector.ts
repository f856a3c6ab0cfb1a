import { Injectable } from '@nestjs/common';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { StorageService } from './storage.service.js';

/** Collects once a day or so; of several API processes one does. */
@Injectable()
export class StorageCollector extends PeriodicTask {
  constructor(private readonly storage: StorageService) {
    super({ name: 'storage', purpose: 'collect objects', intervalMs: 600_000 });
  }

  protected async round(): Promise<void> {
    const collection = await this.storage.collectIfDue();
    if (collection === null || collection.removed.count + collection.leftovers.count === 0) return;
    const { removed, leftovers } = collection;
    this.logger.log(
      `collected ${removed.count} object(s) that nothing refers to, ${removed.sizeBytes} bytes, and ${leftovers.count} leftover(s)`,
    );
  }
}
