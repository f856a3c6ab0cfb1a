import { describe, expect, it } from 'vitest';
import { withheldPointsIn, type TrackHeights } from './track-overlap.js';

/** One measurement a second, 6 km apart. */
const track = (count: number, startDays: number, over: Partial<TrackHeights> = {}): TrackHeights => ({
  timeDays: Float64Array.from({ length: count }, (_value, index) => startDays + index / 86_400),
  latDeg: Float64Array.from({ length: count }, (_value, index) => 30 + 0.05 * index),
  lonDeg: Float64Array.from({ length: count }, () => -60),
  heightM: Float64Array.from({ length: count }, (_value, index) => Math.sin(index)),
  ...over,
});

const joined = (a: TrackHeights, b: TrackHeights): TrackHeights => {
  const both = (key: keyof TrackHeights) => Float64Array.from([...a[key], ...b[key]]);
  return {
    timeDays: both('timeDays'),
    latDeg: both('latDeg'),
    lonDeg: both('lonDeg'),
    heightM: both('heightM'),
  };
};

describe('withheldPointsIn', () => {
  it('finds every point of a track that was left in the file, wherever it stands', () => {
    const withheld = track(200, 100);
    const file = joined(track(300, 103), withheld);
    expect(withheldPointsIn(file, withheld)).toEqual({
      pointCount: 200,
      sharedCount: 200,
      equalCount: 200,
      rmseM: 0,
    });
  });

  it('finds them with other heights and times of another step', () => {
    const withheld = track(200, 100);
    const file = track(200, 100 + 0.2 / 86_400, { heightM: withheld.heightM.map((height) => height + 0.02) });
    const found = withheldPointsIn(file, withheld);
    expect(found).toMatchObject({ sharedCount: 200, equalCount: 0 });
    expect(found.rmseM).toBeCloseTo(0.02, 12);
  });

  it('finds longitudes that are counted the other way round', () => {
    const withheld = track(50, 100, { lonDeg: new Float64Array(50).fill(179.999) });
    const file = track(50, 100, { lonDeg: new Float64Array(50).fill(-179.999) });
    expect(withheldPointsIn(file, withheld).sharedCount).toBe(50);
  });

  it.each([
    { name: 'the same place at another time', file: track(200, 110) },
    {
      name: 'the same time at another place',
      file: track(200, 100, { lonDeg: new Float64Array(200).fill(-50) }),
    },
    { name: 'nothing', file: track(0, 100) },
  ])('finds none in $name', ({ file }) => {
    expect(withheldPointsIn(file, track(200, 100))).toMatchObject({ sharedCount: 0, rmseM: null });
  });
});
