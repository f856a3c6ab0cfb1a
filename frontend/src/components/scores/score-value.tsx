import { UNRESOLVED_TEXTS, type Metric, type Scores } from '@sillage/contracts';
import { formatMetric } from '../../lib/format-number';
import { GRID_LIMIT_TEXT, isAtGridLimit } from '../../lib/format-score';
import { paths } from '../../lib/paths';
import styles from './score-value.module.css';
import { Tooltip } from '../tooltip';
import { UNRESOLVED_MARKS } from './unresolved-marks';

type Props = {
  metric: Metric;
  scores: Scores;
  /** Prefix of the ids on this page. */
  id: string;
};

/** A score without its unit. A bound and a missing value explain themselves on hover and on focus. */
export function ScoreValue({ metric, scores, id }: Props) {
  const value = scores[metric];
  if (value === null) return <UnresolvedMark metric={metric} scores={scores} id={id} />;
  if (!isAtGridLimit(scores, metric)) return <>{formatMetric(metric, value)}</>;
  return (
    <>
      <Tooltip
        id={`${id}-${metric}-limit`}
        href={`${paths.aboutScores}#grid-limit`}
        label="at most"
        className={styles.mark}
        trigger="≤"
      >
        {GRID_LIMIT_TEXT}
      </Tooltip>{' '}
      {formatMetric(metric, value)}
    </>
  );
}

function UnresolvedMark({ metric, scores, id }: Props) {
  const reason = scores.unresolved ?? 'undefined-spectrum';
  return (
    <Tooltip
      id={`${id}-${metric}-unresolved`}
      href={`${paths.aboutScores}#unresolved`}
      className={`${styles.mark} ${styles.unresolved}`}
      trigger={UNRESOLVED_MARKS[reason]}
    >
      {UNRESOLVED_TEXTS[reason]}
    </Tooltip>
  );
}
