import { describe, expect, test } from 'vitest';
import { IncompatibleStatisticsError, ShapeMismatchError, UndefinedScoreError } from '../errors.js';
import { alongTrackScores, alongTrackSpectrum } from './along-track-scores.js';
import { alongTrackStatistics, mergeAlongTrackStatistics } from './along-track-statistics.js';
import type { TrackComparison } from './track-points.js';

const STEP_DAYS = 0.9434 / 86_400;

/** Passes of some lengths, half a day apart, over a sea of a few waves. */
function comparison(
  lengths: readonly number[],
  mapOf: (trackM: number, index: number) => number = (height) => height,
): TrackComparison {
  const timeDays = Float64Array.from(
    lengths.flatMap((length, pass) =>
      Array.from({ length }, (_, index) => 24_838.1 + 0.5 * pass + index * STEP_DAYS),
    ),
  );
  const trackM = timeDays.map(
    (_, index) => 0.5 + 0.2 * Math.sin(0.11 * index) + 0.05 * Math.sin(0.83 * index + 0.4 * Math.sin(index)),
  );
  return {
    timeDays,
    latDeg: new Float64Array(timeDays.length),
    lonDeg: new Float64Array(timeDays.length),
    trackM,
    mapM: trackM.map(mapOf),
  };
}

const PASSES = [200, 180, 240, 170, 190];
const noisy = (height: number, index: number): number => height + 0.03 * Math.sin(1.7 * index);

describe('the scores', () => {
  test.each(['ose-2021a', 'ose-along-track'] as const)(
    'are 1 and 0 for a perfect map under %s',
    (protocol) => {
      expect(alongTrackScores(alongTrackStatistics(comparison(PASSES)), protocol)).toEqual({
        mu: 1,
        sigma: 0,
        lambdaXKm: null,
        unresolved: 'identical',
        rmseM: 0,
      });
    },
  );

  test('are µ = 0 for an all-zero map, whose error has all of the signal: nothing is resolved', () => {
    const { mu, unresolved } = alongTrackScores(
      alongTrackStatistics(comparison(PASSES, () => 0)),
      'ose-along-track',
    );
    expect(mu).toBeCloseTo(0, 14);
    expect(unresolved).toBe('nothing-resolved');
  });

  test('do not depend on the unit of the heights', () => {
    const metres = comparison(PASSES, noisy);
    const inMillimetres = {
      ...metres,
      trackM: metres.trackM.map((height) => 1000 * height),
      mapM: metres.mapM.map((height) => 1000 * height),
    };
    const first = alongTrackScores(alongTrackStatistics(metres), 'ose-along-track');
    const second = alongTrackScores(alongTrackStatistics(inMillimetres), 'ose-along-track');
    expect(second.mu).toBeCloseTo(first.mu, 12);
    expect(second.sigma).toBeCloseTo(first.sigma, 12);
    expect(second.lambdaXKm).toBeCloseTo(first.lambdaXKm!, 8);
    expect(second.rmseM).toBeCloseTo(1000 * first.rmseM, 9);
  });

  test('are a mean of days, not of points: a short bad day weighs as much as a long good one', () => {
    const days = comparison([300, 0, 20], (height, index) => (index < 300 ? height : 0));
    const { mu } = alongTrackScores(alongTrackStatistics(days), 'ose-2021a');
    expect(mu).toBeCloseTo(0.5, 12);
  });

  test.each([
    { points: 9, scored: 1 },
    { points: 10, scored: 2 },
  ])('count a day of $points points: $scored day(s) scored', ({ points, scored }) => {
    const statistics = alongTrackStatistics(comparison([300, 0, points], noisy));
    expect(statistics.daily).toHaveLength(2);
    const { sigma } = alongTrackScores(statistics, 'ose-2021a');
    expect(sigma > 0).toBe(scored === 2);
  });

  test('leave out points without a height on either side', () => {
    const whole = comparison(PASSES, noisy);
    const trackM = whole.trackM.slice();
    const mapM = whole.mapM.slice();
    trackM[3] = NaN;
    mapM[700] = NaN;
    const keep = (values: Float64Array) => values.filter((_, index) => index !== 3 && index !== 700);
    const without = {
      timeDays: keep(whole.timeDays),
      latDeg: keep(whole.latDeg),
      lonDeg: keep(whole.lonDeg),
      trackM: keep(whole.trackM),
      mapM: keep(whole.mapM),
    };
    expect(alongTrackStatistics({ ...whole, trackM, mapM })).toEqual(alongTrackStatistics(without));
  });

  test('do not exist where no day has ten points, or the track is 0 m', () => {
    const few = alongTrackStatistics(comparison([9, 0, 9]));
    expect(() => alongTrackScores(few, 'ose-2021a')).toThrow(UndefinedScoreError);
    const flat = { ...comparison(PASSES), trackM: new Float64Array(980) };
    expect(() => alongTrackScores(alongTrackStatistics(flat), 'ose-2021a')).toThrow(/no day/);
  });

  test('have no λx without a segment, and say so', () => {
    const statistics = alongTrackStatistics(comparison([100, 120], noisy));
    expect(alongTrackSpectrum(statistics, 'ose-along-track')).toBeNull();
    expect(alongTrackScores(statistics, 'ose-along-track')).toMatchObject({
      lambdaXKm: null,
      unresolved: 'undefined-spectrum',
    });
  });

  test('survive an absurd map: 1e6 m everywhere', () => {
    const scores = alongTrackScores(alongTrackStatistics(comparison(PASSES, () => 1e6)), 'ose-2021a');
    expect(scores.mu).toBeLessThan(-1e6);
    expect(scores.lambdaXKm).toBeNull();
  });
});

