import type { Box, Period, RejectionReason } from '@sillage/contracts';
import { isoDay, readableInstant, type RegularGrid } from '@sillage/science';
import { daysOfPeriod, daysWithoutMap, dayOfTime, listDays } from './calendar-days.js';
import { COORDINATE_TOLERANCE } from './grid-alignment.js';

/** One axis of a map that does not reach as far as it must; degrees. */
export type AxisShortfall = {
  axis: 'longitudes' | 'latitudes';
  foundFirst: number;
  foundLast: number;
  neededFirst: number;
  neededLast: number;
};

/** The box that a grid's outermost nodes span. */
export function extentOf(grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>): Box {
  return {
    west: grid.lonDeg[0] ?? Number.NaN,
    east: grid.lonDeg.at(-1) ?? Number.NaN,
    south: grid.latDeg[0] ?? Number.NaN,
    north: grid.latDeg.at(-1) ?? Number.NaN,
  };
}

/** The axes of a grid that end inside a box by more than a tolerance. */
export function areaShortfalls(
  grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>,
  box: Box,
  toleranceDeg = { lat: COORDINATE_TOLERANCE, lon: COORDINATE_TOLERANCE },
): AxisShortfall[] {
  const axes = [
    { axis: 'longitudes', values: grid.lonDeg, first: box.west, last: box.east, tolerance: toleranceDeg.lon },
    {
      axis: 'latitudes',
      values: grid.latDeg,
      first: box.south,
      last: box.north,
      tolerance: toleranceDeg.lat,
    },
  ] as const;
  return axes.flatMap(({ axis, values, first, last, tolerance }) => {
    const foundFirst = values[0] ?? Number.NaN;
    const foundLast = values.at(-1) ?? Number.NaN;
    const reaches = foundFirst <= first + tolerance && foundLast >= last - tolerance;
    return reaches ? [] : [{ axis, foundFirst, foundLast, neededFirst: first, neededLast: last }];
  });
}

/** How far inside a box the outermost nodes of a grid may lie: nodes lie anywhere in their cells, and need not touch the box. */
export function nodeTolerance(grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>): { lat: number; lon: number } {
  return {
    lat: (medianStep(grid.latDeg) ?? 0) + COORDINATE_TOLERANCE,
    lon: (medianStep(grid.lonDeg) ?? 0) + COORDINATE_TOLERANCE,
  };
}

/** Degrees as scientists write them: at most four decimals, a true minus sign. */
export function degreesText(valueDeg: number): string {
  const rounded = Math.round(valueDeg * 1e4) / 1e4;
  return rounded < 0 ? `−${-rounded}` : `${rounded}`;
}

function rangeText(first: number, last: number): string {
  return `${degreesText(first)}…${degreesText(last)}`;
}

export function areaReason(
  where: string,
  shortfalls: readonly AxisShortfall[],
  detail = '',
): RejectionReason {
  const found = shortfalls
    .map((gap) => `${gap.axis} ${rangeText(gap.foundFirst, gap.foundLast)}`)
    .join(' and ');
  const needed = shortfalls
    .map((gap) => `${gap.axis} ${rangeText(gap.neededFirst, gap.neededLast)}`)
    .join(' and ');
  return {
    code: 'area-not-covered',
    where,
    found: detail ? `${found} (${detail})` : found,
    expected: `${needed}, both ends included`,
    fix: areaFix(shortfalls),
  };
}

function areaFix(shortfalls: readonly AxisShortfall[]): string {
  const longitudes = shortfalls.find((gap) => gap.axis === 'longitudes');
  const latitudes = shortfalls.find((gap) => gap.axis === 'latitudes');
  if (longitudes && latitudes && liesIn(longitudes, latitudes) && liesIn(latitudes, longitudes)) {
    return 'Longitude and latitude look swapped: check which coordinate belongs to which dimension.';
  }
  const apart = shortfalls.filter(
    (gap) => gap.foundLast < gap.neededFirst || gap.foundFirst > gap.neededLast,
  );
  const advice = [
    ...(apart.some((gap) => gap.axis === 'longitudes')
      ? ['longitudes (degrees east: 65°W is −65 or 295, not 65)']
      : []),
    ...(apart.some((gap) => gap.axis === 'latitudes') ? ['latitudes (degrees north)'] : []),
  ];
  if (advice.length > 0) {
    return `The map lies somewhere else altogether: check its ${advice.join(' and ')}, and that it was made for this area.`;
  }
  return 'Extend the map so that its grid nodes reach the edges of the area or lie beyond them: nothing is extrapolated.';
}

/** What was found on one axis touches what is needed on another. */
function liesIn(found: AxisShortfall, needed: AxisShortfall): boolean {
  return found.foundFirst <= needed.neededLast && found.foundLast >= needed.neededFirst;
}

