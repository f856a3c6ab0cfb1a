import type { LeaderboardRow, Scorecard, ScorecardCell, ScorecardEntry } from '@sillage/contracts';

type Row = LeaderboardRow & { setId: string | null };

/**
 * One method over all boards. What one participant sent together is one entry; a reference of the platform is one by its name,
 * since it has a map for each task. Where an entry has several scores on a board, the best counts.
 */
export function scorecardOf(
  boards: readonly { area: string; scenario: string; rows: readonly Row[] }[],
): Pick<Scorecard, 'entries' | 'boards'> {
  const entries: ScorecardEntry[] = [];
  const indexOf = new Map<string, number>();
  const cellsOf = boards.map(({ area, scenario, rows }) => {
    const cells = new Map<number, ScorecardCell>();
    // From best to worst.
    for (const row of rows) {
      const key = row.kind === 'reference' ? `reference ${row.method}` : (row.setId ?? row.submissionId);
      const entry = indexOf.get(key) ?? entries.length;
      if (entry === entries.length) {
        const { method, author, kind, form, family, inputs } = row;
        const id = row.kind === 'reference' ? row.submissionId : key;
        entries.push({ id, method, author, kind, form, family, inputs });
        indexOf.set(key, entry);
      }
      if (cells.has(entry)) continue;
      const { submissionId, evaluationId, rank, rankLow, rankHigh, scores, physics } = row;
      cells.set(entry, { entry, submissionId, evaluationId, rank, rankLow, rankHigh, scores, physics });
    }
    return { area, scenario, cells: [...cells.values()] };
  });
  return { entries, boards: cellsOf };
}
