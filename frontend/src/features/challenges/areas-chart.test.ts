import type { Area } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { areasChartConfig } from './areas-chart.config';

const area = (id: string, west: number, east: number, south: number, north: number): Area => ({
  id,
  name: id,
  description: '',
  scoredBox: { west, east, south, north },
});
const gf = area('gf', -65, -55, 33, 43);
const natl = area('natl', -79, 7, 27, 65);

describe('the map of the areas', () => {
  test('holds every box whole, the small one inside the large one', () => {
    const { boxes, width, height } = areasChartConfig([gf, natl]);
    for (const box of boxes) {
      expect(box.x).toBeGreaterThan(0);
      expect(box.y).toBeGreaterThan(0);
      expect(box.x + box.width).toBeLessThan(width);
      expect(box.y + box.height).toBeLessThan(height);
    }
    const [small, large] = boxes;
    expect(small!.x).toBeGreaterThan(large!.x);
    expect(small!.y + small!.height).toBeLessThan(large!.y + large!.height);
  });

  test('draws a degree of longitude shorter than one of latitude, by the cosine of the middle latitude', () => {
    for (const areas of [[gf], [gf, natl]]) {
      const box = areasChartConfig(areas).boxes[0]!;
      const middle = areas.length === 1 ? 38 : 46;
      expect(box.width / box.height).toBeCloseTo(Math.cos((middle * Math.PI) / 180), 6);
    }
  });
});
