import { describe, expect, test } from 'vitest';
import { amp } from './colour-map';
import {
  aspectOf,
  extentOf,
  latitudeTicks,
  longitudeTicks,
  MISSING,
  nearestIndex,
  niceAbove,
  paintFrame,
} from './field-map.config';

describe('where things lie', () => {
  test('a grid reaches half a step beyond its points', () => {
    expect(extentOf({ lonDeg: [-65, -64, -63], latDeg: [33, 34] })).toEqual({
      west: -65.5,
      east: -62.5,
      south: 32.5,
      north: 34.5,
    });
  });

  test('a square of degrees is narrower than high away from the equator', () => {
    expect(aspectOf({ west: 0, east: 10, south: -5, north: 5 })).toBeCloseTo(1, 12);
    expect(aspectOf({ west: 0, east: 10, south: 55, north: 65 })).toBeCloseTo(0.5, 12);
  });

  test.each([
    { value: -65.4, index: 0 },
    { value: -64.4, index: 1 },
    { value: -62.5, index: 2 },
    { value: -62.4, index: null },
    { value: -66, index: null },
  ])('$value belongs to grid point $index', ({ value, index }) => {
    expect(nearestIndex([-65, -64, -63], value)).toBe(index);
  });

  test('ticks are round and inside the map', () => {
    const extent = { west: -65, east: -55, south: 33, north: 43 };
    expect(longitudeTicks(extent, 4).map((tick) => tick.label)).toEqual(['65°W', '60°W', '55°W']);
    expect(latitudeTicks(extent, 5).map((tick) => tick.value)).toEqual([34, 36, 38, 40, 42]);
  });

  test('an axis has two ticks at least, although they stand closer then', () => {
    const osmosis = { west: -19.5, east: -11.5, south: 45, north: 55 };
    expect(longitudeTicks(osmosis, 2).map((tick) => tick.label)).toEqual(['18°W', '16°W', '14°W', '12°W']);
    expect(longitudeTicks({ ...osmosis, west: -12.2 }, 2)).toHaveLength(1);
  });
});

describe('paintFrame', () => {
  const layer = { scale: 0.01, offset: 0 };
  const scale = { map: amp, min: 0, max: 2 };

  test('puts north at the top and leaves missing places transparent', () => {
    const pixels = paintFrame(new Int16Array([0, 200, MISSING, 100]), layer, scale, {
      latCount: 2,
      lonCount: 2,
    });
    const pixel = (index: number) => [...pixels.slice(index * 4, index * 4 + 4)];
    expect(pixel(0)).toEqual([0, 0, 0, 0]);
    expect(pixel(2)).toEqual([...amp.table.slice(0, 3), 255]);
    expect(pixel(3)).toEqual([...amp.table.slice(-3), 255]);
  });

  test('refuses a frame of another size', () => {
    expect(() => paintFrame(new Int16Array(3), layer, scale, { latCount: 2, lonCount: 2 })).toThrow(
      'a frame has 3 values, need 2 × 2',
    );
  });
});

describe('the ends of colour scales', () => {
  test.each([
    { value: 0, nice: 0 },
    { value: 0.113, nice: 0.15 },
    { value: 0.2, nice: 0.2 },
    { value: 8.1, nice: 10 },
  ])('$value rounds up to $nice', ({ value, nice }) => {
    expect(niceAbove(value)).toBe(nice);
  });
});
