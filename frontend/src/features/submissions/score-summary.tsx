'use client';

import {
  METRIC_DEFINITIONS,
  METRICS,
  UNRESOLVED_TEXTS,
  type Leaderboard,
  type Metric,
  type Scores,
} from '@sillage/contracts';
import Link from 'next/link';
import { metricDirection, MetricHelp, MetricSymbol } from '../../components/metric-heading';
import { UNRESOLVED_MARKS } from '../../components/unresolved-marks';
import { formatFixed, formatSigned } from '../../lib/format-number';
import { GRID_LIMIT_TEXT, isAtGridLimit, scoreText } from '../../lib/format-score';
import { paths } from '../../lib/paths';
import styles from './score-summary.module.css';

type Props = {
  submissionId: string;
  scores: Scores;
  rank: number | null;
  /** The board, for the number of methods and the reference; `null` while it is not known. */
  board: Leaderboard | null;
};

export function ScoreSummary({ submissionId, scores, rank, board }: Props) {
  const reference =
    board?.rows.find((row) => row.kind === 'reference' && row.submissionId !== submissionId) ?? null;
  const isShared = (board?.rows.filter((row) => row.rank === rank).length ?? 0) > 1;
  return (
    <section aria-label="Scores" className={styles.summary}>
      <dl className={styles.numbers}>
        {METRICS.map((metric, index) => (
          <div key={metric} data-testid={`score-${metric}`}>
            <dt>
              <MetricSymbol metric={metric} />{' '}
              <MetricHelp metric={metric} id={`help-${metric}`} align={index % 2 === 1 ? 'right' : 'left'} />
              <span className={styles.direction}>{metricDirection(metric)}</span>
            </dt>
            <dd>
              <Value metric={metric} scores={scores} />
              {reference === null ? (
                <span className={styles.difference}>&nbsp;</span>
              ) : (
                <Difference
                  metric={metric}
                  value={scores[metric]}
                  reference={reference.scores[metric]}
                  method={reference.method}
                />
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.rank}>
        {rank === null ? null : (
          <>
            <strong>
              Rank {rank}
              {isShared ? '=' : ''}
            </strong>
            {board === null ? '' : ` of ${board.rows.length}`} by µ(RMSE) ·{' '}
          </>
        )}
        RMSE {formatFixed(scores.rmseM * 100, 2)} cm
        {board === null ? null : (
          <>
            {' · '}
            <Link href={paths.leaderboard(board.challenge, { area: board.area, scenario: board.scenario })}>
              See it on the board
            </Link>
            {' · '}
            <Link
              href={paths.leaderboard(board.challenge, {
                area: board.area,
                scenario: board.scenario,
                zero: submissionId,
              })}
            >
              Compare the others with it
            </Link>
          </>
        )}
      </p>
    </section>
  );
}

function Value({ metric, scores }: { metric: Metric; scores: Scores }) {
  const value = scores[metric];
  if (value === null) {
    return (
      <span className={styles.unresolved}>
        {UNRESOLVED_MARKS[scores.unresolved ?? 'undefined-spectrum']}
        <span className={styles.reason}>{UNRESOLVED_TEXTS[scores.unresolved ?? 'undefined-spectrum']}</span>
      </span>
    );
  }
  const { unit } = METRIC_DEFINITIONS[metric];
  return (
    <span className={styles.value} title={isAtGridLimit(scores, metric) ? GRID_LIMIT_TEXT : undefined}>
      {scoreText(scores, metric)}
      {unit === '' ? null : unit === '°' ? '°' : <span className={styles.unit}> {unit}</span>}
    </span>
  );
}

type DifferenceProps = { metric: Metric; value: number | null; reference: number | null; method: string };

function Difference({ metric, value, reference, method }: DifferenceProps) {
  if (value === null || reference === null)
    return <span className={styles.difference}>no difference to {method}</span>;
  const { better, decimals } = METRIC_DEFINITIONS[metric];
  const change = value - reference;
  const isSame = Number(Math.abs(change).toFixed(decimals)) === 0;
  const isBetter = better === 'higher' ? change > 0 : change < 0;
  return (
    <span className={`${styles.difference} ${isSame ? '' : isBetter ? styles.better : styles.worse}`}>
      <span aria-hidden="true">{isSame ? '=' : isBetter ? '▲' : '▼'}</span> {formatSigned(change, decimals)}{' '}
      to {method}
      <span className="visually-hidden">, {isSame ? 'the same' : isBetter ? 'better' : 'worse'}</span>
    </span>
  );
}
