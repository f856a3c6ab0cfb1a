import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewMapSchema, previewTrackSchema } from './dataset-report.js';
import {
  LARGEST_RAW,
  MISSING_RAW,
  packHeights,
  packPoints,
  unpackHeights,
  unpackPoints,
} from './packed-values.js';

const CENTIMETRES = { scale: 0.01, offset: 0 };
const box = { west: -65, east: -55, south: 33, north: 43 };
const field = (heightsM: number[], lonCount = heightsM.length) => ({
  latCount: heightsM.length / lonCount,
  lonCount,
  ...CENTIMETRES,
  values: packHeights(heightsM, CENTIMETRES),
});

describe('a field of heights', () => {
  it('is little-endian int16: the bytes that other programs read', () => {
    expect(packHeights([0.01, -0.02, Number.NaN], CENTIMETRES)).toBe(
      'AQD+/wCA', // 01 00, fe ff, 00 80
    );
  });

  it('keeps every height within half a step, and what is missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -300, max: 300, noNaN: true })), { minLength: 1 }),
        (heights) => {
          const raw = unpackHeights(field(heights.map((height) => height ?? Number.NaN)));
          expect(raw).toHaveLength(heights.length);
          heights.forEach((height, node) => {
            if (height === null) expect(raw[node]).toBe(MISSING_RAW);
            else expect(Math.abs(raw[node]! * 0.01 - height)).toBeLessThan(0.005 + 1e-9);
          });
        },
      ),
    );
  });

  it('takes the largest there is for what is beyond, and no infinite height', () => {
    expect([...unpackHeights(field([1e6, -1e6, Infinity, -Infinity]))]).toEqual([
      LARGEST_RAW,
      -LARGEST_RAW,
      MISSING_RAW,
      MISSING_RAW,
    ]);
  });

  it('has the offset taken off', () => {
    const packed = { ...field([0, 0]), scale: 0.5, offset: 280 };
    const values = packHeights([280, 281], packed);
    expect([...unpackHeights({ ...packed, values })]).toEqual([0, 2]);
  });

  it('is refused with another length than its size says', () => {
    const map = { ...field([1, 2, 3, 4], 2), box, day: '2012-10-22' };
    expect(previewMapSchema.parse(map)).toEqual(map);
    for (const wrong of [
      { ...map, latCount: 3 },
      { ...map, values: map.values.slice(4) },
    ]) {
      expect(previewMapSchema.safeParse(wrong).error?.issues).toMatchObject([{ path: ['values'] }]);
      expect(() => unpackHeights(wrong)).toThrow(/has \d bytes, need two for each of \d × 2 heights/);
    }
    expect(previewMapSchema.safeParse({ ...map, values: map.values.replace(/^./, '?') }).success).toBe(false);
  });
});

describe('the points of a track', () => {
  const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
  it('keep a hundred-thousandth of a degree and of a metre', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ lonDeg: degrees(180), latDeg: degrees(90), heightM: degrees(30) })),
        (points) => {
          const found = unpackPoints(packPoints(points));
          expect(found).toHaveLength(points.length);
          found.forEach((point, index) => {
            const { lonDeg, latDeg, heightM } = points[index]!;
            expect(Math.abs(point.lonDeg - lonDeg)).toBeLessThan(1e-5);
            expect(Math.abs(point.latDeg - latDeg)).toBeLessThan(1e-5);
            expect(Math.abs(point.heightM - heightM)).toBeLessThan(1e-5);
          });
        },
      ),
    );
  });

  it('are refused where one of them is not whole', () => {
    const points = packPoints([
      { lonDeg: -60, latDeg: 40, heightM: 0.5 },
      { lonDeg: -59, latDeg: 41, heightM: -0.5 },
    ]);
    const track = { box, period: { start: '2012-10-22', end: '2012-10-23' }, points };
    expect(previewTrackSchema.parse(track)).toEqual(track);
    const cut = points.slice(4);
    expect(previewTrackSchema.safeParse({ ...track, points: cut }).error?.issues).toMatchObject([
      { path: ['points'] },
    ]);
    expect(() => unpackPoints(cut)).toThrow('has 21 bytes, need 12 for each');
  });
});
