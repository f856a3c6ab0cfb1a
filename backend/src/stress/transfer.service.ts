import { Injectable } from '@nestjs/common';
import type { Transfer } from '@sillage/contracts';
import { ChallengesService } from '../challenges/challenges.service.js';
import { disclosedScores } from '../disclosure/domain/disclosure.js';
import { DomainError } from '../errors/domain-error.js';
import { transferRows } from './domain/transfer-rows.js';
import { TransferRepository } from './transfer.repository.js';

/** How networks do in seas that they were not trained in. */
@Injectable()
export class TransferService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly transfer: TransferRepository,
  ) {}

  /** @throws DomainError `task-not-found` where no area has the scenario. */
  async get(challengeId: string, scenario: string): Promise<Transfer> {
    const { definition, datasetVersionId, disclosure } = await this.challenges.get(challengeId);
    const areas = definition.areas.filter(({ id }) =>
      definition.tasks.some((task) => task.area === id && task.scenario === scenario),
    );
    if (areas.length === 0) {
      const names = [...new Set(definition.tasks.map((task) => task.scenario))].join(', ');
      throw new DomainError('task-not-found', `Challenge '${challengeId}' has no scenario '${scenario}'.`, {
        fix: `Its scenarios are: ${names}.`,
      });
    }
    const scores = await this.transfer.listScores(datasetVersionId, scenario);
    // Sorted by what is shown: an order must not tell more digits than the scores.
    const disclosed = scores.flatMap((entry) => {
      const shown = disclosedScores(entry.scores, disclosure);
      return shown === null ? [] : [{ ...entry, scores: shown }];
    });
    return {
      challenge: challengeId,
      scenario,
      protocol: definition.protocol,
      datasetVersion: definition.datasetVersion,
      areas: areas.map(({ id, name }) => ({ id, name })),
      ...transferRows(
        areas.map(({ id }) => id),
        disclosed,
      ),
    };
  }
}
