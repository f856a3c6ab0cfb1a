import { NetcdfError } from '../netcdf-error.js';

const SECONDS_PER_DAY = 86_400;
/** Units per day: dividing by them is exact where the result is, multiplying by their inverse is not. */
const UNITS_PER_DAY: Readonly<Record<string, number>> = {
  d: 1,
  day: 1,
  h: 24,
  hr: 24,
  hour: 24,
  min: 1440,
  minute: 1440,
  s: SECONDS_PER_DAY,
  sec: SECONDS_PER_DAY,
  second: SECONDS_PER_DAY,
  ms: SECONDS_PER_DAY * 1e3,
  msec: SECONDS_PER_DAY * 1e3,
  millisec: SECONDS_PER_DAY * 1e3,
  millisecond: SECONDS_PER_DAY * 1e3,
  us: SECONDS_PER_DAY * 1e6,
  microsecond: SECONDS_PER_DAY * 1e6,
  ns: SECONDS_PER_DAY * 1e9,
  nanosecond: SECONDS_PER_DAY * 1e9,
};
const EPOCH_JULIAN_DAY = 2_433_283; // noon-based day number of 1950-01-01
const REFORM_JULIAN_DAY = 2_299_161; // 1582-10-15, first day of the Gregorian calendar

type Calendar = 'standard' | 'proleptic_gregorian' | 'noleap';
type ReferenceTime = { year: number; month: number; day: number; dayFraction: number };

/**
 * Decodes a CF time axis to days since 1950-01-01 UTC.
 *
 * Accepted calendars: standard and gregorian (with the 1582 reform), proleptic_gregorian, and noleap / 365_day as long as no
 * 29 February lies between its dates (then every date exists and no day is missing). Others name days that do not exist.
 *
 * @param values - as stored, shape [T].
 * @param units - e.g. `days since 1950-01-01 00:00:00`, with or without time zone.
 * @param calendar - the attribute; empty means standard.
 * @param where - what to call the axis in messages.
 * @returns days since 1950-01-01 UTC, shape [T].
 * @throws NetcdfError 'unknown-units' or 'unsupported-calendar'.
 * Source: CF conventions 1.10, §4.4.
 */
export function decodeTimes(
  values: Float64Array,
  units: string,
  calendar: string,
  where: string,
): Float64Array {
  const accepted = acceptedCalendar(calendar, where);
  const { unitsPerDay, reference } = parseTimeUnits(units, where);
  if (accepted === 'noleap') return decodeNoLeap(values, unitsPerDay, reference, where);
  const start = julianDay(reference, accepted) - EPOCH_JULIAN_DAY;
  // The small parts are added first, so that only one rounding is that of a large number.
  return values.map((value) => start + (reference.dayFraction + value / unitsPerDay));
}

function acceptedCalendar(calendar: string, where: string): Calendar {
  switch (calendar.trim().toLowerCase()) {
    case '':
    case 'standard':
    case 'gregorian':
      return 'standard';
    case 'proleptic_gregorian':
      return 'proleptic_gregorian';
    case 'noleap':
    case '365_day':
      return 'noleap';
    default:
      throw unsupportedCalendar(calendar, where);
  }
}

function unsupportedCalendar(calendar: string, where: string): NetcdfError {
  return new NetcdfError({
    code: 'unsupported-calendar',
    where,
    found: `its calendar is '${calendar}', whose dates are not those of real days`,
    expected: "the calendar 'standard', 'gregorian' or 'proleptic_gregorian'",
    fix: 'Write the days of the evaluation period with real dates, e.g. days since 1950-01-01.',
  });
}

/** Parses `<unit> since <date> [<time>] [<zone>]`. */
function parseTimeUnits(units: string, where: string): { unitsPerDay: number; reference: ReferenceTime } {
  const match =
    /^\s*([a-z]+)\s+since\s+(-?\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?\s*(.*)$/i.exec(
      units,
    );
  if (!match) throw unknownTimeUnits(units, where);
  const unitName = match[1]!.toLowerCase();
  const unitsPerDay = UNITS_PER_DAY[unitName] ?? UNITS_PER_DAY[unitName.replace(/s$/, '')];
  if (unitsPerDay === undefined) throw unknownTimeUnits(units, where);
  const [year, month, day, hour, minute, second] = match.slice(2, 8).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second >= 61)
    throw unknownTimeUnits(units, where);
  const zoneHours = zoneOffsetHours(match[8]!);
  if (zoneHours === null) throw unknownTimeUnits(units, where);
  const dayFraction = ((hour - zoneHours) * 3600 + minute * 60 + second) / SECONDS_PER_DAY;
  return { unitsPerDay, reference: { year, month, day, dayFraction } };
}

/** Hours east of UTC: `Z`, `UTC`, `GMT`, `+02:00`, `-0530`, `+1`, or nothing; null when not understood. */
function zoneOffsetHours(text: string): number | null {
  const zone = text.trim().replace(/^(utc|gmt|z)\s*/i, '');
  if (zone === '') return 0;
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (!match) return null;
  const hours = Number(match[2]) + Number(match[3] ?? 0) / 60;
  return match[1] === '-' ? -hours : hours;
}

function unknownTimeUnits(units: string, where: string): NetcdfError {
  return new NetcdfError({
    code: 'unknown-units',
    where,
    found: units.trim() === '' ? 'it has no units' : `its units are '${units}'`,
    expected: "units such as 'days since 1950-01-01' or 'seconds since 2012-10-01 00:00:00'",
    fix: "Set the units attribute of the time variable; with xarray: ds.time.encoding['units'] = 'days since 1950-01-01'.",
  });
}

/** Day number of a civil date; 'standard' is Julian before 1582-10-15. */
function julianDay(
  date: Pick<ReferenceTime, 'year' | 'month' | 'day'>,
  calendar: 'standard' | 'proleptic_gregorian',
): number {
  const gregorian = dayNumber(date, true);
  return calendar === 'standard' && gregorian < REFORM_JULIAN_DAY ? dayNumber(date, false) : gregorian;
}

/** Source: Fliegel and Van Flandern, with floor division so that it holds for years before 0. */
function dayNumber(
  { year, month, day }: Pick<ReferenceTime, 'year' | 'month' | 'day'>,
  isGregorian: boolean,
): number {
  const shift = Math.floor((14 - month) / 12);
  const y = year + 4800 - shift;
  const m = month + 12 * shift - 3;
  const base = day + Math.floor((153 * m + 2) / 5) + 365 * y + Math.floor(y / 4);
  return isGregorian ? base - Math.floor(y / 100) + Math.floor(y / 400) - 32_045 : base - 32_083;
}

const MONTH_STARTS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

function decodeNoLeap(
  values: Float64Array,
  unitsPerDay: number,
  reference: ReferenceTime,
  where: string,
): Float64Array {
  const start = reference.year * 365 + MONTH_STARTS[reference.month - 1]! + reference.day - 1;
  let leapDays: number | null = null;
  return values.map((value) => {
    const exact = start + reference.dayFraction + value / unitsPerDay;
    const day = Math.floor(exact);
    const year = Math.floor(day / 365);
    const dayOfYear = day - year * 365;
    const month = MONTH_STARTS.findIndex((first) => first > dayOfYear);
    const number = dayNumber({ year, month, day: dayOfYear - MONTH_STARTS[month - 1]! + 1 }, true);
    leapDays ??= number - day;
    // The offset between the calendars grows by one at each 29 February: then a real day is missing.
    if (number - day !== leapDays) throw unsupportedCalendar('noleap', where);
    return number - EPOCH_JULIAN_DAY + (exact - day);
  });
}
