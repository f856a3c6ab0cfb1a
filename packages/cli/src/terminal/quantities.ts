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

/** 1950-01-01 UTC plus `timeDays`, as ISO day, with the time of day where it is not midnight. */
export function formatTimeDays(timeDays: number): string {
  const iso = new Date(Math.round((timeDays - 7305) * 86_400_000)).toISOString(); // 7305: days from 1950 to 1970
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : `${iso.slice(0, 19)}Z`;
}
