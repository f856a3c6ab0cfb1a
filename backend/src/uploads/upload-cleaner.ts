import { Injectable } from '@nestjs/common';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { UploadsService } from './uploads.service.js';

/** Drops uploads that nobody came back for. */
@Injectable()
export class UploadCleaner extends PeriodicTask {
  constructor(private readonly uploads: UploadsService) {
    super({ name: 'uploads', purpose: 'drop abandoned uploads', intervalMs: 600_000 });
  }

  protected async round(): Promise<void> {
    const count = await this.uploads.discardAbandoned();
    if (count > 0) this.logger.log(`dropped ${count} abandoned upload(s)`);
  }
}
