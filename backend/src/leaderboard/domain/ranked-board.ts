import type { ChallengeDefinition, Scores } from '@sillage/contracts';
import type { Replicates } from '@sillage/science/uncertainty';
import {
  areBoardStatisticsDisclosed,
  disclosedScores,
  type StoredScores,
} from '../../disclosure/domain/disclosure.js';
import { boardResampling, resampled, type BoardResampling } from './board-uncertainty.js';
import { withoutIdentical, type Candidate } from './identical-entries.js';
import { rankByMu, sortByMu, type RankedRow } from './ranking.js';

type Entry = Candidate & { scores: StoredScores; scoredAt: Date };

/** An entry with the scores that are shown. */
export type ShownEntry<Row extends Entry> = Omit<Row, 'scores'> & { scores: Scores; mu: number };

/**
 * The entries of a board in its order, with the scores that are shown: a rank must not tell more digits than the score beside it,
 * nor more of the truth than the disclosure level does. Where no score is shown there is no row; where an entry is another one
 * once more it stands in `identical`, and takes no rank.
 */
export function boardOrder<Row extends Entry>(
  entries: readonly Row[],
  { protocol, disclosure }: Pick<ChallengeDefinition, 'protocol' | 'disclosure'>,
): {
  rows: ShownEntry<Row>[];
  identical: { entry: ShownEntry<Row>; original: ShownEntry<Row> }[];
  /** Null where no sums are disclosed, or they have too few days. */
  resampling: BoardResampling | null;
} {
  const shown = entries.flatMap((entry) => {
    const scores = disclosedScores(entry.scores, disclosure);
    return scores === null ? [] : [{ ...entry, scores, mu: scores.mu }];
  });
  const { originals, identical } = withoutIdentical(shown);
  const resampling = areBoardStatisticsDisclosed(disclosure)
    ? boardResampling(
        originals.map(({ daily }) => daily),
        protocol,
      )
    : null;
  return { rows: sortByMu(originals), identical, resampling };
}

/** The same with ranks, all computed at once: for those who compare whole boards and can wait. */
export function rankedBoard<Row extends Entry>(
  entries: readonly Row[],
  definition: Pick<ChallengeDefinition, 'protocol' | 'disclosure'>,
): RankedRow<ShownEntry<Row> & { replicates: Replicates | null }>[] {
  const { rows, resampling } = boardOrder(entries, definition);
  return rankByMu(
    rows.map((row) => ({
      ...row,
      replicates: resampling === null ? null : resampled(row.daily, resampling),
    })),
  );
}
