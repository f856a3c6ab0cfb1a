import Link from 'next/link';
import type { Leaderboard, LeaderboardRow } from '@sillage/contracts';
import { paths } from '../../lib/paths';
import { boardParameters, DIFFERENCE_MODES, type BoardQuery, type DifferenceMode } from './board-view';
import styles from './board-toolbar.module.css';

const MODE_LABELS: Record<DifferenceMode, string> = { percent: 'per cent', absolute: 'in units', off: 'off' };

export function BoardToolbar({
  board,
  query,
  zero,
}: {
  board: Leaderboard;
  query: BoardQuery;
  zero: LeaderboardRow | null;
}) {
  const here = { area: board.area, scenario: board.scenario };
  return (
    <div className={styles.toolbar}>
      <p className={styles.zero}>
        {zero === null ? (
          'No reference stands on this board: values are shown without differences.'
        ) : (
          <>
            Zero line: <strong>{zero.method}</strong>. Differences are to it:{' '}
            <span className={styles.key}>▲ better</span> <span className={styles.keyWorse}>▼ worse</span>
            {query.zero === null ? null : (
              <>
                {' · '}
                <Link
                  href={paths.leaderboard(board.challenge, {
                    ...here,
                    ...boardParameters({ ...query, zero: null }),
                  })}
                  scroll={false}
                >
                  back to the reference
                </Link>
              </>
            )}
          </>
        )}
      </p>
      <nav aria-label="Differences" className={styles.modes}>
        {DIFFERENCE_MODES.map((mode) => (
          <Link
            key={mode}
            href={paths.leaderboard(board.challenge, {
              ...here,
              ...boardParameters({ ...query, difference: mode }),
            })}
            aria-current={query.difference === mode ? 'true' : undefined}
            scroll={false}
            prefetch={false}
          >
            {MODE_LABELS[mode]}
          </Link>
        ))}
      </nav>
    </div>
  );
}
