import { describe, expect, test } from 'vitest';
import { alongTrackStatistics } from '../along-track-scores/along-track-statistics.js';
import type { TrackComparison } from '../along-track-scores/track-points.js';
import type { RegularGrid } from '../grid.js';
import { statisticsOfMap } from '../statistics/map-statistics.js';
import { furtherScoresOfMap, furtherScoresOfTrack, SCORE_STATISTICS } from './further-scores.js';

const axis = (first: number, step: number, count: number) =>
  Float64Array.from({ length: count }, (_, index) => first + step * index);
const grid: RegularGrid = { timeDays: axis(22_940, 1, 4), latDeg: axis(33, 1, 3), lonDeg: axis(-65, 1, 5) };
const reference = Float64Array.from({ length: 60 }, (_, index) => 0.3 + 0.2 * Math.sin(1.7 * index));
const noisy = (offset: number) =>
  reference.map((value, index) => value + offset + 0.05 * Math.cos(2.3 * index * index));

function ofMap(reconstruction: Float64Array, truth = reference) {
  const fields = { protocol: 'osse-natl', grid, reconstruction, reference: truth } as const;
  return furtherScoresOfMap(statisticsOfMap(SCORE_STATISTICS, fields));
}

function ofTrack(mapM: Float64Array, trackM = reference) {
  const comparison: TrackComparison = {
    timeDays: axis(22_940, 0.06, 60),
    latDeg: axis(33, 0.01, 60),
    lonDeg: axis(-65, 0.01, 60),
    trackM,
    mapM,
  };
  return furtherScoresOfTrack(alongTrackStatistics(comparison), comparison);
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

describe('explained variance', () => {
  test.each([
    { of: 'a map', score: ofMap },
    { of: 'a track', score: ofTrack },
  ])('of $of is 1 − var(error)/var(reference), whatever the offset', ({ score }) => {
    const map = noisy(0.4);
    const expected =
      1 - varianceOf(map.map((value, index) => value - reference[index]!)) / varianceOf(reference);
    expect(score(map).explainedVariance).toBeCloseTo(expected, 12);
    expect(score(noisy(0)).explainedVariance).toBeCloseTo(expected, 12);
    expect(score(reference.slice()).explainedVariance).toBe(1);
    expect(score(map, new Float64Array(60).fill(0.25)).explainedVariance).toBeNull();
  });

  test('leaves out points that one of the fields lacks', () => {
    const truth = reference.slice();
    const map = noisy(0);
    truth[7] = Number.NaN;
    map[7] = 100;
    const kept = (values: Float64Array) => values.filter((_, index) => index !== 7);
    const errors = kept(map.map((value, index) => value - truth[index]!));
    expect(ofMap(map, truth).explainedVariance).toBeCloseTo(
      1 - varianceOf(errors) / varianceOf(kept(truth)),
      12,
    );
  });
});

describe('the largest error', () => {
  test.each([
    { of: 'a map', score: ofMap },
    { of: 'a track', score: ofTrack },
  ])('of $of is that of the worst point, whichever its sign', ({ score }) => {
    const map = noisy(0);
    map[31] = reference[31]! - 0.9;
    map[44] = reference[44]! + 0.8;
    expect(score(map).largestErrorM).toBeCloseTo(0.9, 12);
    expect(score(reference.slice()).largestErrorM).toBe(0);
  });

  test.each([
    { of: 'a map', score: ofMap },
    { of: 'a track', score: ofTrack },
  ])('of $of is not that of a point that one of the fields lacks', ({ score }) => {
    const truth = reference.slice();
    const map = reference.map((value) => value + 0.1);
    truth[7] = Number.NaN;
    map[7] = 100;
    map[8] = Number.NaN;
    expect(score(map, truth).largestErrorM).toBeCloseTo(0.1, 12);
  });
});
