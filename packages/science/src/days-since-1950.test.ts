import { describe, expect, test } from 'vitest';
import { daysSince1950, isoDay, isoInstant, readableInstant } from './days-since-1950.js';

const OCT_22 = 22_940;

describe('days since 1950', () => {
  test('count from 1950-01-01', () => {
    expect(daysSince1950('1950-01-01')).toBe(0);
    expect(daysSince1950('1950-01-02')).toBe(1);
    expect(daysSince1950('2012-10-22')).toBe(OCT_22);
    expect(daysSince1950('2012-10-22T18:00:00Z')).toBe(OCT_22 + 0.75);
    expect(isoDay(daysSince1950('2012-02-29'))).toBe('2012-02-29');
    expect(isoDay(OCT_22 + 0.99)).toBe('2012-10-22');
  });

  test('an impossible day is refused', () => {
    expect(() => daysSince1950('2012-13-01')).toThrow(/2012-13-01/);
    expect(() => daysSince1950('2013-02-30')).toThrow(/'2013-02-30' is not a day/);
    expect(() => daysSince1950('2013-02-29T12:00:00Z')).toThrow(RangeError);
    expect(() => daysSince1950('2012-10-22T00:00:00')).toThrow(RangeError);
    expect(() => isoDay(Number.NaN)).toThrow(RangeError);
  });

  test('an instant is rounded to the second', () => {
    expect(isoInstant(OCT_22 + 0.5 - 1e-9)).toBe('2012-10-22T12:00:00Z');
  });

  test('a message leaves the time of day out at midnight only, and can name any number', () => {
    expect(readableInstant(OCT_22)).toBe('2012-10-22');
    expect(readableInstant(OCT_22 - 1e-9)).toBe('2012-10-22');
    expect(readableInstant(OCT_22 + 0.25)).toBe('2012-10-22 06:00');
    expect(readableInstant(1e12)).toBe('day 1000000000000');
  });
});
