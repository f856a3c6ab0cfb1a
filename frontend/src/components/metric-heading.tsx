import { METRIC_DEFINITIONS, metricDefinition, type Metric, type Protocol } from '@sillage/contracts';
import { paths } from '../lib/paths';
import styles from './metric-heading.module.css';
import { Tooltip } from './tooltip';

/** `µ`, `λ` with its subscript: the symbols as the community writes them. */
export function MetricSymbol({ metric }: { metric: Metric }) {
  if (metric === 'lambdaXDeg' || metric === 'lambdaXKm' || metric === 'lambdaTDays') {
    return (
      <span className={styles.symbol}>
        λ<sub>{metric === 'lambdaTDays' ? 't' : 'x'}</sub>
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
export function MetricHelp({ metric, protocol, id }: { metric: Metric; protocol: Protocol; id: string }) {
  const { symbol, label, definition, better } = metricDefinition(metric, protocol);
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
