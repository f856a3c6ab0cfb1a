import type { Period } from '@sillage/contracts';

const MS_PER_DAY = 86_400_000;
/** Days from 1950-01-01 to the Unix epoch, both at 00:00 UTC. */
const EPOCH_1950_TO_UNIX_DAYS = 7305;

/** Day number since 1950-01-01 of an ISO day `YYYY-MM-DD`. */
export function dayFromIso(isoDay: string): number {
  const ms = Date.parse(`${isoDay}T00:00:00Z`);
  if (!Number.isFinite(ms)) throw new RangeError(`'${isoDay}' is not a day; write YYYY-MM-DD`);
  return ms / MS_PER_DAY + EPOCH_1950_TO_UNIX_DAYS;
}

/** ISO day of a day number since 1950-01-01; a fraction of a day is dropped. */
export function isoFromDay(day: number): string {
  return new Date((Math.floor(day) - EPOCH_1950_TO_UNIX_DAYS) * MS_PER_DAY).toISOString().slice(0, 10);
}

/** ISO instant, to the second, of a time in days since 1950-01-01. */
export function isoInstant(timeDays: number): string {
  const ms = Math.round(((timeDays - EPOCH_1950_TO_UNIX_DAYS) * MS_PER_DAY) / 1000) * 1000;
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** An instant as scientists write it: the day alone at 00:00, else day and time, UTC. */
export function readableInstant(timeDays: number): string {
  const iso = isoInstant(timeDays);
  return iso.endsWith('T00:00:00Z') ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/**
 * UTC day of a stamp. Stamps carry round-off from their units (float32 hours, say): a tenth of a second before
 * midnight belongs to the day that begins.
 */
export function dayOfTime(timeDays: number): number {
  return Math.floor(timeDays + 1e-6);
}

/** Every day of a period, first and last included. */
export function daysOfPeriod(period: Period): number[] {
  const first = dayFromIso(period.start);
  const last = dayFromIso(period.end);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Days of the period on which no time of an axis falls. */
export function daysWithoutMap(timeDays: ArrayLike<number>, period: Period): number[] {
  const present = new Set(Array.from(timeDays, dayOfTime));
  return daysOfPeriod(period).filter((day) => !present.has(day));
}

/** Sorted day numbers as text, runs joined: `2012-10-24, 2012-10-30…2012-11-01`; long lists end with the count. */
export function listDays(days: readonly number[], runLimit = 6): string {
  const runs: { first: number; last: number }[] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && day === run.last + 1) run.last = day;
    else runs.push({ first: day, last: day });
  }
  const shown = runs
    .slice(0, runLimit)
    .map(({ first, last }) =>
      first === last ? isoFromDay(first) : `${isoFromDay(first)}…${isoFromDay(last)}`,
    );
  const hidden = runs.slice(runLimit).reduce((sum, run) => sum + run.last - run.first + 1, 0);
  return shown.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}
