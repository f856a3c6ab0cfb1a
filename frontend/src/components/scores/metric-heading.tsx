import { SCORE_TABLE, scoreDefinition, type Metric, type Protocol, type ScoreKey } from '@sillage/contracts';
import { paths } from '../../lib/paths';
import styles from './metric-heading.module.css';
import { Tooltip } from '../tooltip';

/** `µ`, `λ` with its subscript: the symbols as the community writes them. */
export function MetricSymbol({ metric }: { metric: Metric }) {
  if (metric === 'lambdaXDeg' || metric === 'lambdaXKm' || metric === 'lambdaTDays') {
    return (
      <span className={styles.symbol}>
        λ<sub>{metric === 'lambdaTDays' ? 't' : 'x'}</sub>
      </span>
    );
  }
  return <span className={styles.symbol}>{SCORE_TABLE[metric].symbol}</span>;
}

export function metricDirection(metric: Metric): string {
  const { better, unit } = SCORE_TABLE[metric];
  const unitText = unit === '°' ? 'degrees, ' : unit === '' ? '' : `${unit}, `;
  return `${unitText}${better === 'higher' ? '↑' : '↓'} better`;
}

const BETTER_TEXTS = { higher: ' Higher is better.', lower: ' Lower is better.', one: '', truth: '' };

/** A link to the definition of a score, which is shown on focus and hover. */
export function ScoreHelp({ score, protocol, id }: { score: ScoreKey; protocol: Protocol; id: string }) {
  const { symbol, label, better, group } = SCORE_TABLE[score];
  return (
    <Tooltip
      id={id}
      href={`${paths.aboutScores}#${score}`}
      label={`Definition of ${group === 'metric' ? symbol : `the ${label}`}`}
      className={styles.button}
      trigger="?"
    >
      <strong>{label.charAt(0).toUpperCase() + label.slice(1)}</strong>
      <br />
      {scoreDefinition(score, protocol)}
      {BETTER_TEXTS[better]}
    </Tooltip>
  );
}
