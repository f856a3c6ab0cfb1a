import { METRIC_DEFINITIONS, type Metric } from '@sillage/contracts';
import Link from 'next/link';
import { paths } from '../lib/paths';
import styles from './metric-heading.module.css';

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

/** A link to the definition of a metric, whose text is read and shown on focus and hover, without any script. */
export function MetricHelp({
  metric,
  id,
  align = 'left',
}: {
  metric: Metric;
  id: string;
  align?: 'left' | 'right';
}) {
  const { label, definition, better } = METRIC_DEFINITIONS[metric];
  return (
    <span className={styles.help}>
      <Link
        href={`${paths.aboutScores}#${metric}`}
        className={styles.button}
        aria-label={`Definition of ${METRIC_DEFINITIONS[metric].symbol}`}
        aria-describedby={id}
        prefetch={false}
      >
        ?
      </Link>
      <span role="tooltip" id={id} className={`${styles.tip} ${align === 'right' ? styles.right : ''}`}>
        <strong>{label.charAt(0).toUpperCase() + label.slice(1)}</strong>
        <br />
        {definition} {better === 'higher' ? 'Higher is better.' : 'Lower is better.'}
      </span>
    </span>
  );
}
