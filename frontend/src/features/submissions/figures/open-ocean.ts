import { UNRESOLVED_TEXTS, type Diagnostics, type Metric, type Scores } from '@sillage/contracts';
import { formatMetricWithUnit } from '../../../lib/format-number';
import { isAtGridLimit } from '../../../lib/format-score';

export type OpenOcean = NonNullable<Diagnostics['openOcean']>;
export type OpenOceanMetric = 'lambdaXDeg' | 'lambdaTDays';
export const OPEN_OCEAN_METRICS: readonly OpenOceanMetric[] = ['lambdaXDeg', 'lambdaTDays'];

/** A resolution of the open ocean as it is shown, with its unit; a reason where there is none. */
export function openOceanText(openOcean: OpenOcean, metric: OpenOceanMetric): string {
  return resolutionText(openOcean, metric) ?? UNRESOLVED_TEXTS[openOcean.unresolved ?? 'undefined-spectrum'];
}

/** Whether the open ocean says something that the board does not: without land in the area, both are the same numbers. */
export function differsFromBoard(openOcean: OpenOcean, scores: Scores): boolean {
  return OPEN_OCEAN_METRICS.some(
    (metric) => resolutionText(openOcean, metric) !== resolutionText(scores, metric),
  );
}

/** Whether a submission probably has open-ocean figures to show, known before its curves are loaded. */
export function expectsOpenOcean(scores: Scores): boolean {
  return scores.atGridLimit.length > 0;
}

function resolutionText(
  values: Pick<Scores, OpenOceanMetric | 'atGridLimit'>,
  metric: OpenOceanMetric & Metric,
): string | null {
  const value = values[metric];
  if (value === null) return null;
  return `${isAtGridLimit(values, metric) ? '≤ ' : ''}${formatMetricWithUnit(metric, value)}`;
}
