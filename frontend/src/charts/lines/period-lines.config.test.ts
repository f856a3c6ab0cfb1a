import { describe, expect, it } from 'vitest';
import {
  dayNumber,
  daysOf,
  draggedDays,
  isoDay,
  missingDayCount,
  monthTicks,
  periodOf,
  shareOf,
  shownDays,
} from './period-lines.config';

const days = daysOf({ start: '2012-10-22', end: '2012-12-02' })!;

describe('days as numbers', () => {
  it('go there and back', () => {
    expect(isoDay(dayNumber('2012-10-22')!)).toBe('2012-10-22');
    expect(periodOf(days)).toEqual({ start: '2012-10-22', end: '2012-12-02' });
  });

  it('are none for what is no day, and for an end before its start', () => {
    expect(dayNumber('2013-02-31')).toBeNull();
    expect(dayNumber('22 October')).toBeNull();
    expect(daysOf({ start: '2012-12-02', end: '2012-10-22' })).toBeNull();
    expect(daysOf(undefined)).toBeNull();
  });
});

describe('a period that is dragged', () => {
  it.each([
    { grip: 'move', by: 3.4, expected: { start: '2012-10-25', end: '2012-12-05' } },
    { grip: 'start', by: -1, expected: { start: '2012-10-21', end: '2012-12-02' } },
    { grip: 'start', by: 500, expected: { start: '2012-12-02', end: '2012-12-02' } },
    { grip: 'end', by: -500, expected: { start: '2012-10-22', end: '2012-10-22' } },
  ] as const)('by its $grip for $by days', ({ grip, by, expected }) => {
    expect(periodOf(draggedDays(days, grip, by))).toEqual(expected);
  });
});

describe('the line of time', () => {
  it('shows everything with a margin', () => {
    const shown = shownDays([days, daysOf({ start: '2013-01-01', end: '2013-12-31' })!]);
    expect(shown.first).toBeLessThan(days.first);
    expect(isoDay(shown.last) > '2013-12-31').toBe(true);
    expect(shareOf(shown.first, shown)).toBe(0);
    expect(shareOf(shown.last + 1, shown)).toBe(1);
  });

  it('has ticks at the firsts of months, with the year where one needs it', () => {
    const ticks = monthTicks({ first: dayNumber('2012-10-20')!, last: dayNumber('2013-02-10')! }, 8);
    expect(ticks.map(({ label }) => label)).toEqual(['Nov 2012', 'Dec', 'Jan 2013', 'Feb']);
    const years = monthTicks({ first: dayNumber('1993-01-01')!, last: dayNumber('2020-12-31')! }, 8);
    expect(years.length).toBeLessThanOrEqual(8);
    expect(years[0]?.label).toMatch(/^\d{4}$/);
  });
});

describe('days that data lack', () => {
  it('are counted', () => {
    expect(missingDayCount(days, days)).toBe(0);
    expect(missingDayCount({ first: days.first + 2, last: days.last + 9 }, days)).toBe(2);
    expect(missingDayCount({ first: days.last + 1, last: days.last + 9 }, days)).toBe(42);
  });
});
