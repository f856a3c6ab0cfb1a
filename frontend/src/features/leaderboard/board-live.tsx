'use client';

import type { Leaderboard } from '@sillage/contracts';
import { useSearchParams } from 'next/navigation';
import { DataNotInstalled } from '../../components/data-not-installed';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import { taskName } from '../../lib/tasks';
import { BoardChooser } from './board-chooser';
import { BoardFoot } from './board-foot';
import styles from './board-live.module.css';
import { BoardToolbar } from './board-toolbar';
import { boardParameters, parseBoardQuery, queryOn, zeroRow } from './board-view';
import { chooseBoard, literatureBoard, type BoardChallenge } from './choose-board';
import { LeaderboardTable } from './leaderboard-table';
import { PublishedTable } from './published-table';
import { useBoards } from './use-boards';

/** The boards of a challenge. The address is the whole state: chips, sorting and the back button only change it. */
export function BoardLive({ challenge, initial }: { challenge: BoardChallenge; initial: Leaderboard }) {
  const asked = Object.fromEntries(useSearchParams());
  const { board: choice, isAsked } = chooseBoard(challenge, asked);
  const boards = useBoards(initial, choice, challenge.isInstalled);
  const state = challenge.isInstalled ? boards.state : 'here';
  const board = challenge.isInstalled ? boards.board : literatureBoard(challenge, choice);
  const query = queryOn(board.protocol, parseBoardQuery(asked));
  const { sort, order, difference } = boardParameters(query);
  const name = taskName(challenge, choice);

  return (
    <div className={styles.boards}>
      <BoardChooser
        challenge={challenge}
        choice={choice}
        keep={{ sort: sort ?? null, order: order ?? null, difference: difference ?? null }}
        onIntent={challenge.isInstalled ? boards.prepare : () => undefined}
      />
      {isAsked ? null : (
        <Notice tone="warning">
          <p>This challenge has no board for the area and observations in the address. This is {name}.</p>
        </Notice>
      )}
      <p role="status" className="visually-hidden">
        {state === 'here' ? `${name}: ${countOf(board.rows.length, 'method', 'methods')}` : ''}
      </p>
      {state === 'failed' ? (
        <Notice tone="danger" title="This board could not be loaded" announce>
          <p>The service did not answer. The scores are kept; this is only the view of them.</p>
          <p>
            <button type="button" className="button button-small" onClick={boards.retry}>
              Try again
            </button>
          </p>
        </Notice>
      ) : (
        <div
          className={styles.board}
          data-state={state}
          data-board={`${board.area}.${board.scenario}`}
          aria-busy={state === 'waiting'}
        >
          {challenge.isInstalled ? (
            <>
              <BoardToolbar board={board} query={query} zero={zeroRow(board.rows, query.zero)} />
              <LeaderboardTable
                board={board}
                query={query}
                caption={`Leaderboard of ${challenge.name}, ${taskName(challenge, board)}, by ${query.sort}`}
              />
              <BoardFoot board={board} query={query} />
            </>
          ) : (
            <DataNotInstalled challenge={challenge.id}>
              <p>
                {board.published.length === 0
                  ? 'Nothing can be submitted yet, and no score is published for this area and these observations.'
                  : 'Nothing can be submitted yet. Below are the published scores for this area and these observations.'}
              </p>
            </DataNotInstalled>
          )}
          <PublishedTable board={board} />
        </div>
      )}
    </div>
  );
}
