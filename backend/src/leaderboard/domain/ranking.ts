import { SCORE_TABLE, type Metric, type Scores } from '@sillage/contracts';
import { rankIntervals, type Replicates } from '@sillage/science/uncertainty';

/** Steps of a metric that ranks tell apart: the agreement that the protocols promise, so that another encoding of a map ranks alike. */
const DISTINCT_STEPS = 1e6;

/** Two values of a metric are equal as far as a board tells where their steps are. */
export const stepOf = (value: number) => Math.round(value * DISTINCT_STEPS);

/** Best µ first; of equal ones who was scored first, then by id, so that two readers see the same order. */
export function sortByMu<Row extends { mu: number; scoredAt: Date; evaluationId: string }>(
  rows: readonly Row[],
): Row[] {
  return rows
    .map((row) => ({ row, step: stepOf(row.mu) }))
    .sort(
      (left, right) =>
        right.step - left.step ||
        left.row.scoredAt.getTime() - right.row.scoredAt.getTime() ||
        (left.row.evaluationId < right.row.evaluationId ? -1 : 1),
    )
    .map(({ row }) => row);
}

export type RankedRow<Row> = Row & {
  rank: number;
  tieGroup: number;
  rankLow: number | null;
  rankHigh: number | null;
};

/**
 * Ranks by µ, best first. Rows that cannot be told apart from the best row of their group share its rank and the next ranks are
 * skipped (1, 2, 2, 4); without sums per day only a µ that is equal to six decimals is shared.
 */
export function rankByMu<
  Row extends { mu: number; scoredAt: Date; evaluationId: string; replicates: Replicates | null },
>(rows: readonly Row[]): RankedRow<Row>[] {
  const sorted = sortByMu(rows);
  const places = rankIntervals(sorted, (a, b) => stepOf(a.mu) === stepOf(b.mu));
  return sorted.map((row, index) => {
    const place = places[index];
    if (place === undefined) throw new Error('a rank for every row');
    return { ...row, ...place };
  });
}

/**
 * Place by one metric alone, in its better direction: 1 + the rows that are better by more than a millionth. A missing value has
 * no place and takes none away: missing is not worst.
 */
export function placesBy(metric: Metric, scores: readonly Scores[]): (number | null)[] {
  const direction = SCORE_TABLE[metric].better === 'higher' ? -1 : 1;
  const costs = scores.map((score) => {
    const value = score[metric];
    return value === null ? null : direction * stepOf(value);
  });
  const sorted = costs.filter((cost) => cost !== null).sort((a, b) => a - b);
  const placeOf = new Map<number, number>();
  sorted.forEach((cost, index) => {
    if (!placeOf.has(cost)) placeOf.set(cost, index + 1);
  });
  return costs.map((cost) => (cost === null ? null : (placeOf.get(cost) ?? null)));
}
