import { METRIC_DEFINITIONS, type Metric } from '@sillage/contracts';
import { paths } from '../lib/paths';
import styles from './metric-heading.module.css';
import { Tooltip } from './tooltip';

/** `µ`, `λ` with its subscript: the symbols as the community writes them. */
export function MetricSymbol({ metric }: { metric: Metric }) {
  if (metric === 'lambdaXDeg' || metric === 'lambdaTDays') {
    return (
      <span className={styles.symbol}>
        λ<sub>{metric === 'lambdaXDeg' ? 'x' : 't'}</sub>
      </span>
    );
  }
  return <span className={styles.symbol}>{METRIC_DEFINITIONS[metric].symbol}</span>;
}

export function metricDirection(metric: Metric): string {
  const { better, unit } = METRIC_DEFINITIONS[metric];
  const unitText = unit === '°' ? 'degrees, ' : unit === '' ? '' : `${unit}, `;
  return `${unitText}${better === 'higher' ? '↑' : '↓'} better`;
}

/** A link to the definition of a metric, which is shown on focus and hover. */
export function MetricHelp({ metric, id }: { metric: Metric; id: string }) {
  const { symbol, label, definition, better } = METRIC_DEFINITIONS[metric];
  return (
    <Tooltip
      id={id}
      href={`${paths.aboutScores}#${metric}`}
      label={`Definition of ${symbol}`}
      className={styles.button}
      trigger="?"
    >
      <strong>{label.charAt(0).toUpperCase() + label.slice(1)}</strong>
      <br />
      {definition} {better === 'higher' ? 'Higher is better.' : 'Lower is better.'}
    </Tooltip>
  );
}
