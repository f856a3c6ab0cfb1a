import { Inject, Injectable } from '@nestjs/common';
import { citationNameSchema } from '@sillage/contracts';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { LeaderboardService } from '../leaderboard/leaderboard.service.js';
import { ProductsService } from '../products/products.service.js';
import { snapshotZipInThread } from './snapshot-thread.js';

@Injectable()
export class SnapshotsService {
  readonly #platformUrl: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly challenges: ChallengesService,
    private readonly leaderboard: LeaderboardService,
    private readonly products: ProductsService,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.#platformUrl = config.publicUrl.href.replace(/\/$/, '');
  }

  /**
   * The boards of a challenge as everybody sees them now, in one zip. It is made from what the boards give to anyone, so that
   * whatever they withhold is withheld here.
   */
  async take(challengeId: string): Promise<{ zip: Uint8Array; fileName: string }> {
    const { definition } = await this.challenges.get(challengeId);
    const boards: Uint8Array[] = [];
    for (const { area, scenario } of definition.tasks) {
      const { json } = await this.leaderboard.settledBoard(challengeId, area, scenario);
      boards.push(json);
    }
    const citations: Record<string, string> = {};
    for (const name of citationNameSchema.options)
      citations[name] = await this.products.challengeCitation(challengeId, name);
    const takenAt = this.clock.now();
    const parts = { definition, boards, citations, platformUrl: this.#platformUrl, takenAt };
    // One at a time: a processor and some megabytes for each.
    const zip = this.#last.then(() => snapshotZipInThread(parts));
    this.#last = zip.catch(() => undefined);
    return { zip: await zip, fileName: `${challengeId}-${takenAt.toISOString().slice(0, 10)}.zip` };
  }
}
