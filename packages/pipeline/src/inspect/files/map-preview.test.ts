import { MISSING_RAW, previewMapSchema, unpackHeights } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { MapPreview } from './map-preview.js';

const axis = (count: number, first: number, step: number) =>
  Float64Array.from({ length: count }, (_value, index) => first + index * step);

describe('MapPreview', () => {
  it('gives means of blocks in centimetres, row by row from the south, with the holes', () => {
    const preview = new MapPreview({ latDeg: axis(4, 30, 1), lonDeg: axis(4, -60, 1) }, 22_941, 2);
    const values = Float32Array.from([
      ...[0.1, 0.3, NaN, NaN],
      ...[0.1, 0.3, NaN, 0.5],
      ...[-0.004, -0.004, NaN, NaN],
      ...[0, 0, NaN, NaN],
    ]);
    preview.addRows(values.subarray(0, 4), 0, 1);
    preview.addRows(values.subarray(4), 1, 3);
    const picture = preview.picture()!;
    expect(picture).toMatchObject({
      box: { west: -60, east: -57, south: 30, north: 33 },
      lonCount: 2,
      latCount: 2,
      day: '2012-10-23',
      scale: 0.01,
      offset: 0,
    });
    expect([...unpackHeights(picture)]).toEqual([20, 50, 0, MISSING_RAW]);
    expect([...unpackHeights(preview.picture(1)!)]).toEqual([120, 150, 100, MISSING_RAW]);
  });

  it('has coarser steps where centimetres do not reach', () => {
    const preview = new MapPreview({ latDeg: axis(2, 30, 1), lonDeg: axis(2, -60, 1) }, 22_941, 2);
    preview.addRows(Float32Array.from([-900, 450, NaN, 0]), 0, 2);
    const picture = preview.picture()!;
    const metres = [...unpackHeights(picture)].map((raw) => raw * picture.scale);
    expect(metres[0]).toBeCloseTo(-900, 6);
    expect(Math.abs(metres[1]! - 450)).toBeLessThan(picture.scale);
  });

  it('is never larger than asked for', () => {
    const preview = new MapPreview(
      { latDeg: axis(1701, 27, 0.02), lonDeg: axis(3454, -79, 0.02) },
      22_941,
      240,
    );
    const picture = previewMapSchema.parse(preview.picture());
    expect(Math.max(picture.latCount, picture.lonCount)).toBeLessThanOrEqual(240);
    expect(unpackHeights(picture)).toHaveLength(picture.latCount * picture.lonCount);
  });

  it('is none of a single row', () => {
    expect(
      new MapPreview({ latDeg: axis(1, 30, 1), lonDeg: axis(4, -60, 1) }, 22_941, 9).picture(),
    ).toBeNull();
  });
});
