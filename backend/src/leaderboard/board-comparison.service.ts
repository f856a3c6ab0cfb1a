import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition } from '@sillage/contracts';
import { comparePair } from '@sillage/science/uncertainty';
import { ComparedEntriesRepository, type ComparedEntry } from './compared-entries.repository.js';
import { boardUncertainty } from './domain/board-uncertainty.js';
import { rankedBoard } from './domain/ranked-board.js';

export type { AttemptEntry, ComparedEntry } from './compared-entries.repository.js';

/** An entry with its rank; null where it is on no board. */
export type Standing = ComparedEntry & { rank: number | null };

export type Significance = { interval: [number, number]; isSeparable: boolean };

type Board = { taskId: string; definition: ChallengeDefinition; entries: readonly ComparedEntry[] };

/** What boards were and would be, as organisers compare them. */
@Injectable()
export class BoardComparisonService {
  constructor(private readonly entries: ComparedEntriesRepository) {}

  listOfVersion: ComparedEntriesRepository['listOfVersion'] = (datasetVersionId) =>
    this.entries.listOfVersion(datasetVersionId);
  listById: ComparedEntriesRepository['listById'] = (evaluationIds) => this.entries.listById(evaluationIds);

  /**
   * Ranks as the board has, or would have, them. At the level *blind*, which has no boards, ranks are those of the full scores: only
   * organisers read them.
   */
  rank({ definition, entries }: Pick<Board, 'definition' | 'entries'>): Standing[] {
    const { protocol, disclosure } = definition;
    const rows = rankedBoard(
      entries.filter(({ isListed }) => isListed),
      { protocol, disclosure: disclosure === 'blind' ? 'practice' : disclosure },
    );
    const ranks = new Map(rows.map(({ evaluationId, rank }) => [evaluationId, rank]));
    return entries.map((entry) => ({ ...entry, rank: ranks.get(entry.evaluationId) ?? null }));
  }

  /**
   * For pairs of scores of one map: whether µ of the second differs from that of the first by more than the choice of days explains.
   * Null where the two do not have the same days with the same points, or µ is defined otherwise.
   */
  significances(
    pairs: readonly { before: ComparedEntry; after: ComparedEntry }[],
    before: ChallengeDefinition,
    after: ChallengeDefinition,
  ): (Significance | null)[] {
    if (before.protocol !== after.protocol) return pairs.map(() => null);
    return pairs.map((pair) => {
      const { replicates } = boardUncertainty([pair.before, pair.after], after.protocol);
      const [first, second] = replicates;
      if (first === null || second === null || first === undefined || second === undefined) return null;
      const { interval, isSeparable } = comparePair(second, first);
      return { interval, isSeparable };
    });
  }
}
