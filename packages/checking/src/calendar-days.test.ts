import { daysSince1950, isoDay } from '@sillage/science';
import { describe, expect, test } from 'vitest';
import { dayOfTime, daysWithoutMap, listDays } from './calendar-days.js';

test('a stamp that misses midnight by round-off belongs to the day that begins', () => {
  expect(dayOfTime(daysSince1950('2012-10-22') - 5e-7)).toBe(daysSince1950('2012-10-22'));
  expect(dayOfTime(daysSince1950('2012-10-22') - 1e-3)).toBe(daysSince1950('2012-10-21'));
});

describe('missing days', () => {
  const period = { start: '2012-10-22', end: '2012-10-26' };
  const first = daysSince1950('2012-10-22');

  test('a map at any hour counts for its day', () => {
    const noon = Float64Array.from([0, 1, 2, 3, 4], (day) => first + day + 0.5);
    expect(daysWithoutMap(noon, period)).toEqual([]);
  });

  test('a day without a map is found', () => {
    const times = Float64Array.from([0, 1, 3, 4], (day) => first + day);
    expect(daysWithoutMap(times, period).map(isoDay)).toEqual(['2012-10-24']);
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
