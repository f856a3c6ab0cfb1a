import { SCORE_TABLE, type ErrorKey, type Metric, type Scores } from '@sillage/contracts';
import { formatFixed, formatMetric, formatMetricWithUnit } from './format-number';

/** Said wherever a `≤` stands: the contour ends at the edge of the spectrum, so the resolution is at least this good. */
export const GRID_LIMIT_TEXT = 'At the limit of this grid: the effective resolution is this or finer.';

export function isAtGridLimit(scores: Pick<Scores, 'atGridLimit'>, metric: Metric): boolean {
  return scores.atGridLimit.some((limited) => limited === metric);
}

/** A score as it is shown, `≤ 0.20` where it is only an upper bound; `null` without a value. */
export function scoreText(scores: Scores, metric: Metric): string | null {
  const value = scores[metric];
  if (value === null) return null;
  return isAtGridLimit(scores, metric) ? `≤ ${formatMetric(metric, value)}` : formatMetric(metric, value);
}

/** The same with its unit. */
export function scoreTextWithUnit(scores: Scores, metric: Metric): string | null {
  const value = scores[metric];
  if (value === null) return null;
  return isAtGridLimit(scores, metric)
    ? `≤ ${formatMetricWithUnit(metric, value)}`
    : formatMetricWithUnit(metric, value);
}

/** `4.56 cm`, `0.912`: what stands beside the metrics; `null` without a value. Errors of heights are read in centimetres. */
export function errorText(scores: Scores, key: ErrorKey): string | null {
  const value = scores[key] ?? null;
  if (value === null) return null;
  const { unit, decimals } = SCORE_TABLE[key];
  return unit === 'm' ? `${formatFixed(100 * value, decimals - 2)} cm` : formatFixed(value, decimals);
}
