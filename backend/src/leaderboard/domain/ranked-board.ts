import type { ChallengeDefinition, DailySeries, Scores, Uncertainty } from '@sillage/contracts';
import type { Replicates } from '@sillage/science/uncertainty';
import { areBoardStatisticsDisclosed, disclosedScores } from '../../challenges/domain/disclosure.js';
import { boardUncertainty } from './board-uncertainty.js';
import { rankByMu, type RankedRow } from './ranking.js';
import type { ReplicateCache } from './replicate-cache.js';

type Entry = { evaluationId: string; scores: Scores; daily: DailySeries | null; scoredAt: Date };

/**
 * The entries of a board in its order, with the scores that are shown: a rank must not tell more digits than the score beside it,
 * nor more of the truth than the disclosure level does. Where no score is shown there is no row.
 */
export function rankedBoard<Row extends Entry>(
  entries: readonly Row[],
  definition: Pick<ChallengeDefinition, 'protocol' | 'disclosure'>,
  cache?: ReplicateCache,
): {
  uncertainty: Uncertainty | null;
  rows: RankedRow<Row & { mu: number; replicates: Replicates | null }>[];
} {
  const areSumsDisclosed = areBoardStatisticsDisclosed(definition.disclosure);
  const { uncertainty, replicates } = boardUncertainty(
    entries.map(({ evaluationId, daily }) => ({ evaluationId, daily: areSumsDisclosed ? daily : null })),
    definition.protocol,
    cache,
  );
  const shown = entries.flatMap((entry, index) => {
    const scores = disclosedScores(entry.scores, definition.disclosure);
    if (scores === null) return [];
    return [{ ...entry, scores, mu: scores.mu, replicates: replicates[index] ?? null }];
  });
  return { uncertainty, rows: rankByMu(shown) };
}
