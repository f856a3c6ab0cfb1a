import Link from 'next/link';
import { paths } from '../../../lib/paths';
import { BoardLink } from '../board-link';
import { boardParameters, VIEWS, type BoardQuery, type View } from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import styles from './view-tabs.module.css';

export const VIEW_NAMES: Record<View, string> = {
  board: 'One board',
  matrix: 'All areas',
  bands: 'By wavelength',
  history: 'History',
};

/** The ways of looking at the boards of a challenge. */
export function ViewTabs({
  challenge,
  choice,
  query,
}: {
  challenge: BoardChallenge;
  choice: BoardChoice;
  query: BoardQuery;
}) {
  return (
    <nav aria-label="View" className={styles.tabs}>
      {VIEWS.map((view) => (
        <BoardLink
          key={view}
          href={paths.leaderboard(challenge.id, { ...choice, ...boardParameters({ ...query, view }) })}
          isHere={query.view === view}
        >
          {VIEW_NAMES[view]}
        </BoardLink>
      ))}
      {challenge.areas.length < 2 ? null : (
        <Link href={paths.acrossAreas(challenge.id, { scenario: choice.scenario })} prefetch={false}>
          Across areas
        </Link>
      )}
    </nav>
  );
}
