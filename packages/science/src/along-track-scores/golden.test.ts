import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AlongTrackProtocolId } from '../protocols/along-track-protocol.js';
import { ALONG_TRACK_SCORE_PROTOCOLS } from '../protocols/along-track-protocols.js';
import { alongTrackDailyScores, alongTrackScores, alongTrackSpectrum } from './along-track-scores.js';
import { alongTrackStatistics } from './along-track-statistics.js';
import { interpolateToTrack } from './interpolate-to-track.js';
import { pointsInside, withoutMissing, type TrackBox } from './track-points.js';
import { segmentStarts } from './track-segments.js';

// Written by tools/golden/along-track.py: numpy and scipy, from the description of the protocols.

type ExpectedProtocol = {
  starts: number[];
  lambdaXKm: number | null;
  trackPsd: number[] | null;
  errorPsd: number[] | null;
};
type Expected = Record<AlongTrackProtocolId, ExpectedProtocol> & {
  pointCount: number;
  day: number[];
  rmseScore: number[];
  rmseM: number[];
  mu: number;
  sigma: number;
  totalRmseM: number;
};
type Heights = readonly (number | null)[];
type LineCase = { name: string; timeDays: number[]; trackM: Heights; mapM: Heights; expected: Expected };
type MapCase = Omit<LineCase, 'mapM'> & {
  grid: { timeDays: number[]; latDeg: number[]; lonDeg: number[] };
  values: Heights;
  latDeg: number[];
  lonDeg: number[];
  atPointsM: Heights;
  box: TrackBox;
  insideCount: number;
};

const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/along_track.json', import.meta.url), 'utf8'),
) as { cases: [MapCase, ...LineCase[]] };
const [mapCase, ...lineCases] = golden.cases;
const PROTOCOLS = Object.keys(ALONG_TRACK_SCORE_PROTOCOLS) as AlongTrackProtocolId[];

function heights(values: Heights): Float64Array {
  return Float64Array.from(values, (value) => value ?? NaN);
}

function mapComparison() {
  const places = {
    timeDays: Float64Array.from(mapCase.timeDays),
    latDeg: Float64Array.from(mapCase.latDeg),
    lonDeg: Float64Array.from(mapCase.lonDeg),
  };
  const grid = {
    timeDays: Float64Array.from(mapCase.grid.timeDays),
    latDeg: Float64Array.from(mapCase.grid.latDeg),
    lonDeg: Float64Array.from(mapCase.grid.lonDeg),
  };
  const mapM = interpolateToTrack({ grid, values: heights(mapCase.values) }, places);
  const inside = pointsInside(places, mapCase.box, ALONG_TRACK_SCORE_PROTOCOLS['ose-2021a'].insetDeg);
  const pick = (values: ArrayLike<number>) => Float64Array.from(inside, (index) => values[index]!);
  return {
    mapM,
    inside: {
      timeDays: pick(places.timeDays),
      latDeg: pick(places.latDeg),
      lonDeg: pick(places.lonDeg),
      trackM: pick(heights(mapCase.trackM)),
      mapM: pick(mapM),
    },
  };
}

function comparisonOf(line: LineCase) {
  const timeDays = Float64Array.from(line.timeDays);
  const nowhere = new Float64Array(timeDays.length);
  return {
    timeDays,
    latDeg: nowhere,
    lonDeg: nowhere,
    trackM: heights(line.trackM),
    mapM: heights(line.mapM),
  };
}

function expectAllClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length);
  for (let index = 0; index < wanted.length; index++) {
    expect(Math.abs(found[index]! - wanted[index]!)).toBeLessThanOrEqual(
      1e-11 * Math.abs(wanted[index]!) + 1e-14,
    );
  }
}

const CASES = [
  { name: mapCase.name, comparison: mapComparison().inside, expected: mapCase.expected },
  ...lineCases.map((line) => ({
    name: line.name,
    comparison: comparisonOf(line),
    expected: line.expected,
  })),
];

test('interpolates maps to the track as scipy does, missing nodes included', () => {
  const { mapM, inside } = mapComparison();
  const wanted = heights(mapCase.atPointsM);
  expect(mapM.map((height) => Number(Number.isNaN(height)))).toEqual(
    wanted.map((height) => Number(Number.isNaN(height))),
  );
  expectAllClose(mapM.filter(Number.isFinite), wanted.filter(Number.isFinite));
  expect(wanted.some(Number.isNaN)).toBe(true);
  expect(inside.timeDays).toHaveLength(mapCase.insideCount);
});

describe.each(CASES)('$name', ({ comparison, expected }) => {
  const statistics = alongTrackStatistics(comparison);

  test.each(PROTOCOLS)('has the µ, σ, RMSE and days of numpy under %s', (protocol) => {
    const scores = alongTrackScores(statistics, protocol);
    const daily = alongTrackDailyScores(statistics, protocol);
    expectAllClose(
      [scores.mu, scores.sigma, scores.rmseM],
      [expected.mu, expected.sigma, expected.totalRmseM],
    );
    expectAllClose(daily.timeDays, expected.day);
    expectAllClose(daily.rmseScore, expected.rmseScore);
    expectAllClose(daily.rmseM, expected.rmseM);
    expect(statistics.daily.reduce((sum, day) => sum + day.pointCount, 0)).toBe(expected.pointCount);
  });

  test.each(PROTOCOLS)('starts its segments where numpy does under %s', (protocol) => {
    const { timeDays } = withoutMissing(comparison);
    expect(segmentStarts(timeDays, ALONG_TRACK_SCORE_PROTOCOLS[protocol])).toEqual(expected[protocol].starts);
  });

  test.each(PROTOCOLS)('has the spectra of scipy.signal.welch under %s', (protocol) => {
    const spectrum = alongTrackSpectrum(statistics, protocol);
    const { trackPsd, errorPsd } = expected[protocol];
    if (trackPsd === null || errorPsd === null) {
      expect(spectrum).toBeNull();
      return;
    }
    expectAllClose(spectrum!.trackPsd, trackPsd);
    expectAllClose(spectrum!.errorPsd, errorPsd);
  });

  test.each(PROTOCOLS)('reads λx as scipy does under %s', (protocol) => {
    const { lambdaXKm, unresolved } = alongTrackScores(statistics, protocol);
    const wanted = expected[protocol].lambdaXKm;
    if (wanted === null) expect(lambdaXKm).toBeNull();
    else expect(Math.abs(lambdaXKm! - wanted)).toBeLessThan(1e-9 * wanted);
    expect(unresolved === null).toBe(lambdaXKm !== null);
  });
});
