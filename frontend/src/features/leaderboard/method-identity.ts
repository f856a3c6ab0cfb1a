import type { LeaderboardRow } from '@sillage/contracts';

type Identified = Pick<LeaderboardRow, 'submissionId' | 'kind' | 'method' | 'author'>;

/**
 * What makes rows of several boards one method: what its author calls it. References are told from a participant who took
 * their name, and the author's part cannot run into the method's.
 */
export function methodKey({ kind, method, author }: Omit<Identified, 'submissionId'>): string {
  const name = method.replaceAll('|', '/'); // stands between handles in an address
  return kind === 'reference'
    ? `reference:${name}`
    : `by:${author.replaceAll(':', '%3A').replaceAll('|', '/')}:${name}`;
}

/**
 * How an address names a row: by its method, so that the same address works on every board; by its submission where the
 * board has several of that method.
 */
export function handleOf(rows: readonly Identified[], row: Identified): string {
  const key = methodKey(row);
  return rows.filter((other) => methodKey(other) === key).length > 1 ? row.submissionId : key;
}

/** The row that a handle names; `null` where there is none, or where a method's name no longer tells rows apart. */
export function rowOfHandle<Row extends Identified>(rows: readonly Row[], handle: string): Row | null {
  const bySubmission = rows.find((row) => row.submissionId === handle);
  if (bySubmission !== undefined) return bySubmission;
  const [only, ...others] = rows.filter((row) => methodKey(row) === handle);
  return only === undefined || others.length > 0 ? null : only;
}

export function toggledHandle(handles: readonly string[], handle: string): string[] {
  return handles.includes(handle) ? handles.filter((other) => other !== handle) : [...handles, handle];
}
