import type { ChallengeDefinition, Scores, Uncertainty } from '@sillage/contracts';
import type { Replicates } from '@sillage/science/uncertainty';
import {
  areBoardStatisticsDisclosed,
  disclosedScores,
  type StoredScores,
} from '../../disclosure/domain/disclosure.js';
import { boardUncertainty } from './board-uncertainty.js';
import { withoutIdentical, type Candidate } from './identical-entries.js';
import { rankByMu, type RankedRow } from './ranking.js';
import type { ReplicateCache } from './replicate-cache.js';

type Entry = Candidate & { scores: StoredScores; scoredAt: Date };

/**
 * The entries of a board in its order, with the scores that are shown: a rank must not tell more digits than the score beside it,
 * nor more of the truth than the disclosure level does. Where no score is shown there is no row; where an entry is another one
 * once more it stands in `identical`, and takes no rank.
 */
export function rankedBoard<Row extends Entry>(
  entries: readonly Row[],
  definition: Pick<ChallengeDefinition, 'protocol' | 'disclosure'>,
  cache?: ReplicateCache,
): {
  uncertainty: Uncertainty | null;
  rows: RankedRow<Omit<Row, 'scores'> & { scores: Scores; mu: number; replicates: Replicates | null }>[];
  identical: { entry: Omit<Row, 'scores'>; original: Omit<Row, 'scores'> }[];
} {
  const shown = entries.flatMap((entry) => {
    const scores = disclosedScores(entry.scores, definition.disclosure);
    return scores === null ? [] : [{ ...entry, scores, mu: scores.mu }];
  });
  const { originals, identical } = withoutIdentical(shown);
  const areSumsDisclosed = areBoardStatisticsDisclosed(definition.disclosure);
  const { uncertainty, replicates } = boardUncertainty(
    originals.map(({ evaluationId, daily }) => ({ evaluationId, daily: areSumsDisclosed ? daily : null })),
    definition.protocol,
    cache,
  );
  const rows = originals.map((entry, index) => ({ ...entry, replicates: replicates[index] ?? null }));
  return { uncertainty, rows: rankByMu(rows), identical };
}
