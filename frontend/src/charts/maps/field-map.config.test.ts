import { MISSING_RAW, type MapManifest } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { amp } from './colour-map';
import {
  aspectOf,
  colourBarLabels,
  colourScales,
  extentOf,
  latitudeTicks,
  longitudeTicks,
  nearestIndex,
  niceAbove,
  paintFrame,
  paintLand,
  valueAt,
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
    const pixels = paintFrame(new Int16Array([0, 200, MISSING_RAW, 100]), layer, scale, {
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

  test('land is where the reference is missing, painted over whatever a reconstruction says there', () => {
    const pixels = paintLand(new Int16Array([0, 200, MISSING_RAW, 100]), [1, 2, 3], {
      latCount: 2,
      lonCount: 2,
    });
    expect([...pixels]).toEqual([1, 2, 3, 255, ...Array<number>(12).fill(0)]);
  });

  test('values come back in metres', () => {
    const frame = new Int16Array([150, MISSING_RAW]);
    expect(valueAt(frame, { scale: 0.001, offset: 1 }, 0)).toBeCloseTo(1.15, 12);
    expect(valueAt(frame, { scale: 0.001, offset: 1 }, 1)).toBeNull();
    expect(valueAt(frame, { scale: 0.001, offset: 1 }, 9)).toBeNull();
  });
});

describe('colour scales', () => {
  const layer = (name: 'reconstruction' | 'reference' | 'error' | 'rmse', min: number, max: number) => ({
    name,
    unit: 'm' as const,
    frameCount: 1,
    scale: 1,
    offset: 0,
    min,
    max,
    rms: null,
  });
  const manifest: MapManifest = {
    lonDeg: [0, 1],
    latDeg: [0, 1],
    timeDays: [0],
    blockSize: 1,
    isInterpolated: false,
    observedShare: null,
    layers: [
      layer('reconstruction', -9, 9),
      layer('reference', -0.6, 1.1),
      layer('error', -0.9, 0.2),
      layer('rmse', 0.01, 0.113),
    ],
  };

  test('reconstruction and reference share one, the error is symmetrical and not ruled by one wild point', () => {
    const scales = colourScales(manifest, 0.05);
    expect(scales.reconstruction).toEqual(scales.reference);
    expect(scales.reference).toMatchObject({ min: -0.6, max: 1.1 });
    expect(scales.error).toMatchObject({ min: -0.15, max: 0.15 });
    expect(scales.rmse).toMatchObject({ min: 0, max: 0.1 });
  });

  test('the colour bar says in centimetres where it ends, and that values beyond share the last colour', () => {
    const scale = { map: amp, min: -0.15, max: 0.15 };
    expect(colourBarLabels({ min: -0.3, max: 0.1 }, scale)).toEqual(['≤ \u221215', '0', '+15 cm']);
    const heights = { map: amp, min: -0.939, max: 1.077 };
    expect(colourBarLabels({ min: -0.939, max: 1.077 }, heights)).toEqual(['\u221294', '7', '108 cm']);
    expect(colourBarLabels({ min: 0, max: 0.2 }, { map: amp, min: 0, max: 0.1 })).toEqual([
      '0',
      '5',
      '≥ 10 cm',
    ]);
  });

  test('a perfect map still has a scale', () => {
    expect(
      colourScales({ ...manifest, layers: [layer('error', 0, 0), layer('rmse', 0, 0)] }, 0),
    ).toMatchObject({
      error: { min: -1, max: 1 },
      rmse: { min: 0, max: 1 },
    });
  });

  test.each([
    { value: 0, nice: 0 },
    { value: 0.113, nice: 0.15 },
    { value: 0.2, nice: 0.2 },
    { value: 8.1, nice: 10 },
  ])('$value rounds up to $nice', ({ value, nice }) => {
    expect(niceAbove(value)).toBe(nice);
  });
});
