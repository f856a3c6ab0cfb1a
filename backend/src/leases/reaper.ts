import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { LeasesService } from './leases.service.js';

/** Rounds from one look for queued jobs without a ticket to the next; the first is soon after the start: a restored queue has none. */
const TICKET_ROUNDS = 30;

/** Looks every second or so for workers that fell silent. Several API processes may do it side by side. */
@Injectable()
export class Reaper extends PeriodicTask {
  #round = 0;

  constructor(
    private readonly leases: LeasesService,
    @Inject(CONFIG) config: Config,
  ) {
    super({ name: 'reaper', purpose: 'look for lost workers', intervalMs: config.reaperIntervalMs });
  }

  protected async round(): Promise<void> {
    const isTicketRound = this.#round % TICKET_ROUNDS === 0;
    this.#round += 1;
    const reaped = await this.leases.reap();
    if (reaped > 0) this.logger.warn(`took ${reaped} job(s) from workers that stopped answering`);
    if (!isTicketRound) return;
    const replaced = await this.leases.replaceLostTickets();
    if (replaced > 0) this.logger.warn(`${replaced} queued job(s) had lost their ticket and got a new one`);
  }
}
