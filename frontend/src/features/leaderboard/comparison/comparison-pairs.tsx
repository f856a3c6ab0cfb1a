'use client';

import { MAX_PAIR_ENTRIES, type Leaderboard, type LeaderboardRow } from '@sillage/contracts';
import { useCallback } from 'react';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatFixed, formatSigned } from '../../../lib/format-number';
import { BoardDataNotice } from '../board/board-data-notice';
import styles from './comparison-table.module.css';
import { pairGlyph, pairOf, probabilityText } from './comparison-view';
import { FigureLinks } from '../export/figure-links';
import { useBoardData } from '../use-board-data';

type Props = { board: Leaderboard; rows: readonly LeaderboardRow[]; svgHref: string };

/** How probably the method of a row beats that of a column, by µ. */
export function ComparisonPairs({ board, rows, svgHref }: Props) {
  const { challenge, area, scenario, datasetVersion: version } = board;
  const ids = rows
    .slice(0, MAX_PAIR_ENTRIES)
    .map((row) => row.evaluationId)
    .join(',');
  const load = useCallback(
    (wanted: string) => browserGateway.boardPairs(challenge, { area, scenario, version }, wanted.split(',')),
    [challenge, area, scenario, version],
  );
  const data = useBoardData(board.uncertainty === null ? null : ids, load);
  return (
    <section aria-labelledby="compare-pairs" className={styles.section}>
      <h3 id="compare-pairs">Who beats whom</h3>
      {board.uncertainty === null ? (
        <p className="muted">
          Nothing can be said here: there are too few days, or this challenge withholds the daily sums that it
          takes.
        </p>
      ) : data.state !== 'here' ? (
        <BoardDataNotice state={data.state} what="probabilities of pairs" />
      ) : (
        <>
          <div className={styles.scroller} role="region" aria-label="Probabilities of pairs" tabIndex={0}>
            <table className={styles.table}>
              <caption className="visually-hidden">
                Probability that the method of the row has a better µ(RMSE) than that of the column
              </caption>
              <thead>
                <tr>
                  <th scope="col">beats →</th>
                  {rows.map((row) => (
                    <th key={row.submissionId} scope="col" className={styles.pair}>
                      {row.method}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((first) => (
                  <tr key={first.submissionId}>
                    <th scope="row" className={styles.name}>
                      {first.method}
                    </th>
                    {rows.map((second) => {
                      if (first === second)
                        return (
                          <td key={second.submissionId} className={`${styles.pair} ${styles.self}`}>
                            <span className="visually-hidden">the same method</span>
                          </td>
                        );
                      const pair = pairOf(data.value, first.evaluationId, second.evaluationId);
                      if (pair === null)
                        return (
                          <td key={second.submissionId} className={styles.pair}>
                            <span className="muted" title="One of them has no daily sums">
                              –<span className="visually-hidden">not known</span>
                            </span>
                          </td>
                        );
                      const [low, high] = pair.interval;
                      return (
                        <td
                          key={second.submissionId}
                          className={styles.pair}
                          title={`µ differs by ${formatSigned(pair.difference, 4)} (95 % interval ${formatSigned(low, 4)} to ${formatSigned(high, 4)})`}
                        >
                          <span className={pair.isSeparable ? styles.separable : undefined}>
                            <span aria-hidden="true">{pairGlyph(pair)} </span>
                            {probabilityText(pair.probability)}
                            <span className="visually-hidden">
                              {pair.isSeparable ? ', told apart' : ', not told apart'}
                            </span>
                          </span>
                          <span className={styles.detail}>
                            {formatSigned(pair.difference, 3)} ({formatSigned(low, 3)} …{' '}
                            {formatSigned(high, 3)})
                          </span>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className={styles.note}>
            Probability that the method of the row has the better µ(RMSE), and below it the difference of µ
            with its 95 % interval. ▲ ▼ told apart, △ ▽ not told apart. Paired bootstrap over{' '}
            {formatFixed(board.uncertainty.dayCount, 0)} days in blocks of{' '}
            {formatFixed(board.uncertainty.blockDays, 0)}.
          </p>
          <FigureLinks svgHref={svgHref} title="Who beats whom" />
        </>
      )}
    </section>
  );
}
