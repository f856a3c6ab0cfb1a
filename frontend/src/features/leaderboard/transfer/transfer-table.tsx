import { METRICS_OF_PROTOCOL, SCORE_TABLE, type Metric, type Transfer } from '@sillage/contracts';
import Link from 'next/link';
import { Fragment, type ReactNode } from 'react';
import { Chip } from '../../../components/chip';
import { metricDirection, MetricSymbol, ScoreHelp } from '../../../components/scores/metric-heading';
import { scoreText } from '../../../lib/format-score';
import { paths } from '../../../lib/paths';
import { taskKey } from '../../../lib/tasks';
import { METRIC_SORT_KEYS } from '../board-view';
import chips from '../board/chip-row.module.css';
import type { BoardChallenge } from '../choose-board';
import styles from './transfer-table.module.css';
import { transferGroups, transferSentence, type TransferCell } from './transfer-view';

type Props = { challenge: BoardChallenge; transfer: Transfer; metric: Metric };

/** Networks by the area that they learnt from, against the areas that they were scored in. */
export function TransferTable({ challenge, transfer, metric }: Props) {
  const { scenario, protocol, areas, baselines } = transfer;
  const groups = transferGroups(transfer, metric);
  const { symbol, label } = SCORE_TABLE[metric];
  const hrefOf = (next: { scenario?: string; metric?: Metric }) =>
    paths.acrossAreas(challenge.id, {
      scenario: next.scenario ?? scenario,
      metric: METRIC_SORT_KEYS[next.metric ?? metric],
    });
  const used = new Set(challenge.tasks.map((task) => task.scenario));
  return (
    <section aria-labelledby="across-areas" className={styles.page}>
      <div className={styles.head}>
        <h2 id="across-areas">Across areas</h2>
        <Link href={paths.leaderboard(challenge.id, { view: 'matrix' })} prefetch={false}>
          All boards at once
        </Link>
      </div>
      <p className={styles.lede}>
        What networks do in seas that they did not learn from. Each row is a network; a cell is its score in
        that area, with the difference to the best reference map there.
      </p>
      <LinkRow label="Observations">
        {challenge.scenarios
          .filter(({ id }) => used.has(id))
          .map(({ id, name }) => (
            <li key={id}>
              <Link
                href={hrefOf({ scenario: id })}
                className={chips['chip']}
                aria-current={id === scenario ? 'true' : undefined}
                prefetch={false}
              >
                {name}
              </Link>
            </li>
          ))}
      </LinkRow>
      <LinkRow label="Metric">
        {METRICS_OF_PROTOCOL[protocol].map((choice) => (
          <li key={choice}>
            <Link
              href={hrefOf({ metric: choice })}
              className={chips['chip']}
              aria-current={choice === metric ? 'true' : undefined}
              prefetch={false}
            >
              <MetricSymbol metric={choice} />
            </Link>
          </li>
        ))}
      </LinkRow>
      {groups.length === 0 ? (
        <p className={styles.none}>
          No network has a score with these observations yet.{' '}
          <Link href={paths.submit(challenge.id)}>Submit one</Link>, and ask on its page for runs in the other
          areas.
        </p>
      ) : (
        <>
          <p className={styles.metric}>
            <MetricSymbol metric={metric} /> {label}, {metricDirection(metric)}{' '}
            <ScoreHelp score={metric} protocol={protocol} id={`transfer-definition-${metric}`} />
          </p>
          <div className={styles.scroller} role="region" aria-label={`Across areas, ${symbol}`} tabIndex={0}>
            <table className={styles.table}>
              <caption className="visually-hidden">{transferSentence(transfer, metric)}</caption>
              <thead>
                <tr>
                  <th scope="col" className={styles.method}>
                    Network
                  </th>
                  {areas.map(({ id, name }) => (
                    <th key={id} scope="col" className={styles.area}>
                      <span className={styles.scored}>scored in</span> {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {groups.map((group) => (
                  <Fragment key={group.key}>
                    <tr className={styles.group}>
                      <th scope="rowgroup" colSpan={areas.length + 1}>
                        {group.title}
                      </th>
                    </tr>
                    {group.rows.map(({ row, cells }) => (
                      <tr key={row.submissionId}>
                        <th scope="row" className={styles.method}>
                          <span className={styles.name}>
                            {row.method}
                            {row.kind === 'reference' ? <Chip tone="signal">reference</Chip> : null}
                          </span>
                          <span className={styles.author}>{row.author}</span>
                        </th>
                        {cells.map((cell) => (
                          <Cell key={cell.area} cell={cell} row={row} scenario={scenario} />
                        ))}
                      </tr>
                    ))}
                  </Fragment>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row" className={styles.method}>
                    <span className={styles.name}>Best reference map</span>
                  </th>
                  {areas.map(({ id }) => {
                    const baseline = baselines.find(({ area }) => area === id);
                    return (
                      <td key={id} className={styles.cell}>
                        {baseline === undefined ? (
                          <span className="muted">none</span>
                        ) : (
                          <>
                            <span className={styles.value}>{scoreText(baseline.scores, metric) ?? '–'}</span>
                            <span className={styles.note}>{baseline.method}</span>
                          </>
                        )}
                      </td>
                    );
                  })}
                </tr>
              </tfoot>
            </table>
          </div>
          <p className="muted small">{transferSentence(transfer, metric)}</p>
          <p className="muted small">
            A bold frame marks an area that the network learnt from. “run there” is a score that no board
            shows: the platform ran the network in an area that it did not enter, because its author or an
            organiser asked. A dot is a run that nobody asked for. Protocol {protocol}, dataset{' '}
            {transfer.datasetVersion}. <a href={paths.acrossAreasDownload(challenge.id, { scenario })}>CSV</a>
          </p>
        </>
      )}
    </section>
  );
}

function LinkRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className={chips['row']}>
      <span className={chips['label']} aria-hidden="true">
        {label}
      </span>
      <ul className={chips['chips']}>{children}</ul>
    </nav>
  );
}

type CellProps = { cell: TransferCell; row: Transfer['rows'][number]; scenario: string };

function Cell({ cell, row, scenario }: CellProps) {
  if (cell.state === 'missing')
    return (
      <td className={styles.missing} title="not run in this area">
        <span aria-hidden="true">·</span>
        <span className="visually-hidden">not run in this area</span>
      </td>
    );
  const { isHome, how, text, absence, difference } = cell;
  const verdict = difference?.verdict ?? 'unknown';
  return (
    <td
      className={`${styles.cell} ${isHome ? styles.home : ''}`}
      data-verdict={verdict}
      title={text === null ? absence : undefined}
    >
      <Link
        href={paths.submission(row.submissionId, {
          // A run in an area that it did not enter has no tab of its own: its page lists it.
          task: how === 'entered' ? taskKey({ area: cell.area, scenario }) : null,
        })}
        prefetch={false}
      >
        <span className={styles.value}>{text ?? '–'}</span>
        <span className={styles.note}>
          {difference === null ? '' : `${difference.glyph} ${difference.text}`}
          {isHome ? <span className="visually-hidden">, learnt from this area</span> : null}
          {how === 'stress' ? <span className={styles.run}> run there</span> : null}
        </span>
      </Link>
    </td>
  );
}
