import type { Leaderboard, LeaderboardRow } from '@sillage/contracts';
import { paths } from '../../../lib/paths';
import { BoardLink } from '../board-link';
import { boardParameters, DIFFERENCE_MODES, type BoardQuery, type DifferenceMode } from '../board-view';
import styles from './board-toolbar.module.css';
import { shownErrors, shownPhysics } from '../export/view-table';
import { SegmentedLinks } from '../segmented-links';

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
  const hasMore =
    shownErrors(board, { columns: 'all' }).length > 0 ||
    shownPhysics(board, { columns: 'all' }).length > 0 ||
    board.rows.some((row) => row.cost !== null);
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
                <BoardLink
                  href={paths.leaderboard(board.challenge, {
                    ...here,
                    ...boardParameters({ ...query, zero: null }),
                  })}
                >
                  back to the reference
                </BoardLink>
              </>
            )}
          </>
        )}
      </p>
      <div className={styles.switches}>
        {hasMore ? (
          <SegmentedLinks
            label="Columns"
            segments={(['scores', 'all'] as const).map((columns) => ({
              key: columns,
              name: columns === 'scores' ? 'scores' : 'all columns',
              isHere: query.columns === columns,
              href: paths.leaderboard(board.challenge, {
                ...here,
                ...boardParameters({ ...query, columns }),
              }),
            }))}
          />
        ) : null}
        <SegmentedLinks
          label="Differences"
          segments={DIFFERENCE_MODES.map((mode) => ({
            key: mode,
            name: MODE_LABELS[mode],
            isHere: query.difference === mode,
            href: paths.leaderboard(board.challenge, {
              ...here,
              ...boardParameters({ ...query, difference: mode }),
            }),
          }))}
        />
      </div>
    </div>
  );
}