describe('a constant error', () => {
  test('costs µ but no resolution: each segment loses its mean', () => {
    const statistics = alongTrackStatistics(comparison(PASSES, (height) => height + 0.1));
    const { mu, unresolved } = alongTrackScores(statistics, 'ose-along-track');
    expect(mu).toBeLessThan(0.9);
    expect(unresolved).toBe('everything-resolved');
  });
});

describe('statistics', () => {
  test.each([1, 2, 3, 4])('of two parts of a track add up to those of the whole, cut at gap %i', (passes) => {
    const whole = comparison(PASSES, noisy);
    const cut = PASSES.slice(0, passes).reduce((sum, length) => sum + length, 0);
    const part = (start: number, end: number): TrackComparison => ({
      timeDays: whole.timeDays.slice(start, end),
      latDeg: whole.latDeg.slice(start, end),
      lonDeg: whole.lonDeg.slice(start, end),
      trackM: whole.trackM.slice(start, end),
      mapM: whole.mapM.slice(start, end),
    });
    const merged = mergeAlongTrackStatistics(
      alongTrackStatistics(part(cut, whole.timeDays.length)),
      alongTrackStatistics(part(0, cut)),
    );
    const joint = alongTrackStatistics(whole);
    expect(merged.spectra['ose-along-track'].segmentCount).toBe(
      joint.spectra['ose-along-track'].segmentCount,
    );
    // The faithful protocol never uses the last piece of either part.
    expect(merged.spectra['ose-2021a'].segmentCount).toBeLessThan(joint.spectra['ose-2021a'].segmentCount);
    const [a, b] = [merged, joint].map((each) => alongTrackScores(each, 'ose-along-track'));
    expect(a!.mu).toBeCloseTo(b!.mu, 13);
    expect(a!.sigma).toBeCloseTo(b!.sigma, 13);
    expect(a!.rmseM).toBeCloseTo(b!.rmseM, 13);
    expect(a!.lambdaXKm).toBeCloseTo(b!.lambdaXKm!, 9);
  });

  test('survive JSON', () => {
    const statistics = alongTrackStatistics(comparison(PASSES, noisy));
    expect(JSON.parse(JSON.stringify(statistics))).toEqual(statistics);
  });

  test('refuse another number of wavenumbers', () => {
    const statistics = alongTrackStatistics(comparison(PASSES));
    const other = {
      ...statistics,
      spectra: { ...statistics.spectra, 'ose-2021a': { segmentCount: 0, trackPsdSum: [], errorPsdSum: [] } },
    };
    expect(() => mergeAlongTrackStatistics(statistics, other)).toThrow(IncompatibleStatisticsError);
  });

  test('refuse times that go back and arrays of other lengths', () => {
    const track = comparison(PASSES);
    expect(() => alongTrackStatistics({ ...track, timeDays: track.timeDays.toReversed() })).toThrow(
      'must ascend',
    );
    expect(() => alongTrackStatistics({ ...track, mapM: track.mapM.slice(1) })).toThrow(ShapeMismatchError);
  });
});
