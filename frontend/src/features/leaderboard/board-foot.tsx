import type { Leaderboard } from '@sillage/contracts';
import Link from 'next/link';
import { countOf } from '../../lib/format-number';
import { apiPaths, paths } from '../../lib/paths';
import styles from './board-foot.module.css';
import { boardParameters, hidesBehindCoast, type BoardQuery } from './board-view';

/** What the numbers are tied to, what is still to come, and the view as a file. */
export function BoardFoot({ board, query }: { board: Leaderboard; query: BoardQuery }) {
  const view = { area: board.area, scenario: board.scenario, ...boardParameters(query) };
  return (
    <div className={styles.foot}>
      <p>
        {countOf(board.rows.length, 'method', 'methods')}
        {board.pendingCount === 0
          ? ', none waiting to be scored.'
          : `, ${countOf(board.pendingCount, 'more is', 'more are')} being checked and scored.`}{' '}
        {board.failedReferences.length === 0
          ? ''
          : `Missing, since computing or scoring it failed: ${board.failedReferences.join(', ')}. `}
        Protocol <Link href={`${paths.aboutScores}#${board.protocol}`}>{board.protocol}</Link>, dataset{' '}
        {board.datasetVersion}. Ranked by µ(RMSE); equal values share a rank. Differences are taken before
        rounding: 0.901 beside 0.898 may show +0.004.
        {hidesBehindCoast(board)
          ? ' Zeros on land let λx run to the limit of the grid (≤) here: the page of each method has λ of the open ocean.'
          : ''}
      </p>
      <p className={styles.downloads}>
        <span>This view as</span>
        <a href={paths.leaderboardDownload(board.challenge, { ...view, format: 'csv' })} download>
          CSV
        </a>
        <a href={paths.leaderboardDownload(board.challenge, { ...view, format: 'json' })} download>
          JSON
        </a>
        <a href={apiPaths.snapshot(board.challenge)} download>
          Every public score (zip)
        </a>
      </p>
    </div>
  );
}
