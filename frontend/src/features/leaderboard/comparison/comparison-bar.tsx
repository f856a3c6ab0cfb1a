import type { Leaderboard } from '@sillage/contracts';
import Link from 'next/link';
import { countOf } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { BoardLink } from '../board-link';
import { boardParameters, handlesParameter, type BoardQuery } from '../board-view';
import styles from './comparison-bar.module.css';
import { rowOfHandle } from '../method-identity';

/** What is ticked on the board, and the way to the page that compares it. Nothing ticked: nothing here. */
export function ComparisonBar({ board, query }: { board: Leaderboard; query: BoardQuery }) {
  const rows = query.entries.flatMap((handle) => rowOfHandle(board.rows, handle) ?? []);
  if (rows.length === 0) return null;
  const here = { area: board.area, scenario: board.scenario };
  return (
    <div className={styles.bar} role="region" aria-label="Comparison">
      <p>
        <strong>{countOf(rows.length, 'method', 'methods')}</strong> chosen:{' '}
        {rows.map((row) => row.method).join(', ')}
      </p>
      <p className={styles.actions}>
        <BoardLink
          href={paths.leaderboard(board.challenge, {
            ...here,
            ...boardParameters({ ...query, entries: [] }),
          })}
        >
          Clear
        </BoardLink>
        <Link
          href={paths.compare(board.challenge, {
            ...here,
            entries: handlesParameter(query.entries),
            version: query.version,
          })}
          className="button button-primary button-small"
          prefetch={false}
        >
          {rows.length === 1 ? 'Look at it' : 'Compare them'}
        </Link>
      </p>
    </div>
  );
}
