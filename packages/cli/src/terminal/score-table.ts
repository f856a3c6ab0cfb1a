import type { Metric, Physics, Protocol, Scores } from '@sillage/contracts';
import {
  METRIC_DEFINITIONS,
  METRICS_OF_PROTOCOL,
  PHYSICS_DEFINITIONS,
  UNRESOLVED_TEXTS,
  type PhysicsColumn,
} from '@sillage/contracts/score-texts';
import { formatTable } from './table.js';

/** A metric as the board rounds it; `–` where there is no value, `≤` before an upper bound. */
export function formatMetric(scores: Scores, metric: Metric): string {
  const value = scores[metric];
  if (value === null) return '–';
  const isUpperBound = scores.atGridLimit.some((name) => name === metric);
  return `${isUpperBound ? '≤ ' : ''}${value.toFixed(METRIC_DEFINITIONS[metric].decimals)}`;
}

/** `λx [°]`: symbol and unit, as the head of a column. */
export function metricTitle(metric: Metric): string {
  const { symbol, unit } = METRIC_DEFINITIONS[metric];
  return unit === '' ? symbol : `${symbol} [${unit}]`;
}

/** Scores for a person: symbol, value with unit, meaning. */
export function formatScores(scores: Scores, protocol: Protocol): string {
  const rows = METRICS_OF_PROTOCOL[protocol].map((metric) => {
    const { symbol, unit, label, better } = METRIC_DEFINITIONS[metric];
    const value = `${formatMetric(scores, metric)}${scores[metric] === null || unit === '' ? '' : ` ${unit}`}`;
    return { symbol, value, meaning: `${label} (${better} is better)` };
  });
  rows.push({
    symbol: 'RMSE',
    value: `${(scores.rmseM * 100).toFixed(2)} cm`,
    meaning: METRICS_OF_PROTOCOL[protocol].includes('lambdaXKm')
      ? 'over every point of the track together'
      : 'over every day and grid point together',
  });
  const table = formatTable(
    [
      { title: 'score', value: (row) => row.symbol },
      { title: 'value', align: 'right', value: (row) => row.value },
      { title: 'meaning', value: (row) => row.meaning },
    ],
    rows,
  );
  return scores.unresolved === null
    ? table
    : `${table}\nNo effective resolution: ${UNRESOLVED_TEXTS[scores.unresolved]}`;
}

/** Whether the reconstruction is too smooth, for a person. The slope stands beside that of the truth. */
export function formatPhysics(physics: Physics): string {
  const rounded = (value: number | null, column: PhysicsColumn) =>
    value === null ? '–' : value.toFixed(PHYSICS_DEFINITIONS[column].decimals);
  const slopeRange = physics.slopeWavelengthsKm?.map((km) => km.toFixed(0)).join('–');
  const slope = (value: number | null) => rounded(value, 'spectralSlope');
  const ratios = (['varianceRatio', 'gradientRatio', 'vorticityRatio'] as const).map((column) => ({
    name: PHYSICS_DEFINITIONS[column].label,
    value: rounded(physics[column], column),
    best: '1',
  }));
  const rows = [
    ...ratios,
    {
      name: PHYSICS_DEFINITIONS.spectralSlope.label + (slopeRange === undefined ? '' : `, ${slopeRange} km`),
      value: slope(physics.spectralSlope),
      best: slope(physics.truthSpectralSlope),
    },
  ];
  return formatTable(
    [
      { title: 'smoothness', value: (row) => row.name },
      { title: 'value', align: 'right', value: (row) => row.value },
      { title: 'truth', align: 'right', value: (row) => row.best },
    ],
    rows,
  );
}
