import type { Metric, Physics, Protocol, Scores } from '@sillage/contracts';
import {
  ERROR_KEYS,
  PHYSICS_COLUMNS,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  UNRESOLVED_TEXTS,
  type PhysicsColumn,
} from '@sillage/contracts/score-texts';
import { formatTable } from './table.js';

/** A metric as the board rounds it; `–` where there is no value, `≤` before an upper bound. */
export function formatMetric(scores: Scores, metric: Metric): string {
  const value = scores[metric];
  if (value === null) return '–';
  const isUpperBound = scores.atGridLimit.some((name) => name === metric);
  return `${isUpperBound ? '≤ ' : ''}${value.toFixed(SCORE_TABLE[metric].decimals)}`;
}

/** `λx [°]`: symbol and unit, as the head of a column. */
export function metricTitle(metric: Metric): string {
  const { symbol, unit } = SCORE_TABLE[metric];
  return unit === '' ? symbol : `${symbol} [${unit}]`;
}

/** Scores for a person: symbol, value with unit, meaning. */
export function formatScores(scores: Scores, protocol: Protocol): string {
  const metrics = METRICS_OF_PROTOCOL[protocol].map((metric) => {
    const { symbol, unit, label, better } = SCORE_TABLE[metric];
    const value = `${formatMetric(scores, metric)}${scores[metric] === null || unit === '' ? '' : ` ${unit}`}`;
    return { symbol, value, meaning: `${label} (${better} is better)` };
  });
  const errors = ERROR_KEYS.flatMap((key) => {
    const { symbol, unit, label, better, decimals } = SCORE_TABLE[key];
    const value = scores[key] ?? null;
    if (value === null) return [];
    // Centimetres are what one compares errors of heights in.
    const text = unit === 'm' ? `${(100 * value).toFixed(decimals - 2)} cm` : value.toFixed(decimals);
    return [{ symbol, value: text, meaning: `${label} (${better} is better)` }];
  });
  const table = formatTable(
    [
      { title: 'score', value: (row) => row.symbol },
      { title: 'value', align: 'right', value: (row) => row.value },
      { title: 'meaning', value: (row) => row.meaning },
    ],
    [...metrics, ...errors],
  );
  return scores.unresolved === null
    ? table
    : `${table}\nNo effective resolution: ${UNRESOLVED_TEXTS[scores.unresolved]}`;
}

/** Whether the reconstruction is too smooth, for a person. The slope stands beside that of the truth. */
export function formatPhysics(physics: Physics): string {
  const rounded = (value: number | null, column: PhysicsColumn) =>
    value === null ? '–' : value.toFixed(SCORE_TABLE[column].decimals);
  const slopeRange = physics.slopeWavelengthsKm?.map((km) => km.toFixed(0)).join('–');
  const rows = PHYSICS_COLUMNS.map((column) => {
    const isSlope = column === 'spectralSlope';
    return {
      name: SCORE_TABLE[column].label + (isSlope && slopeRange !== undefined ? `, ${slopeRange} km` : ''),
      value: rounded(physics[column], column),
      best: isSlope ? rounded(physics.truthSpectralSlope, column) : '1',
    };
  });
  return formatTable(
    [
      { title: 'smoothness', value: (row) => row.name },
      { title: 'value', align: 'right', value: (row) => row.value },
      { title: 'truth', align: 'right', value: (row) => row.best },
    ],
    rows,
  );
}
