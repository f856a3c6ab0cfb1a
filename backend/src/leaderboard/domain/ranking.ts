/** Steps of µ that ranks tell apart: the agreement that the protocols promise, so that another encoding of a map ranks alike. */
const DISTINCT_STEPS = 1e6;

/**
 * Ranks by µ, best first; values that are equal to six decimals share a rank and the next ranks are skipped (1, 2, 2,
 * 4). They are ordered by who was scored first, then by id, so that two readers see the same order.
 */
export function rankByMu<Row extends { mu: number; scoredAt: Date; evaluationId: string }>(
  rows: readonly Row[],
): (Row & { rank: number })[] {
  const sorted = rows
    .map((row) => ({ row, step: Math.round(row.mu * DISTINCT_STEPS) }))
    .sort(
      (left, right) =>
        right.step - left.step ||
        left.row.scoredAt.getTime() - right.row.scoredAt.getTime() ||
        (left.row.evaluationId < right.row.evaluationId ? -1 : 1),
    );
  let rank = 0;
  let previousStep = Number.NaN;
  return sorted.map(({ row, step }, index) => {
    if (step !== previousStep) rank = index + 1;
    previousStep = step;
    return { ...row, rank };
  });
}
