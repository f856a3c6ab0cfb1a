import type { Period } from '@sillage/contracts';
import { daysSince1950, isoDay } from '@sillage/science';

/**
 * UTC day of a stamp. Stamps carry round-off from their units (float32 hours, say): a tenth of a second before
 * midnight belongs to the day that begins.
 */
export function dayOfTime(timeDays: number): number {
  return Math.floor(timeDays + 1e-6);
}

/** Every day of a period, first and last included. */
export function daysOfPeriod(period: Period): number[] {
  const first = daysSince1950(period.start);
  const last = daysSince1950(period.end);
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
    .map(({ first, last }) => (first === last ? isoDay(first) : `${isoDay(first)}…${isoDay(last)}`));
  const hidden = runs.slice(runLimit).reduce((sum, run) => sum + run.last - run.first + 1, 0);
  return shown.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}
