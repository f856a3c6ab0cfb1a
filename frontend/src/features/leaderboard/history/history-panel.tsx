'use client';

import { SCORE_TABLE, type BoardHistory, type Leaderboard, type Metric } from '@sillage/contracts';
import Link from 'next/link';
import { useCallback, useMemo } from 'react';
import { MethodLinesChart } from '../../../charts/lines/method-lines-chart';
import { recordLinesConfig, type Palette } from '../../../charts/lines/method-lines-chart.config';
import { Inputs } from '../../../components/inputs';
import { MetricSymbol } from '../../../components/scores/metric-heading';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formatMetricWithUnit } from '../../../lib/format-number';
import { formatDay } from '../../../lib/format-time';
import { paths } from '../../../lib/paths';
import { taskKey } from '../../../lib/tasks';
import { BoardDataNotice } from '../board/board-data-notice';
import type { BoardQuery } from '../board-view';
import type { BoardChallenge } from '../choose-board';
import { ExportPanel } from '../export/export-panel';
import styles from './history-panel.module.css';
import { RECORD_METRICS, recordPoints, type RecordMetric } from './history-view';
import { useBoardData } from '../use-board-data';
import { metricLabel } from '../export/view-table';

type Records = NonNullable<BoardHistory['records'][RecordMetric]>;

type Props = { challenge: BoardChallenge; board: Leaderboard; query: BoardQuery };

/** How the best µ and λx of a board came to be: a step for each submission that was better than all before it. */
export function HistoryPanel({ challenge: boards, board, query }: Props) {
  const { challenge, area, scenario, datasetVersion: version } = board;
  const load = useCallback(
    () => browserGateway.boardHistory(challenge, { area, scenario, version }),
    [challenge, area, scenario, version],
  );
  const data = useBoardData(`${taskKey(board)} ${board.rows.map((row) => row.evaluationId).join()}`, load);
  if (data.state !== 'here') return <BoardDataNotice state={data.state} what="history of this board" />;
  const { records, datasetVersion } = data.value;
  const shown = RECORD_METRICS.flatMap((metric) => {
    const list = records[metric];
    return list === undefined || list.length === 0 ? [] : [{ metric, list }];
  });
  if (shown.length === 0) return <p className="muted">Nobody stands on this board yet.</p>;
  return (
    <div className={styles.history}>
      {shown.map(({ metric, list }) => (
        <RecordSection key={metric} metric={metric} records={list} />
      ))}
      <p className={styles.note}>
        By date of submission, on dataset {datasetVersion}. A submission that was not better than all before
        it is not a step.
      </p>
      <ExportPanel challenge={boards} choice={{ area, scenario }} query={query} />
    </div>
  );
}

function RecordSection({ metric, records }: { metric: Metric; records: Records }) {
  const { symbol, decimals, better } = SCORE_TABLE[metric];
  const config = useMemo(
    () => (palette: Palette) =>
      recordLinesConfig(
        [{ label: `best ${symbol}`, slot: 1, points: recordPoints(records) }],
        { axis: metricLabel(metric), decimals },
        palette,
      ),
    [metric, records, symbol, decimals],
  );
  const last = records.at(-1)!;
  const sentence = `Best ${symbol} so far: ${formatMetricWithUnit(metric, last.value)} by ${last.method}, ${formatDay(new Date(last.at))}, after ${records.length} ${records.length === 1 ? 'step' : 'steps'}.`;
  return (
    <section className="panel" aria-labelledby={`history-${metric}`}>
      <h2 id={`history-${metric}`} className={styles.heading}>
        Best <MetricSymbol metric={metric} />{' '}
        <span className={styles.direction}>
          {better === 'higher' ? 'higher is better' : 'lower is better'}
        </span>
      </h2>
      <div className={styles.columns}>
        <MethodLinesChart config={config} description={sentence} heightPx={220} />
        <div className={styles.scroller} role="region" aria-label={`Steps of ${symbol}`} tabIndex={0}>
          <table className={styles.table}>
            <caption className="visually-hidden">{sentence}</caption>
            <thead>
              <tr>
                <th scope="col">Date</th>
                <th scope="col">Method</th>
                <th scope="col" className={styles.value}>
                  <MetricSymbol metric={metric} />
                </th>
                <th scope="col">Inputs</th>
              </tr>
            </thead>
            <tbody>
              {[...records].reverse().map((record) => (
                <tr key={record.evaluationId}>
                  <td className={styles.date}>{formatDay(new Date(record.at))}</td>
                  <th scope="row">
                    <Link href={paths.submission(record.submissionId)} prefetch={false}>
                      {record.method}
                    </Link>
                    <span className={styles.author}>{record.author}</span>
                  </th>
                  <td className={styles.value}>{formatMetricWithUnit(metric, record.value)}</td>
                  <td>
                    <Inputs inputs={record.inputs} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}
