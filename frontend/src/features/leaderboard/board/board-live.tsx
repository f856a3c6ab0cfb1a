'use client';

import type { Leaderboard, PublicVersion } from '@sillage/contracts';
import dynamic from 'next/dynamic';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { DataNotInstalled } from '../../../components/data-not-installed';
import { Notice } from '../../../components/notice';
import { countOf } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { taskName } from '../../../lib/tasks';
import { BoardChooser } from './board-chooser';
import { BoardFilters } from './board-filters';
import { BoardFoot } from './board-foot';
import styles from './board-live.module.css';
import { BoardToolbar } from './board-toolbar';
import { boardParameters, parseBoardQuery, queryOn, zeroRow, type BoardQuery } from '../board-view';
import { chooseBoard, literatureBoard, type BoardChallenge, type BoardChoice } from '../choose-board';
import { ComparisonBar } from '../comparison/comparison-bar';
import { LeaderboardTable } from './leaderboard-table';
import { MatrixView } from '../matrix/matrix-view';
import { OlderVersionNotice } from './older-version-notice';
import { PublishedTable } from '../published/published-table';
import { useBoards } from '../use-boards';
import { VersionChooser } from './version-chooser';
import { ViewTabs } from './view-tabs';

/** Fetched when they are looked at: who reads the board does not load them. */
const BandsPanel = dynamic(() => import('../bands/bands-panel').then(({ BandsPanel }) => BandsPanel));
const HistoryPanel = dynamic(() =>
  import('../history/history-panel').then(({ HistoryPanel }) => HistoryPanel),
);

type Props = {
  challenge: BoardChallenge;
  /** The chosen board; for the matrix, all of them. Never empty. */
  initial: readonly Leaderboard[];
  /** Newest first. */
  versions: readonly PublicVersion[];
};

/** The boards of a challenge. The address is the whole state: chips, sorting and the back button only change it. */
export function BoardLive({ challenge, initial, versions }: Props) {
  const parameters = useSearchParams();
  const asked = useMemo((): Record<string, string> => Object.fromEntries(parameters), [parameters]);
  const { board: choice, isAsked } = chooseBoard(challenge, asked);
  const boards = useBoards(challenge, initial, choice);
  const read = queryOn(challenge.protocol, parseBoardQuery(asked));
  // The page decides which version's boards these are; the address may ask for one that is not there.
  const query = { ...read, version: challenge.olderVersion };
  const name = taskName(challenge, choice);
  const state = challenge.isInstalled ? boards.state : 'here';
  const board = challenge.isInstalled ? boards.board : literatureBoard(challenge, choice);
  const shared = { challenge, choice, query };
  const isMatrix = query.view === 'matrix' && challenge.isInstalled;

  return (
    <div className={styles.boards}>
      {challenge.isInstalled ? <ViewTabs {...shared} /> : null}
      <VersionChooser {...shared} versions={versions} />
      {isMatrix ? null : (
        <BoardChooser {...shared} onIntent={challenge.isInstalled ? boards.prepare : () => undefined} />
      )}
      {isAsked ? null : (
        <Notice tone="warning">
          <p>This challenge has no board for the area and observations in the address. This is {name}.</p>
        </Notice>
      )}
      <OlderVersionNotice
        challenge={challenge}
        currentHref={paths.leaderboard(challenge.id, {
          ...choice,
          ...boardParameters({ ...query, version: null, entries: [] }),
        })}
      />
      {read.version === null || read.version === challenge.datasetVersion ? null : (
        <Notice tone="warning" title={`There is no dataset ${read.version} here`}>
          <p>These are the boards of dataset {challenge.datasetVersion}.</p>
        </Notice>
      )}
      <p role="status" className="visually-hidden">
        {state !== 'here'
          ? ''
          : isMatrix
            ? 'All boards'
            : `${name}: ${countOf(board.rows.length, 'method', 'methods')}`}
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
      ) : isMatrix ? (
        <MatrixView {...shared} boards={boards.boards} />
      ) : (
        <div
          className={styles.board}
          data-state={state}
          data-board={`${board.area}.${board.scenario}`}
          aria-busy={state === 'waiting'}
        >
          {challenge.isInstalled ? (
            <BoardContent challenge={challenge} board={board} query={query} />
          ) : (
            <DataNotInstalled challenge={challenge.id}>
              <p>
                {board.published.length === 0
                  ? 'Nothing can be submitted yet, and no score is published for this area and these observations.'
                  : 'Nothing can be submitted yet. Below are the published scores for this area and these observations.'}
              </p>
            </DataNotInstalled>
          )}
          {query.view === 'board' || !challenge.isInstalled ? <PublishedTable board={board} /> : null}
        </div>
      )}
    </div>
  );
}

type ContentProps = { challenge: BoardChallenge; board: Leaderboard; query: BoardQuery };

function BoardContent({ challenge, board, query }: ContentProps) {
  const here: BoardChoice = { area: board.area, scenario: board.scenario };
  if (query.view === 'history') return <HistoryPanel challenge={challenge} board={board} query={query} />;
  if (query.view === 'bands')
    return (
      <>
        <BoardFilters challenge={challenge} choice={here} query={query} rows={board.rows} />
        <BandsPanel challenge={challenge} board={board} query={query} />
      </>
    );
  return <OneBoard challenge={challenge} board={board} query={query} />;
}

function OneBoard({ challenge, board, query }: ContentProps) {
  const here: BoardChoice = { area: board.area, scenario: board.scenario };
  return (
    <>
      <BoardFilters challenge={challenge} choice={here} query={query} rows={board.rows} />
      <BoardToolbar board={board} query={query} zero={zeroRow(board.rows, query.zero)} />
      <LeaderboardTable
        board={board}
        query={query}
        caption={`Leaderboard of ${challenge.name}, ${taskName(challenge, board)}, by ${query.sort}`}
      />
      <ComparisonBar board={board} query={query} />
      <BoardFoot challenge={challenge} board={board} query={query} />
    </>
  );
}
