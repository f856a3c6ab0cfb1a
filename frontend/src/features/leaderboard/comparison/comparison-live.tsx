'use client';

import type { Leaderboard, LeaderboardRow } from '@sillage/contracts';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import type { MethodSlot } from '../../../charts/method-colours';
import { Notice } from '../../../components/notice';
import { countOf } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { taskKey, taskName } from '../../../lib/tasks';
import { BoardChooser } from '../board/board-chooser';
import { BoardLink } from '../board-link';
import { handlesParameter, parseBoardQuery } from '../board-view';
import { chooseBoard, type BoardChallenge, type BoardChoice } from '../choose-board';
import { ComparisonCurves } from './comparison-curves';
import type { ComparisonFigure } from './comparison-figure-names';
import styles from './comparison-live.module.css';
import { ComparisonMaps } from './comparison-maps';
import { ComparisonPairs } from './comparison-pairs';
import { ComparisonResolution } from './comparison-resolution';
import { ComparisonScores } from './comparison-scores';
import { chosenRows, handleName, MAX_COMPARED, slotsOfRows } from './comparison-view';
import { LineSample } from './line-sample';
import { handleOf, toggledHandle } from '../method-identity';
import { OlderVersionNotice } from '../board/older-version-notice';
import { useBoards } from '../use-boards';

type Props = { challenge: BoardChallenge; initial: readonly Leaderboard[] };

/** Any methods of a board side by side. Like the board, the address is the whole state. */
export function ComparisonLive({ challenge, initial }: Props) {
  const parameters = useSearchParams();
  const asked = useMemo(
    (): Record<string, string> => ({
      ...Object.fromEntries(parameters),
      entries: parameters.getAll('entries').join('|'),
    }),
    [parameters],
  );
  const { board: choice } = chooseBoard(challenge, asked);
  const { board, state, prepare } = useBoards(challenge, initial, choice);
  const query = parseBoardQuery(asked);
  const { rows, absent, droppedCount } = chosenRows(board, query.entries);
  const slotOf = slotsOfRows(board.rows, rows);
  const handles = rows.map((row) => handleOf(board.rows, row));
  const hrefOf = (next: readonly string[], at: BoardChoice = choice) =>
    paths.compare(challenge.id, { ...at, entries: handlesParameter(next), version: challenge.olderVersion });
  const here = { area: board.area, scenario: board.scenario };
  const fileHref = (more: Record<string, string | null> = {}) =>
    paths.compareDownload(challenge.id, {
      ...here,
      entries: handlesParameter(handles),
      version: challenge.olderVersion,
      ...more,
    });
  const svgHref = (figure: ComparisonFigure, more: Record<string, string> = {}) =>
    fileHref({ format: 'svg', figure, ...more });
  const key = `${taskKey(board)} ${rows.map((row) => row.evaluationId).join()}`;

  return (
    <div
      className={styles.page}
      data-state={state}
      data-board={taskKey(board)}
      aria-busy={state === 'waiting'}
    >
      <div className={styles.head}>
        <h2>Compare methods</h2>
        <Link
          href={paths.leaderboard(challenge.id, {
            ...here,
            entries: handlesParameter(handles),
            version: challenge.olderVersion,
          })}
          prefetch={false}
        >
          Back to the board
        </Link>
      </div>
      <BoardChooser
        challenge={challenge}
        choice={choice}
        query={query}
        onIntent={prepare}
        hrefOf={(at) => hrefOf(query.entries, at)}
      />
      <OlderVersionNotice
        challenge={challenge}
        currentHref={paths.compare(challenge.id, { ...choice, entries: handlesParameter(query.entries) })}
      />
      {state === 'failed' ? (
        <Notice tone="danger" title="This board could not be loaded" announce>
          <p>The service did not answer. The scores are kept; reload the page to try again.</p>
        </Notice>
      ) : null}
      <EntryList
        board={board}
        rows={rows}
        slotOf={slotOf}
        hrefWithout={(row) => hrefOf(handles.filter((handle) => handle !== handleOf(board.rows, row)))}
        hrefWith={(row) => hrefOf(toggledHandle(handles, handleOf(board.rows, row)))}
      />
      {absent.length === 0 && droppedCount === 0 ? null : (
        <p className={styles.note}>
          {absent.length === 0
            ? ''
            : `Not on the board ${taskName(challenge, board)}: ${absent.map(handleName).join(', ')}. `}
          {droppedCount === 0
            ? ''
            : `${countOf(droppedCount, 'more was', 'more were')} asked for: at most ${MAX_COMPARED} are shown.`}
        </p>
      )}
      {rows.length === 0 ? (
        <p className="muted">None of the methods in the address stands on this board. Add one above.</p>
      ) : (
        <>
          <ComparisonScores board={board} rows={rows} slotOf={slotOf} svgHref={svgHref('scores')} />
          {rows.length < 2 ? null : (
            <ComparisonPairs key={`pairs ${key}`} board={board} rows={rows} svgHref={svgHref('pairs')} />
          )}
          <ComparisonCurves
            key={`curves ${key}`}
            board={board}
            rows={rows}
            slotOf={slotOf}
            svgHref={svgHref}
          />
          <ComparisonResolution
            key={`resolution ${key}`}
            rows={rows}
            svgHref={(boxes) => svgHref('resolution', boxes)}
          />
          <ComparisonMaps key={`maps ${key}`} rows={rows} svgHref={(chosen) => svgHref('maps', chosen)} />
        </>
      )}
      <p className={styles.note}>
        Protocol {board.protocol}, dataset {board.datasetVersion}.
        {rows.length === 0 ? null : (
          <>
            {' '}
            Take it away: <a href={fileHref()}>scores as CSV</a>
            {rows.length < 2 || board.uncertainty === null ? null : (
              <>
                , <a href={fileHref({ format: 'pairs-csv' })}>pairs as CSV</a>
              </>
            )}
            , <a href={fileHref({ format: 'svg' })}>all tables and curves as one SVG</a>.
          </>
        )}
      </p>
    </div>
  );
}

type EntryListProps = {
  board: Leaderboard;
  rows: readonly LeaderboardRow[];
  slotOf: (row: LeaderboardRow) => MethodSlot;
  hrefWithout: (row: LeaderboardRow) => string;
  hrefWith: (row: LeaderboardRow) => string;
};

function EntryList({ board, rows, slotOf, hrefWithout, hrefWith }: EntryListProps) {
  const others = board.rows.filter((row) => !rows.includes(row));
  return (
    <div className={styles.entries}>
      <ul aria-label="Methods compared">
        {rows.map((row) => (
          <li key={row.submissionId}>
            <LineSample slot={slotOf(row)} />
            <Link href={paths.submission(row.submissionId, { task: taskKey(board) })} prefetch={false}>
              {row.method}
            </Link>
            <span className={styles.author}>{row.author}</span>
            <BoardLink href={hrefWithout(row)} className={styles.remove} title={`Leave out ${row.method}`}>
              ×<span className="visually-hidden"> leave out {row.method}</span>
            </BoardLink>
          </li>
        ))}
      </ul>
      {others.length === 0 || rows.length >= MAX_COMPARED ? null : (
        <select
          aria-label="Add a method"
          value=""
          onChange={(event) => {
            const row = others.find((item) => item.submissionId === event.currentTarget.value);
            if (row !== undefined) window.history.pushState(null, '', hrefWith(row));
          }}
        >
          <option value="">Add a method …</option>
          {others.map((row) => (
            <option key={row.submissionId} value={row.submissionId}>
              {row.method} ({row.author})
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
