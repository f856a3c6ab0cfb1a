import { describe, expect, test } from 'vitest';
import type { DailyMaps } from './daily-maps.js';
import type { Quirk } from '../import-report.js';
import { reachingEdges } from './reaching-edges.js';

const maps: DailyMaps = {
  grid: {
    timeDays: Float64Array.of(22_940),
    latDeg: Float64Array.of(33.05, 33.1),
    lonDeg: Float64Array.of(-64.95, -64.9, -64.85),
  },
  readDay: async () => Float32Array.of(1, 2, 3, 4, 5, NaN),
  sentinels: () => ({ count: 0, largest: 0 }),
};

describe('maps that end less than a step inside the truth', () => {
  test('are continued where they are short, and nowhere else, which the report says', async () => {
    const quirks: Quirk[] = [];
    const box = { west: -65 + 1 / 60, east: -64.85, south: 33 + 1 / 60, north: 33.1 };
    const reaching = reachingEdges(maps, box, 'map.nc', quirks);
    expect(Array.from(reaching.grid.lonDeg, (lon) => Number(lon.toFixed(9)))).toEqual([
      -65, -64.95, -64.9, -64.85,
    ]);
    expect(Array.from(reaching.grid.latDeg, (lat) => Number(lat.toFixed(9)))).toEqual([33, 33.05, 33.1]);
    expect([...(await reaching.readDay(0))]).toEqual([1, 1, 2, 3, 1, 1, 2, 3, 4, 4, 5, NaN]);
    expect(quirks).toEqual([
      {
        file: 'map.nc',
        found:
          "its nodes (longitudes −64.95…−64.85, latitudes 33.05…33.1) end less than one step inside the truth's",
        handled: 'continued by one node to the west and south with the values of the outermost ones',
      },
    ]);
  });

  test('stay as they are where they reach the edges, or end farther inside', () => {
    const quirks: Quirk[] = [];
    const reached = { west: -64.95, east: -64.85, south: 33.05, north: 33.1 };
    expect(reachingEdges(maps, reached, 'map.nc', quirks)).toBe(maps);
    const far = { west: -65.1, east: -64.7, south: 32.9, north: 33.3 };
    expect(reachingEdges(maps, far, 'map.nc', quirks)).toBe(maps);
    expect(quirks).toEqual([]);
  });
});
