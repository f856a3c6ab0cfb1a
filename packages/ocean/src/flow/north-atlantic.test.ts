import { describe, expect, test } from 'vitest';
import { atLongitude, frontAt, liveliness, meanSeaLevelM } from './north-atlantic.js';
import { GULF_STREAM_OCEAN } from '../ocean-definition.js';
import { climatologicalTemperatureC } from './sea-temperature.js';
import { daysSince1950 } from '@sillage/science';

const LONGITUDES = Array.from({ length: 173 }, (_, index) => -79 + index / 2);

describe('the mean North Atlantic', () => {
  test('has its front where the Gulf Stream ocean has it', () => {
    const { front, centreLonDeg } = GULF_STREAM_OCEAN;
    for (let lon = -65; lon <= -55; lon++) {
      const axis = front.axisLatDeg + front.axisSlope * (lon - centreLonDeg);
      expect(frontAt(lon).axisLatDeg).toBeCloseTo(axis, 9);
    }
  });

  test('leads the front north-eastward, without a turn back', () => {
    const axis = LONGITUDES.map((lon) => frontAt(lon).axisLatDeg);
    expect(axis.every((lat, index) => index === 0 || lat > axis[index - 1]!)).toBe(true);
  });

  test('stands higher south of the front than north of it, everywhere', () => {
    for (const lon of LONGITUDES) {
      const front = frontAt(lon);
      const south = meanSeaLevelM(front.axisLatDeg - 2, front, 0);
      const north = meanSeaLevelM(front.axisLatDeg + 2, front, 0);
      expect(south).toBeGreaterThan(north);
    }
  });

  test('is lively along the Gulf Stream and quiet in the east', () => {
    expect(liveliness(38.3, -60, frontAt(-60))).toBeCloseTo(1, 2);
    expect(liveliness(35, -15, frontAt(-15))).toBeLessThan(0.25);
  });

  test('goes through its points and stays between them', () => {
    expect(atLongitude('axisLatDeg', -67)).toBeCloseTo(37.46, 12);
    expect(atLongitude('strength', -200)).toBe(0.8);
    for (const lon of LONGITUDES) {
      expect(atLongitude('strength', lon)).toBeLessThanOrEqual(1);
      expect(atLongitude('strength', lon)).toBeGreaterThanOrEqual(0.2);
    }
  });
});

describe('climatologicalTemperatureC', () => {
  const october = daysSince1950('2012-10-01');
  test('falls towards the north, most across the front', () => {
    const at = (lat: number): number => climatologicalTemperatureC(october, lat, -60);
    expect(at(36)).toBeGreaterThan(at(41) + 5);
    expect(at(33)).toBeGreaterThan(at(36));
    expect(at(36.3) - at(40.3)).toBeGreaterThan(at(32) - at(36));
  });

  test('cools from October to December and comes back after a year', () => {
    const at = (day: string): number => climatologicalTemperatureC(daysSince1950(day), 50, -15);
    expect(at('2012-12-15')).toBeLessThan(at('2012-10-01') - 2);
    expect(at('2012-12-15')).toBeGreaterThan(at('2013-02-25'));
    expect(at('2016-10-01')).toBeCloseTo(at('2012-10-01'), 1);
  });

  test('is warmest at the end of August', () => {
    const year = Array.from({ length: 365 }, (_, day) =>
      climatologicalTemperatureC(daysSince1950('2013-01-01') + day, 40, -40),
    );
    expect(year.indexOf(Math.max(...year))).toBeGreaterThan(235);
    expect(year.indexOf(Math.max(...year))).toBeLessThan(243);
  });
});
