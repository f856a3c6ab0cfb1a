import type { Leaderboard } from '@sillage/contracts';
import Link from 'next/link';
import { countOf } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import styles from './board-foot.module.css';
import { hidesBehindCoast, type BoardQuery } from '../board-view';
import type { BoardChallenge } from '../choose-board';
import { ExportPanel } from '../export/export-panel';
import { uncertaintySentence } from '../export/view-table';

/** What the numbers are tied to, what is still to come, and the view as a file. */
export function BoardFoot({
  challenge,
  board,
  query,
}: {
  challenge: BoardChallenge;
  board: Leaderboard;
  query: BoardQuery;
}) {
  const here = { area: board.area, scenario: board.scenario };
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
        {board.datasetVersion}.{' '}
        {board.uncertainty === null
          ? 'Ranked by µ(RMSE); equal values share a rank.'
          : uncertaintySentence(board.uncertainty)}{' '}
        {board.areIntervalsComing === true
          ? 'Intervals and ties of new scores are being computed: load the page again to see them. '
          : ''}
        {challenge.disclosure === 'public-test'
          ? 'A public test: scores are rounded to their standard error, so zeros at their end say nothing; of each author those are told that are clearly better than before.'
          : 'Differences are taken before rounding: 0.901 beside 0.898 may show +0.004.'}
        {hidesBehindCoast(board)
          ? ' Zeros on land let λx run to the limit of the grid (≤) here: the page of each method has λ of the open ocean.'
          : ''}
      </p>
      {board.identical.length === 0 ? null : (
        <p>
          Without a rank, since file or map is that of a ranked entry:{' '}
          {board.identical.map(({ submissionId, method, author, original }, index) => (
            <span key={submissionId}>
              {index === 0 ? '' : ', '}
              <Link href={paths.submission(submissionId)} prefetch={false}>
                {method}
              </Link>{' '}
              by {author} (identical to {original.method})
            </span>
          ))}
          .
        </p>
      )}
      <ExportPanel challenge={challenge} choice={here} query={query} />
    </div>
  );
}
