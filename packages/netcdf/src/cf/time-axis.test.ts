import { describe, expect, it } from 'vitest';
import { NetcdfError } from '../netcdf-error.js';
import { decodeTimes } from './time-axis.js';

const OCT_22 = 22_940; // days from 1950-01-01 to 2012-10-22

function decode(value: number, units: string, calendar = ''): number {
  return decodeTimes(Float64Array.of(value), units, calendar, 'time')[0]!;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof NetcdfError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('decodeTimes', () => {
  it.each([
    ['days since 1950-01-01', OCT_22, OCT_22],
    ['days since 1950-01-01 00:00:00', 0.5, 0.5],
    ['day since 2012-10-22T12:00:00Z', 0, OCT_22 + 0.5],
    ['seconds since 2012-10-01', 43_200, OCT_22 - 21 + 0.5],
    ['seconds since 1958-01-01', 1_729_555_200, OCT_22],
    ['hours since 2012-10-22 00:00:00.0', 36, OCT_22 + 1.5],
    ['minutes since 2012-10-22 00:00', 90, OCT_22 + 0.0625],
    ['milliseconds since 1970-01-01', 1_350_864_000_000, OCT_22],
    ['nanoseconds since 1970-01-01', 1_350_864_000_000_000_000, OCT_22],
    ['Hours since 2012-10-22 00:00:00 +02:00', 2, OCT_22],
    ['hours since 2012-10-22 00:00:00 -0530', 0, OCT_22 + 5.5 / 24],
    ['hours since 2012-10-22 00:00:00 UTC', 6, OCT_22 + 0.25],
    ['hours since 2012-10-22 00:00:00 +1', 1, OCT_22],
    ['days since 2012-1-1', 295, OCT_22],
    ['days since 0001-01-01', 734_799, OCT_22], // Julian before 1582 in the standard calendar
  ])('reads "%s"', (units, value, expected) => {
    expect(decode(value, units)).toBeCloseTo(expected, 9);
  });

  it('counts the days before 1582 as the calendar says', () => {
    const standard = decode(0, 'days since 0001-01-01', 'standard');
    const proleptic = decode(0, 'days since 0001-01-01', 'proleptic_gregorian');
    expect(proleptic - standard).toBe(2);
  });

  it('agrees with the JavaScript calendar for every day of 1950 to 2060', () => {
    for (let day = 0; day < 40_200; day += 7) {
      const date = new Date(Date.UTC(1950, 0, 1 + day)).toISOString().slice(0, 10);
      expect(decode(0, `days since ${date}`)).toBe(day);
    }
  });

  it('accepts noleap dates while no 29 February lies between them', () => {
    const times = decodeTimes(Float64Array.of(0, 1, 41), 'days since 2012-10-22', 'noleap', 'time');
    expect(Array.from(times)).toEqual([OCT_22, OCT_22 + 1, OCT_22 + 41]);
  });

  it('refuses noleap dates across a 29 February, whose days would be off by one', () => {
    expect(
      codeOf(() => decodeTimes(Float64Array.of(0, 20), 'days since 2012-02-20', '365_day', 'time')),
    ).toBe('unsupported-calendar');
  });

  it.each(['360_day', 'all_leap', 'julian', 'none'])('refuses the calendar %s', (calendar) => {
    expect(codeOf(() => decode(0, 'days since 2012-01-01', calendar))).toBe('unsupported-calendar');
  });

  it.each([
    '',
    'days',
    'months since 2012-01-01',
    'years since 1950-01-01',
    'days since yesterday',
    'days since 2012-13-01',
    'days since 2012-01-01 00:00 noon',
  ])('refuses the units "%s"', (units) => {
    expect(codeOf(() => decode(0, units))).toBe('unknown-units');
  });

  it('gives whole days exactly, so that a period can be compared with its bounds', () => {
    for (let day = 0; day < 365; day++) {
      expect(decode(day * 86_400, 'seconds since 2012-10-01')).toBe(OCT_22 - 21 + day);
      expect(decode(day * 24, 'hours since 2012-10-01')).toBe(OCT_22 - 21 + day);
    }
  });

  it('keeps milliseconds 60 years from the epoch', () => {
    expect(decode(86_399.999, 'seconds since 2012-10-22') - OCT_22).toBeCloseTo(86_399.999 / 86_400, 9);
  });
});
