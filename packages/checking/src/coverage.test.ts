import { daysSince1950 } from '@sillage/science';
import { describe, expect, test } from 'vitest';
import {
  areaReason,
  areaShortfalls,
  degreesText,
  periodReason,
  timeReachReason,
  timesOutOfReach,
} from './coverage.js';

const box = { west: -65, east: -55, south: 33, north: 43 };
const first = daysSince1950('2012-10-22');

function axis(start: number, count: number, step: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => start + index * step);
}

describe('area coverage', () => {
  const latDeg = axis(33, 51, 0.2);

  test('a grid that reaches the edges to round-off covers the box', () => {
    expect(areaShortfalls({ latDeg, lonDeg: axis(-65 + 1e-9, 51, 0.2) }, box)).toEqual([]);
  });

  test('a grid one cell short is named with both ranges', () => {
    const shortfalls = areaShortfalls({ latDeg, lonDeg: axis(-65, 50, 0.2) }, box);
    const reason = areaReason('gf.nc', shortfalls);
    expect(reason.code).toBe('area-not-covered');
    expect(reason.found).toBe('longitudes −65…−55.2');
    expect(reason.expected).toContain('longitudes −65…−55');
  });

  test('swapped axes miss on both', () => {
    const shortfalls = areaShortfalls({ latDeg: axis(-65, 51, 0.2), lonDeg: axis(33, 51, 0.2) }, box);
    expect(shortfalls.map((shortfall) => shortfall.axis)).toEqual(['longitudes', 'latitudes']);
    expect(areaReason('gf.nc', shortfalls).fix).toContain('look swapped');
  });

  test.each([
    { name: 'east instead of west', lonDeg: axis(55, 51, 0.2), advice: '65°W is −65 or 295, not 65' },
    { name: 'partly beside the area', lonDeg: axis(-62, 51, 0.2), advice: 'Extend the map' },
  ])('a map $name is told what to do about it', ({ lonDeg, advice }) => {
    expect(areaReason('gf.nc', areaShortfalls({ latDeg, lonDeg }, box)).fix).toContain(advice);
  });

  test('a map on the other hemisphere is told to check its latitudes only', () => {
    const lonDeg = axis(-65, 51, 0.2);
    const { fix } = areaReason('gf.nc', areaShortfalls({ latDeg: axis(-43, 51, 0.2), lonDeg }, box));
    expect(fix).toContain('latitudes (degrees north)');
    expect(fix).not.toContain('longitudes');
  });

  test('degrees carry a true minus and no round-off', () => {
    expect(degreesText(-55.20000000000003)).toBe('−55.2');
    expect(degreesText(0)).toBe('0');
  });
});

describe('days', () => {
  test('missing days are listed with their count', () => {
    const times = Float64Array.from([0, 1, 4], (day) => first + day);
    const reason = periodReason('gf.nc', times, { start: '2012-10-22', end: '2012-10-26' });
    expect(reason?.code).toBe('days-missing');
    expect(reason?.found).toBe('no map on 2 of 5 days: 2012-10-24…2012-10-25');
  });

  test('a product that misses every day is told to check its time units', () => {
    const reason = periodReason('gf.nc', Float64Array.of(0, 1), { start: '2012-10-22', end: '2012-10-26' });
    expect(reason?.fix).toContain('units attribute of the time axis');
  });
});

describe('reach in time', () => {
  const scored = axis(first, 42, 1);

  test('maps at the scored times reach them', () => {
    expect(timeReachReason('gf.nc', scored, scored)).toBeNull();
  });

  test('a product stamped at noon of the first day does not reach its midnight, and the message says exactly this', () => {
    const reason = timeReachReason('gf.nc', axis(first + 0.5, 42, 1), scored);
    expect(reason?.found).toBe(
      'the first map is at 2012-10-22 12:00; 1 of 42 scored times lie outside the maps or in a gap between them: 2012-10-22',
    );
    expect(reason?.expected).toContain('2012-10-22 00:00 to 2012-12-02 00:00');
    expect(reason?.fix).toContain('Add a map at or before 2012-10-22 00:00');
  });

  test('maps of another year are told to check the time axis, not to add a map', () => {
    const reason = timeReachReason('gf.nc', axis(first + 365, 42, 1), scored);
    expect(reason?.fix).toContain('units attribute of the time axis');
  });

  test('noon stamps from the day before reach every midnight', () => {
    expect(timesOutOfReach(axis(first - 0.5, 43, 1), scored)).toEqual([]);
  });

  test('a gap of two days in noon stamps leaves the midnights inside it out', () => {
    const times = axis(first - 0.5, 44, 1).filter((_, index) => index !== 5);
    expect(timesOutOfReach(times, scored)).toEqual([first + 4, first + 5]);
  });

  test('a single map reaches its own time only', () => {
    expect(timesOutOfReach(Float64Array.of(first + 1), scored)).toHaveLength(41);
  });
});