const OTHER_PERIOD_FIX =
  'Check the units attribute of the time axis, for example "days since 2012-10-01", and the period of the map.';

export function daysMissingReason(
  where: string,
  missing: readonly number[],
  period: Period,
): RejectionReason {
  const total = daysOfPeriod(period).length;
  return {
    code: 'days-missing',
    where,
    found: `no map on ${missing.length} of ${total} days: ${listDays(missing)}`,
    expected: `at least one map on every UTC day from ${period.start} to ${period.end}, both included`,
    fix:
      missing.length === total
        ? OTHER_PERIOD_FIX
        : 'Add the missing days. Days beyond the period do no harm.',
  };
}

/** Missing days of a period, or null if every day has a map. */
export function periodReason(where: string, timeDays: Float64Array, period: Period): RejectionReason | null {
  const missing = daysWithoutMap(timeDays, period);
  return missing.length > 0 ? daysMissingReason(where, missing, period) : null;
}

/**
 * Scored times that interpolation in time cannot reach: before the first map, after the last one, or in a gap of the
 * maps that is longer than a day and longer than the step of the scored times.
 */
export function timesOutOfReach(mapTimes: Float64Array, scoredTimes: Float64Array): number[] {
  const first = mapTimes[0] ?? Number.POSITIVE_INFINITY;
  const last = mapTimes.at(-1) ?? Number.NEGATIVE_INFINITY;
  const longestGapDays = Math.max(1, medianStep(scoredTimes) ?? 1) + 1e-3;
  return Array.from(scoredTimes).filter((time) => {
    if (time < first - COORDINATE_TOLERANCE || time > last + COORDINATE_TOLERANCE) return true;
    const after = mapTimes.findIndex((mapTime) => mapTime >= time - COORDINATE_TOLERANCE);
    const next = mapTimes[after] ?? last;
    if (Math.abs(next - time) <= COORDINATE_TOLERANCE) return false;
    const previous = mapTimes[after - 1] ?? first;
    return next - previous > longestGapDays;
  });
}

export function timeReachReason(
  where: string,
  mapTimes: Float64Array,
  scoredTimes: Float64Array,
): RejectionReason | null {
  const unreached = timesOutOfReach(mapTimes, scoredTimes);
  if (unreached.length === 0) return null;
  const firstMap = mapTimes[0] ?? Number.NaN;
  const lastMap = mapTimes.at(-1) ?? Number.NaN;
  const firstScored = scoredTimes[0] ?? Number.NaN;
  const lastScored = scoredTimes.at(-1) ?? Number.NaN;
  const startsLate = firstMap > firstScored + COORDINATE_TOLERANCE;
  const endsEarly = lastMap < lastScored - COORDINATE_TOLERANCE;
  // Counted in days: maps of the right day at another hour are not of another period.
  const isElsewhere =
    dayOfTime(firstMap) > dayOfTime(lastScored) || dayOfTime(lastMap) < dayOfTime(firstScored);
  const ends = [
    ...(startsLate ? [`the first map is at ${readableStamp(firstMap)}`] : []),
    ...(endsEarly ? [`the last map is at ${readableStamp(lastMap)}`] : []),
  ];
  const count = `${unreached.length} of ${scoredTimes.length} scored times lie outside the maps or in a gap between them`;
  return {
    code: 'days-missing',
    where,
    found: `${[...ends, count].join('; ')}: ${listDays([...new Set(unreached.map(dayOfTime))])}`,
    expected: `maps that enclose every scored time from ${readableStamp(firstScored)} to ${readableStamp(lastScored)}`,
    fix: isElsewhere
      ? OTHER_PERIOD_FIX
      : startsLate || endsEarly
        ? reachFix(startsLate, firstScored, endsEarly, lastScored)
        : 'Add the missing days.',
  };
}

function reachFix(startsLate: boolean, firstScored: number, endsEarly: boolean, lastScored: number): string {
  const wanted = [
    ...(startsLate ? [`at or before ${readableStamp(firstScored)}`] : []),
    ...(endsEarly ? [`at or after ${readableStamp(lastScored)}`] : []),
  ];
  return `Add a map ${wanted.join(' and another ')}: maps are interpolated to the scored times, never extrapolated.`;
}

/** An instant with its time of day even at midnight: here the hour is the point. */
function readableStamp(timeDays: number): string {
  if (!Number.isFinite(timeDays)) return 'no time';
  const text = readableInstant(timeDays);
  return text.length > 10 ? text : `${isoDay(timeDays + COORDINATE_TOLERANCE)} 00:00`;
}

/** Median difference of neighbours; null for fewer than two values. */
export function medianStep(axis: ArrayLike<number>): number | null {
  if (axis.length < 2) return null;
  const steps = Array.from(
    { length: axis.length - 1 },
    (_, index) => (axis[index + 1] ?? 0) - (axis[index] ?? 0),
  );
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? null;
}
