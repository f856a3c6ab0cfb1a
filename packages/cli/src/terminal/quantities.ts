import { isoInstant } from '@sillage/science';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as shops and `ls --si` count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(2)} ${UNITS[unit]}`;
}

export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** ISO day of a time in days since 1950-01-01 UTC, or the whole instant where it is not midnight. */
export function formatTimeDays(timeDays: number): string {
  const iso = isoInstant(timeDays);
  return iso.endsWith('T00:00:00Z') ? iso.slice(0, 10) : iso;
}
