import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { trackBoxes } from './track-boxes.js';
import type { TrackBox, TrackComparison } from './track-points.js';

const folder = new URL('../../test/golden/', import.meta.url);
type GoldenBox = {
  passCount: number;
  segmentCount: number;
  wavelength: number | null;
  unresolved: string | null;
  trackPsd?: number[];
  errorPsd?: number[];
};
// Written by tools/golden/box-resolution.py: numpy and scipy, from the definition.
const golden = (
  JSON.parse(readFileSync(new URL('box_resolution.json', folder), 'utf8')) as {
    track: {
      area: TrackBox;
      boxLatDeg: number[];
      boxLonDeg: number[];
      boxes: GoldenBox[];
      whole: GoldenBox;
      rmseSizeDeg: number;
      sums: Record<'count' | 'squaredError' | 'squaredReference', number[][]>;
    };
  }
).track;
const bytesOf = (name: string) =>
  new Uint8Array(gunzipSync(readFileSync(new URL(`box_track_${name}.gz`, folder)))).buffer;
const doubles = (name: string) => new Float64Array(bytesOf(`${name}.f8`));
const floats = (name: string) => Float64Array.from(new Float32Array(bytesOf(`${name}.f4`)));
const comparison: TrackComparison = {
  timeDays: doubles('time'),
  latDeg: doubles('lat'),
  lonDeg: doubles('lon'),
  trackM: floats('track'),
  mapM: floats('map'),
};

describe('boxes along a track', () => {
  const found = trackBoxes(comparison, golden.area);

  test('have the effective resolution of numpy and scipy', () => {
    const { resolution } = found;
    expect(resolution!.latDeg).toEqual(golden.boxLatDeg);
    expect(resolution!.lonDeg).toEqual(golden.boxLonDeg);
    const expectedBoxes = [...golden.boxes, golden.whole];
    [...resolution!.boxes, resolution!.whole].forEach((box, index) => {
      const expected = expectedBoxes[index]!;
      expect(box.passCount).toBe(expected.passCount);
      expect(box.segmentCount).toBe(expected.segmentCount);
      expect(box.resolution.unresolved).toBe(expected.unresolved);
      if (expected.wavelength !== null) expect(box.resolution.wavelength).toBeCloseTo(expected.wavelength, 8);
      expect(box.trackPsd).toHaveLength(expected.trackPsd?.length ?? 0);
      box.trackPsd.forEach((density, k) => expect(density / expected.trackPsd![k]!).toBeCloseTo(1, 9));
      box.errorPsd.forEach((density, k) => expect(density / expected.errorPsd![k]!).toBeCloseTo(1, 9));
    });
    expect(new Set(golden.boxes.map(({ unresolved }) => unresolved))).toEqual(
      new Set([null, 'too-few-pieces']),
    );
  });

  test('hold the sums of their points', () => {
    const { layout, count, squaredError, squaredReference } = found.sums;
    expect(layout).toMatchObject({ sizeDeg: golden.rmseSizeDeg, rowCount: 7, columnCount: 8 });
    const boxCount = 7 * 8;
    const total = (sums: Float64Array, box: number) =>
      found.timeDays.reduce((sum, _, day) => sum + sums[day * boxCount + box]!, 0);
    for (let box = 0; box < boxCount; box++) {
      const [row, column] = [Math.floor(box / 8), box % 8];
      expect(total(count, box)).toBe(golden.sums.count[row]![column]);
      expect(total(squaredError, box)).toBeCloseTo(golden.sums.squaredError[row]![column]!, 10);
      expect(total(squaredReference, box)).toBeCloseTo(golden.sums.squaredReference[row]![column]!, 10);
    }
  });

  test('are scored on the days of their points, and on no other', () => {
    expect(found.timeDays).toEqual([...found.timeDays].sort((a, b) => a - b));
    expect(new Set(found.timeDays).size).toBe(found.timeDays.length);
    expect(found.sums.count).toHaveLength(found.timeDays.length * 7 * 8);
  });

  test('resolve everything with a perfect map, and nothing that they tell with a flat one', () => {
    const reasonOf = (mapM: Float64Array) =>
      trackBoxes({ ...comparison, mapM }, golden.area).resolution!.whole.resolution.unresolved;
    expect(reasonOf(comparison.trackM)).toBe('everything-resolved');
    expect(reasonOf(comparison.trackM.map(() => 0))).toBe('longer-than-box');
  });

  test('have errors but no resolution in an area smaller than 5°', () => {
    const small = trackBoxes(comparison, { south: 35, north: 39, west: -62, east: -54 });
    expect(small.resolution).toBeNull();
    expect(small.sums.layout.sizeDeg).toBe(0.5);
  });

  test('never join samples on two sides of a pause', () => {
    // One pass of 100 samples that pauses in its middle has no stretch of 78 samples; uncut it has one.
    const pass = (pauseS: number): TrackComparison => ({
      timeDays: Float64Array.from(
        { length: 100 },
        (_, i) => 22_940 + (i * 0.9434 + (i >= 50 ? pauseS : 0)) / 86_400,
      ),
      latDeg: Float64Array.from({ length: 100 }, (_, i) => 35.02 + 0.049 * i),
      lonDeg: new Float64Array(100).fill(-60),
      trackM: Float64Array.from({ length: 100 }, (_, i) => Math.sin(i)),
      mapM: new Float64Array(100),
    });
    const area = { south: 35, north: 40, west: -62, east: -57 };
    expect(trackBoxes(pass(0), area).resolution!.whole.passCount).toBe(1);
    expect(trackBoxes(pass(5), area).resolution!.whole.passCount).toBe(0);
  });
});
