import { METRICS_OF_PROTOCOL, SCORE_TABLE, type Leaderboard, type LeaderboardRow } from '@sillage/contracts';
import type { MethodSlot } from '../../../charts/method-colours';
import { Inputs } from '../../../components/inputs';
import { metricDirection, MetricSymbol, ScoreHelp } from '../../../components/scores/metric-heading';
import { ScoreValue } from '../../../components/scores/score-value';
import { shownDifference } from '../../../lib/format-difference';
import { errorText } from '../../../lib/format-score';
import { bestRows, rankIntervalText } from '../board-view';
import { costText } from '../cost-text';
import styles from './comparison-table.module.css';
import { FigureLinks } from '../export/figure-links';
import { LineSample } from './line-sample';
import { PhysicsValue } from '../physics-column';
import { shownErrors, shownPhysics } from '../export/view-table';

type Props = {
  board: Leaderboard;
  rows: readonly LeaderboardRow[];
  slotOf: (row: LeaderboardRow) => MethodSlot;
  svgHref: string;
};

/** The numbers of the chosen methods; differences are to the first of them. */
export function ComparisonScores({ board, rows, slotOf, svgHref }: Props) {
  const metrics = METRICS_OF_PROTOCOL[board.protocol];
  const shown = { ...board, rows: [...rows] };
  const errors = shownErrors(shown, { columns: 'all' });
  const physics = shownPhysics(shown, { columns: 'all' });
  const hasCosts = rows.some((row) => row.cost !== null);
  const [first] = rows;
  return (
    <section aria-labelledby="compare-scores" className={styles.section}>
      <h3 id="compare-scores">Scores</h3>
      <div className={styles.scroller} role="region" aria-label="Scores of the compared methods" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">
            Scores of the compared methods{first === undefined ? '' : `, with differences to ${first.method}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <th scope="col" className={styles.number}>
                <abbr title="Rank on the board, by µ(RMSE)">#</abbr>
              </th>
              {metrics.map((metric) => (
                <th key={metric} scope="col" className={styles.number}>
                  <span className={styles.heading}>
                    <ScoreHelp score={metric} protocol={board.protocol} id={`compare-${metric}`} />
                    <MetricSymbol metric={metric} />
                  </span>
                  <span className={styles.direction}>{metricDirection(metric)}</span>
                </th>
              ))}
              {errors.map((key) => (
                <th key={key} scope="col" className={styles.number}>
                  <span className={styles.heading}>
                    <ScoreHelp score={key} protocol={board.protocol} id={`compare-${key}`} />
                    {SCORE_TABLE[key].label}
                  </span>
                  <span className={styles.direction}>{SCORE_TABLE[key].better} is better</span>
                </th>
              ))}
              {physics.map((column) => (
                <th key={column} scope="col" className={styles.number}>
                  <span className={styles.heading}>
                    <ScoreHelp score={column} protocol={board.protocol} id={`compare-${column}`} />
                    {SCORE_TABLE[column].label}
                  </span>
                  <span className={styles.direction}>
                    {column === 'spectralSlope' ? "truth's is best" : '1 is best'}
                  </span>
                </th>
              ))}
              {hasCosts ? (
                <th scope="col" className={styles.number}>
                  Time to map
                </th>
              ) : null}
              <th scope="col">Inputs</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.submissionId}>
                <th scope="row" className={styles.name}>
                  <LineSample slot={slotOf(row)} /> {row.method}
                </th>
                <td className={styles.number}>
                  {row.rank}
                  <span className={styles.detail}>{rankIntervalText(row) ?? ''}</span>
                </td>
                {metrics.map((metric) => {
                  const difference =
                    first === undefined || row === first
                      ? null
                      : shownDifference(metric, row.scores, first.scores, 'percent');
                  const isBest = rows.length > 1 && bestRows(rows, metric).has(row.submissionId);
                  return (
                    <td key={metric} className={styles.number}>
                      <span className={isBest ? styles.best : undefined}>
                        {isBest ? <span className="visually-hidden">best: </span> : null}
                        <ScoreValue metric={metric} scores={row.scores} id={`compare-${row.submissionId}`} />
                      </span>
                      <span className={styles.detail}>
                        {difference === null ? '' : `${difference.glyph} ${difference.text}`.trim()}
                      </span>
                    </td>
                  );
                })}
                {errors.map((key) => (
                  <td key={key} className={styles.number}>
                    {errorText(row.scores, key) ?? '–'}
                  </td>
                ))}
                {physics.map((column) => (
                  <td key={column} className={styles.number}>
                    <PhysicsValue row={row} column={column} />
                  </td>
                ))}
                {hasCosts ? (
                  <td className={styles.number}>{row.cost === null ? '–' : costText(row.cost)}</td>
                ) : null}
                <td>
                  <Inputs inputs={row.inputs} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {first === undefined || rows.length < 2 ? null : (
        <p className={styles.note}>Differences are to {first.method}: ▲ better, ▼ worse.</p>
      )}
      <FigureLinks svgHref={svgHref} title="Scores" />
    </section>
  );
}
