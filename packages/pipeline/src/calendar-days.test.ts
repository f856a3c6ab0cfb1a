import { describe, expect, test } from 'vitest';
import {
  dayFromIso,
  dayOfTime,
  daysWithoutMap,
  isoFromDay,
  isoInstant,
  listDays,
  readableInstant,
} from './calendar-days.js';

describe('day numbers', () => {
  test('count from 1950-01-01', () => {
    expect(dayFromIso('1950-01-01')).toBe(0);
    expect(dayFromIso('1950-01-02')).toBe(1);
    expect(isoFromDay(dayFromIso('2012-02-29'))).toBe('2012-02-29');
  });

  test('an impossible day is refused', () => {
    expect(() => dayFromIso('2012-13-01')).toThrow(/2012-13-01/);
  });

  test('an instant is rounded to the second', () => {
    expect(isoInstant(dayFromIso('2012-10-22') + 0.5 - 1e-9)).toBe('2012-10-22T12:00:00Z');
  });

  test('the time of day is left out at midnight only', () => {
    expect(readableInstant(dayFromIso('2012-10-22'))).toBe('2012-10-22');
    expect(readableInstant(dayFromIso('2012-10-22') + 0.25)).toBe('2012-10-22 06:00');
  });

  test('a stamp that misses midnight by round-off belongs to the day that begins', () => {
    expect(dayOfTime(dayFromIso('2012-10-22') - 5e-7)).toBe(dayFromIso('2012-10-22'));
    expect(dayOfTime(dayFromIso('2012-10-22') - 1e-3)).toBe(dayFromIso('2012-10-21'));
  });
});

describe('missing days', () => {
  const period = { start: '2012-10-22', end: '2012-10-26' };
  const first = dayFromIso('2012-10-22');

  test('a map at any hour counts for its day', () => {
    const noon = Float64Array.from([0, 1, 2, 3, 4], (day) => first + day + 0.5);
    expect(daysWithoutMap(noon, period)).toEqual([]);
  });

  test('a day without a map is found', () => {
    const times = Float64Array.from([0, 1, 3, 4], (day) => first + day);
    expect(daysWithoutMap(times, period).map(isoFromDay)).toEqual(['2012-10-24']);
  });

  test.each([
    { name: 'single days', days: [0, 2, 4], text: '2012-10-22, 2012-10-24, 2012-10-26' },
    { name: 'a run', days: [0, 1, 2], text: '2012-10-22…2012-10-24' },
    { name: 'nothing', days: [], text: '' },
  ])('$name is written as scientists would', ({ days, text }) => {
    expect(listDays(days.map((day) => first + day))).toBe(text);
  });

  test('a long list ends with how many days it leaves out', () => {
    const everyOther = Array.from({ length: 20 }, (_, index) => first + 2 * index);
    expect(listDays(everyOther)).toMatch(/ and 14 more$/);
  });
});
