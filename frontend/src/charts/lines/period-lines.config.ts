import type { Period } from '@sillage/contracts';

const DAY_MS = 86_400_000;

/** Whole UTC days since 1970, so that days can be moved like numbers. Null for what is no day. */
export function dayNumber(day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const timeMs = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(timeMs)) return null;
  return isoDay(timeMs / DAY_MS) === day ? timeMs / DAY_MS : null; // 31 February is none
}

export function isoDay(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** A period as first and last day number, both included. */
export type Days = { first: number; last: number };

export function daysOf(period: { start?: unknown; end?: unknown } | undefined): Days | null {
  const [first, last] = [dayNumber(String(period?.start ?? '')), dayNumber(String(period?.end ?? ''))];
  return first === null || last === null || first > last ? null : { first, last };
}

export function periodOf({ first, last }: Days): Period {
  return { start: isoDay(first), end: isoDay(last) };
}

export type PeriodGrip = 'move' | 'start' | 'end';

/** The days after one end, or all of them, moved; an end stops at the other one. */
export function draggedDays(days: Days, grip: PeriodGrip, by: number): Days {
  const shift = Math.round(by);
  if (grip === 'move') return { first: days.first + shift, last: days.last + shift };
  return grip === 'start'
    ? { first: Math.min(days.first + shift, days.last), last: days.last }
    : { first: days.first, last: Math.max(days.last + shift, days.first) };
}

const MARGIN_PART = 0.06;
const LEAST_MARGIN_DAYS = 3;

/** What the line of time shows: all that is given, with a margin; half a year around 2013 where nothing is. */
export function shownDays(all: readonly Days[]): Days {
  if (all.length === 0) return { first: 15_600, last: 15_780 };
  const first = Math.min(...all.map((days) => days.first));
  const last = Math.max(...all.map((days) => days.last));
  const margin = Math.max(LEAST_MARGIN_DAYS, Math.ceil((last - first + 1) * MARGIN_PART));
  return { first: first - margin, last: last + margin };
}

/** Share of the width at which a day begins, 0…1 where it is shown. */
export function shareOf(day: number, shown: Days): number {
  return (day - shown.first) / (shown.last + 1 - shown.first);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Firsts of months, as many as fit; a year stands at the first tick and at each January. */
export function monthTicks(shown: Days, most: number): { day: number; label: string }[] {
  const start = new Date(shown.first * DAY_MS);
  const monthCount = Math.ceil((shown.last - shown.first) / 30.4);
  const step = [1, 2, 3, 6, 12, 24, 60].find((candidate) => monthCount / candidate <= most) ?? 120;
  const ticks: { day: number; label: string }[] = [];
  for (let index = 0; ; index += 1) {
    const month = start.getUTCMonth() + index;
    const day = Date.UTC(start.getUTCFullYear(), month, 1) / DAY_MS;
    if (day > shown.last) return ticks;
    const date = new Date(day * DAY_MS);
    const months = date.getUTCFullYear() * 12 + date.getUTCMonth();
    if (day < shown.first || months % step !== 0) continue;
    const name = MONTHS[date.getUTCMonth()] ?? '';
    const isYearSaid = ticks.length === 0 || date.getUTCMonth() === 0;
    ticks.push({
      day,
      label: step >= 12 ? `${date.getUTCFullYear()}` : isYearSaid ? `${name} ${date.getUTCFullYear()}` : name,
    });
  }
}

/** Days of `needed` that `given` does not have. */
export function missingDayCount(given: Days, needed: Days): number {
  const shared = Math.min(given.last, needed.last) - Math.max(given.first, needed.first) + 1;
  return needed.last - needed.first + 1 - Math.max(0, shared);
}
