import { Injectable } from '@nestjs/common';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { AccountsService } from './accounts.service.js';

/** Forgets sessions that are over; they open nothing, but need not lie about. */
@Injectable()
export class SessionCleaner extends PeriodicTask {
  constructor(private readonly accounts: AccountsService) {
    super({ name: 'accounts', purpose: 'forget expired sessions', intervalMs: 3_600_000 });
  }

  protected async round(): Promise<void> {
    await this.accounts.forgetExpiredSessions();
  }
}
