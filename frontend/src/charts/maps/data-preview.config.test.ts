import { packHeights, packPoints } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { fieldOfPreview, heightsOf, previewExtent, rangeOf, rangeText } from './data-preview.config';

const box = { west: -65, east: -55, south: 33, north: 43 };
const units = { scale: 0.01, offset: 0 };
const values = packHeights([0.1, Number.NaN, -0.3, 0.05], units);
const map = { box, lonCount: 2, latCount: 2, day: '2012-10-22', ...units, values };

describe('the preview of a file', () => {
  it('is in metres, and empty where the file is', () => {
    const field = fieldOfPreview(map);
    expect([...field].map((value) => (Number.isNaN(value) ? null : Number(value.toFixed(2))))).toEqual([
      0.1,
      null,
      -0.3,
      0.05,
    ]);
  });

  it('is refused where its size is another than it says', () => {
    expect(() => fieldOfPreview({ ...map, latCount: 3 })).toThrow('of 3 × 2 heights');
  });

  it('of a track has the heights of its points', () => {
    const points = packPoints([
      { lonDeg: -60, latDeg: 40, heightM: 0.5 },
      { lonDeg: -59, latDeg: 41, heightM: -0.25 },
    ]);
    const track = { box, period: { start: '2012-10-22', end: '2012-10-23' }, points };
    expect([...heightsOf({ kind: 'track', track })]).toEqual([0.5, -0.25]);
  });

  it('has a scale from its lowest to its highest height', () => {
    const { min, max } = rangeOf(fieldOfPreview(map));
    expect(min).toBeCloseTo(-0.3, 6);
    expect(max).toBeCloseTo(0.1, 6);
    expect(rangeText({ min, max })).toBe('−0.30 to 0.10 m');
    expect(rangeOf([0.5])).toEqual({ min: 0.49, max: 0.51 });
    expect(rangeOf([Number.NaN])).toEqual({ min: -1, max: 1 });
  });

  it('shows a little more than the box', () => {
    const extent = previewExtent(map);
    expect(extent.west).toBeLessThan(-65);
    expect(extent.north).toBeGreaterThan(43);
    expect(extent.north).toBeLessThan(44);
  });
});
