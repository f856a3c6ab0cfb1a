const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1950, 0, 1); // our time axes count days since 1950-01-01 UTC
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const twoDigits = (value: number): string => value.toString().padStart(2, '0');

export function dateOfDays(timeDays: number): Date {
  return new Date(EPOCH_MS + timeDays * DAY_MS);
}

/** `YYYY-MM-DD` in UTC of days since 1950. */
export function isoDayOf(timeDays: number): string {
  return dateOfDays(timeDays).toISOString().slice(0, 10);
}

/** `22 Oct 2012` in UTC. Written by hand: server and browser must agree to the letter. */
export function formatDay(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function formatShortDay(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `22 Oct 2012, 14:05 UTC`. */
export function formatInstant(iso: string): string {
  const date = new Date(iso);
  return `${formatDay(date)}, ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())} UTC`;
}

/** `14:05:09 UTC`. */
export function formatClock(iso: string): string {
  const date = new Date(iso);
  return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())} UTC`;
}

/** A length of time in the largest two units that matter: `8 s`, `2 min 05 s`, `3 h 10 min`, `2 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** Number of UTC days from `start` to `end`, both included (`YYYY-MM-DD`). */
export function dayCount(start: string, end: string): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / DAY_MS) + 1;
}

/** `22 Oct – 2 Dec 2012`: the year once where both ends share it. */
export function formatPeriod(start: string, end: string): string {
  const first = new Date(`${start}T00:00:00Z`);
  const last = new Date(`${end}T00:00:00Z`);
  const firstText =
    first.getUTCFullYear() === last.getUTCFullYear() ? formatShortDay(first) : formatDay(first);
  return `${firstText} – ${formatDay(last)}`;
}
