import {
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type BoardHistory,
  type LeaderboardRow,
  type Protocol,
} from '@sillage/contracts';

const METRICS = ['mu', 'lambdaXDeg', 'lambdaXKm'] as const;

/** The entries that were the best when they came, by metric, oldest first; a tie is no record. */
export function boardHistory(rows: readonly LeaderboardRow[], protocol: Protocol): BoardHistory['records'] {
  const byDate = rows.toSorted(
    (a, b) =>
      Date.parse(a.submittedAt) - Date.parse(b.submittedAt) || (a.evaluationId < b.evaluationId ? -1 : 1),
  );
  const own = METRICS.filter((metric) => METRICS_OF_PROTOCOL[protocol].includes(metric));
  return Object.fromEntries(
    own.map((metric) => {
      const sign = SCORE_TABLE[metric].better === 'higher' ? 1 : -1;
      let best = -Infinity;
      const records = byDate.flatMap((row) => {
        const value = row.scores[metric];
        if (value === null || sign * value <= best) return [];
        best = sign * value;
        const { submissionId, evaluationId, method, author, inputs } = row;
        return [{ at: row.submittedAt, value, submissionId, evaluationId, method, author, inputs }];
      });
      return [metric, records];
    }),
  );
}
