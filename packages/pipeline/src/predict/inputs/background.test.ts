import { describe, expect, test } from 'vitest';
import { heightAboveMaps } from './background.js';

const latDeg = Float64Array.of(40, 40.2, 40.4);
const lonDeg = Float64Array.of(-60, -59.8, -59.6, -59.4);
/** m: linear in place and time, with all products but squares. */
const plane = (days: number, lat: number, lon: number): number =>
  0.2 + 0.1 * days + 0.3 * (lat - 40) - 0.2 * (lon + 60) + 0.5 * (lat - 40) * (lon + 60) * (1 + days);
const map = (days: number) =>
  Float64Array.from({ length: 12 }, (_, node) =>
    plane(days, latDeg[Math.floor(node / 4)]!, lonDeg[node % 4]!),
  );

describe('heightAboveMaps', () => {
  const heightAbove = heightAboveMaps({ of: map(0), next: map(1) }, { latDeg, lonDeg });

  test.each([
    { name: 'at a node at the time of the map', lat: 40.2, lon: -59.8, lag: 0 },
    { name: 'between nodes and maps', lat: 40.13, lon: -59.71, lag: 0.37 },
    { name: 'at the last node', lat: 40.4, lon: -59.4, lag: 0.99 },
    { name: 'half a step beyond the first node', lat: 39.9, lon: -60.1, lag: 0.5 },
    { name: 'half a step beyond the last node', lat: 40.5, lon: -59.3, lag: 0.5 },
  ])('is exact $name where the maps are linear', ({ lat, lon, lag }) => {
    const heightM = 1.25;
    const above = heightAbove({ heightM, latDeg: lat, lonDeg: lon, lagDays: lag });
    expect(above).toBeCloseTo(heightM - plane(lag, lat, lon), 12);
  });
});
