/**
 * Ranks by µ, best first; equal values share a rank and the next rank is skipped (1, 2, 2, 4). Equal values are
 * ordered by who was scored first, then by id, so that two readers see the same order.
 */
export function rankByMu<Row extends { mu: number; scoredAt: Date; evaluationId: string }>(
  rows: readonly Row[],
): (Row & { rank: number })[] {
  const sorted = [...rows].sort(
    (left, right) =>
      right.mu - left.mu ||
      left.scoredAt.getTime() - right.scoredAt.getTime() ||
      (left.evaluationId < right.evaluationId ? -1 : 1),
  );
  let rank = 0;
  let previousMu = Number.NaN;
  return sorted.map((row, index) => {
    if (row.mu !== previousMu) rank = index + 1;
    previousMu = row.mu;
    return { ...row, rank };
  });
}
