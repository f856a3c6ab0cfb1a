import { Inject, Injectable } from '@nestjs/common';
import { citationNameSchema, leaderboardSchema, type Leaderboard } from '@sillage/contracts';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { LeaderboardService } from '../leaderboard/leaderboard.service.js';
import { ProductsService } from '../products/products.service.js';
import { snapshotZip } from './snapshot-files.js';

@Injectable()
export class SnapshotsService {
  readonly #platformUrl: string;

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
    const boards: Leaderboard[] = [];
    for (const { area, scenario } of definition.tasks) {
      const { json } = await this.leaderboard.settledBoard(challengeId, area, scenario);
      boards.push(leaderboardSchema.parse(JSON.parse(json.toString('utf8'))));
    }
    const citations: Record<string, string> = {};
    for (const name of citationNameSchema.options)
      citations[name] = await this.products.challengeCitation(challengeId, name);
    const takenAt = this.clock.now();
    return {
      zip: snapshotZip({ definition, boards, citations, platformUrl: this.#platformUrl, takenAt }),
      fileName: `${challengeId}-${takenAt.toISOString().slice(0, 10)}.zip`,
    };
  }
}
