import { describe, expect, test } from 'vitest';
import {
  dateOfDays,
  dayCount,
  formatClock,
  formatDay,
  formatDuration,
  formatInstant,
  formatPeriod,
} from './format-time';

describe('time', () => {
  test('counts days since 1950-01-01 UTC', () => {
    expect(formatDay(dateOfDays(0))).toBe('1 Jan 1950');
    expect(dateOfDays(22940).toISOString()).toBe('2012-10-22T00:00:00.000Z');
    expect(dateOfDays(22940.5).toISOString()).toBe('2012-10-22T12:00:00.000Z');
  });

  test('writes instants in UTC whatever the zone of the machine', () => {
    expect(formatInstant('2026-11-23T22:05:09Z')).toBe('23 Nov 2026, 22:05 UTC');
    expect(formatClock('2026-11-23T22:05:09Z')).toBe('22:05:09 UTC');
  });

  test.each([
    { durationMs: -5, text: '0 s' },
    { durationMs: 8_400, text: '8 s' },
    { durationMs: 125_000, text: '2 min 05 s' },
    { durationMs: 11_400_000, text: '3 h 10 min' },
    { durationMs: 187_200_000, text: '2 d 4 h' },
  ])('writes $durationMs ms as $text', ({ durationMs, text }) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  test('counts both ends of a period', () => {
    expect(dayCount('2012-10-22', '2012-12-02')).toBe(42);
    expect(formatPeriod('2012-10-22', '2012-12-02')).toBe('22 Oct – 2 Dec 2012');
    expect(formatPeriod('2012-12-22', '2013-01-02')).toBe('22 Dec 2012 – 2 Jan 2013');
  });
});
