import { SCORE_TABLE, type Leaderboard, type Metric } from '@sillage/contracts';
import { Inputs } from '../../../components/inputs';
import { MetricSymbol } from '../../../components/scores/metric-heading';
import { formatFixed } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { publishedGroups, publishedMetrics, shownDecimals } from './published-view';
import styles from './published-table.module.css';

const SST_MARK = '†';

/** What others printed for this area and these observations: for orientation, in a block and a table of their own. */
export function PublishedTable({ board }: { board: Leaderboard }) {
  const { published } = board;
  if (published.length === 0) return null;
  const metrics = publishedMetrics(board);
  const usesSst = published.some((score) => score.inputs.includes('sst'));
  return (
    <section aria-labelledby="literature" className={styles.block}>
      <div className={styles.head}>
        <h2 id="literature">From the literature</h2>
        <p>Other grid, period or code than here: for orientation, not ranked.</p>
      </div>
      <div className={styles.scroller} role="region" aria-label="Scores from the literature" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">
            Published scores with their period, protocol and source, as printed there
          </caption>
          <thead>
            <tr>
              <th scope="col" className={styles.method}>
                Method
              </th>
              {metrics.map((metric) => (
                <th key={metric} scope="col" className={styles.score}>
                  <MetricSymbol metric={metric} />
                  <Unit metric={metric} />
                </th>
              ))}
              <th scope="col">Inputs</th>
            </tr>
          </thead>
          {publishedGroups(published).map((group) => (
            <tbody key={`${group.source} ${group.period} ${group.protocol}`}>
              <tr className={styles.origin}>
                <th scope="rowgroup" colSpan={metrics.length + 2}>
                  <span className={styles.originText}>
                    {group.sourceUrl === null ? (
                      group.source
                    ) : (
                      <a href={group.sourceUrl} rel="noopener">
                        {group.source}
                      </a>
                    )}
                    <span className={styles.how}>
                      {group.period}; {group.protocol}
                    </span>
                  </span>
                </th>
              </tr>
              {group.scores.map((score) => (
                <tr key={score.method}>
                  <th scope="row" className={styles.method}>
                    {score.method}
                    {score.inputs.includes('sst') ? (
                      <span title="with sea surface temperature">{` ${SST_MARK}`}</span>
                    ) : null}
                    {score.note === '' ? null : <span className={styles.note}>{score.note}</span>}
                  </th>
                  {metrics.map((metric) => {
                    const value = score[metric];
                    return (
                      <td key={metric} className={styles.score}>
                        {value === null ? (
                          <span className="muted">
                            –<span className="visually-hidden">not given</span>
                          </span>
                        ) : (
                          formatFixed(value, shownDecimals(metric, score, group.scores))
                        )}
                      </td>
                    );
                  })}
                  <td>
                    {score.inputs.length === 0 ? (
                      <span className="muted">not stated</span>
                    ) : (
                      <Inputs inputs={score.inputs} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <div className={styles.foot}>
        <p>
          Values of the source, with its decimals.
          {usesSst
            ? ` ${SST_MARK} also uses sea surface temperature, so it is not like for like with the others.`
            : ''}
        </p>
        <p>
          <a
            href={paths.leaderboardDownload(board.challenge, {
              area: board.area,
              scenario: board.scenario,
              format: 'published-csv',
            })}
            download
          >
            Literature as CSV
          </a>
        </p>
      </div>
    </section>
  );
}

function Unit({ metric }: { metric: Metric }) {
  const { unit } = SCORE_TABLE[metric];
  return <span className={styles.unit}>{unit === '°' ? 'degrees' : unit === '' ? '\u00a0' : unit}</span>;
}
