import { SCORE_TABLE, type Metric } from '@sillage/contracts';

const MINUS = '\u2212';
const THIN_SPACE = '\u202f';

/** Fixed decimals with a real minus sign, so that columns of numbers line up. A value that rounds to zero has no sign. */
export function formatFixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** Like `formatFixed`, with the sign written out: a difference of nothing is `0.000`, without a sign. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals);
  return Number(Math.abs(value).toFixed(decimals)) === 0 || value < 0 ? text : `+${text}`;
}

export function formatMetric(metric: Metric, value: number): string {
  return formatFixed(value, SCORE_TABLE[metric].decimals);
}

/** `1.23°`, `4.56 days`, `0.912`: a value with the unit of its metric. */
export function formatMetricWithUnit(metric: Metric, value: number): string {
  const { unit } = SCORE_TABLE[metric];
  const text = formatMetric(metric, value);
  if (unit === '') return text;
  return unit === '°' ? `${text}°` : `${text} ${unit}`;
}

export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as file managers and the 2 GB bound use them. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(decimals)} ${BYTE_UNITS[unit]}`;
}

/** `65°W`, `33.5°N`: longitude or latitude with its hemisphere. */
export function formatLongitude(lonDeg: number, decimals = 0): string {
  return hemisphere(lonDeg, decimals, 'E', 'W');
}

export function formatLatitude(latDeg: number, decimals = 0): string {
  return hemisphere(latDeg, decimals, 'N', 'S');
}

function hemisphere(valueDeg: number, decimals: number, positive: string, negative: string): string {
  const text = Number(Math.abs(valueDeg).toFixed(decimals)).toFixed(
    Number.isInteger(valueDeg) ? 0 : decimals,
  );
  if (Number(text) === 0) return `${text}°`;
  return `${text}°${valueDeg < 0 ? negative : positive}`;
}

export function formatPercent(fraction: number): string {
  return `${Math.floor(fraction * 100)}${THIN_SPACE}%`;
}

/** "1 entry", "2 entries". */
export function countOf(count: number, singular: string, plural: string): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}
