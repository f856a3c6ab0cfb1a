import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { RescoresService } from './rescores.service.js';

/** Looks every second or so for scores that a re-score has to take up. */
@Injectable()
export class RescoreFollower extends PeriodicTask {
  constructor(
    private readonly rescores: RescoresService,
    @Inject(CONFIG) config: Config,
  ) {
    super({ name: 'rescores', purpose: 'look for new scores', intervalMs: config.reaperIntervalMs });
  }

  protected async round(): Promise<void> {
    const count = await this.rescores.follow();
    if (count > 0) this.logger.log(`took up ${count} score(s) that came to the boards since`);
  }
}
