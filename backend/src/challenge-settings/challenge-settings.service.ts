import { Injectable } from '@nestjs/common';
import type { Phase, Quota } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import { EvaluationProducts } from '../evaluations/evaluation-products.js';
import { Transactions } from '../transactions/transactions.js';

export type SettingsState = { challenge: Challenge; outdatedProducts: number };

/** Phases with their levels, limits, and the files of scores that follow them. */
@Injectable()
export class ChallengeSettingsService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly products: EvaluationProducts,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
  ) {}

  async get(id: string): Promise<SettingsState> {
    const challenge = await this.challenges.get(id);
    return { challenge, outdatedProducts: (await this.#outdated(challenge)).length };
  }

  async put(
    organiser: Account,
    id: string,
    change: { revision: number; phases: Phase[]; quota: Quota },
  ): Promise<SettingsState> {
    await this.transactions.run(async () => {
      const before = await this.challenges.changeSettings(id, {
        ...change,
        changedBy: organiser.displayName,
      });
      const { phases, quota } = before.settings;
      await this.audit.record({
        actor: organiser,
        action: 'challenge.settings',
        subject: { kind: 'challenge', id },
        summary: `Changed phases and limits of ${id} (revision ${change.revision + 1}).`,
        details: {
          before: { phases, quota },
          after: { phases: change.phases, quota: change.quota },
        },
      });
    });
    return this.get(id);
  }

  /** Files and maps that were made at another level than the one that holds now. @returns how many are made again. */
  async remakeProducts(organiser: Account, id: string): Promise<number> {
    return this.transactions.run(async () => {
      await this.challenges.get(id);
      await this.challenges.lock(id);
      const challenge = await this.challenges.get(id);
      const enqueued = await this.products.remake(await this.#outdated(challenge));
      if (enqueued > 0)
        await this.audit.record({
          actor: organiser,
          action: 'challenge.settings',
          subject: { kind: 'challenge', id },
          summary: `Had the files and maps of ${enqueued} ${enqueued === 1 ? 'score' : 'scores'} in ${id} made again.`,
          details: { disclosure: challenge.disclosure },
        });
      return enqueued;
    });
  }

  #outdated({ datasetVersionId, disclosure }: Challenge): Promise<string[]> {
    return this.products.listOutdated(datasetVersionId, disclosure);
  }
}
