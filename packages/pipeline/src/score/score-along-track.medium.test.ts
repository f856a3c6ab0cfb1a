import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  boxStatisticsSchema,
  diagnosticsSchema,
  resolutionByBoxSchema,
  scoresSchema,
} from '@sillage/contracts';
import { writeAlongTrack, writeEvaluationTrack } from '@sillage/netcdf';
import {
  alongTrackScores,
  alongTrackStatistics,
  interpolateToTrack,
  OSE_2021A,
  pointsInside,
} from '@sillage/science';
import { readEvaluationTrack } from '../files/read-evaluation-track.js';
import { scoreAlongTrack, type ScoreAlongTrackOptions } from './score-along-track.js';
import { rejectionOf } from '../testing/rejection-of.js';
import {
  evenly,
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  sampleMap,
  temporaryFolder,
  writeSample,
  type SampleFile,
} from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(files.remove);

const BOX = { west: -60, east: -50, south: 33, north: 43 };
const PERIOD = { start: '2012-10-22', end: '2012-10-27' };

/** Maps around the box, from the day before the period to its end; linear in time, so that interpolation is nearly exact. */
function mapGrid(changes: Parameters<typeof sampleGrid>[0] = {}) {
  return sampleGrid({
    timeDays: evenly(FIRST_DAY - 1, 7, 1),
    latDeg: evenly(32.5, 89, 0.125),
    lonDeg: evenly(-60.5, 89, 0.125),
    ...changes,
  });
}

/** Passes from south to north and back over the whole box, twelve hours apart. */
function passes() {
  const points: { timeDays: number; latDeg: number; lonDeg: number }[] = [];
  for (let pass = 0; pass < 11; pass++) {
    for (let sample = 0; sample < 190; sample++) {
      const north = (pass % 2 === 0 ? 1 : -1) * 0.0574 * (sample - 95);
      points.push({
        timeDays: FIRST_DAY - 0.4 + 0.55 * pass + (sample * 0.9434) / 86_400,
        latDeg: 38 + north,
        lonDeg: -59 + 0.8 * pass - 0.003 * sample,
      });
    }
  }
  return {
    timeDays: Float64Array.from(points, (point) => point.timeDays),
    latDeg: Float64Array.from(points, (point) => point.latDeg),
    lonDeg: Float64Array.from(points, (point) => point.lonDeg),
  };
}

/** What the altimeter measures: the sample ocean and a ripple that maps do not have. */
function measured(places: ReturnType<typeof passes>): Float64Array {
  return places.timeDays.map(
    (time, index) =>
      sampleHeight(time, places.latDeg[index]!, places.lonDeg[index]!) + 0.02 * Math.sin(0.9 * index),
  );
}

let trackPath = '';
let mapPath = '';
beforeAll(async () => {
  const places = passes();
  trackPath = files.path('track.nc');
  await writeAlongTrack(trackPath, {
    ...places,
    sshM: places.timeDays.map(() => 9), // not what a withheld altimeter measures
    sshObservedM: measured(places),
    satellites: ['cryosat2'],
    satelliteIndex: new Uint8Array(places.timeDays.length),
  });
  mapPath = await writeSample(files.path('maps.nc'), { grid: mapGrid(), type: 'float64' });
});

function score(changes: Partial<ScoreAlongTrackOptions> = {}) {
  return scoreAlongTrack({
    reconstructionPath: mapPath,
    trackPath,
    protocol: 'ose-along-track',
    scoredBox: BOX,
    period: PERIOD,
    ...changes,
  });
}

describe('scoring along a track', () => {
  test('gives what the formulas give at the points inside box and period', async () => {
    const { scores, diagnostics, statistics, warnings } = await score();
    const places = passes();
    const last = FIRST_DAY + 5; // midnight of the last day
    const inside = pointsInside(places, BOX, 0.25).filter(
      (index) => places.timeDays[index]! >= FIRST_DAY && places.timeDays[index]! <= last,
    );
    const pick = (values: Float64Array) => Float64Array.from(inside, (index) => values[index]!);
    const trackM = pick(measured(places));
    const picked = {
      timeDays: pick(places.timeDays),
      latDeg: pick(places.latDeg),
      lonDeg: pick(places.lonDeg),
    };
    const grid = mapGrid();
    const maps = Array.from(grid.timeDays.keys()).flatMap((index) => [
      ...sampleMap(grid, index, sampleHeight, true),
    ]);
    const mapM = interpolateToTrack({ grid, values: Float64Array.from(maps) }, picked);
    const wanted = alongTrackStatistics({ ...picked, trackM, mapM });
    const expected = alongTrackScores(wanted, 'ose-along-track');
    expect(scores.mu).toBeCloseTo(expected.mu, 12);
    expect(scores.sigma).toBeCloseTo(expected.sigma, 12);
    expect(scores.rmseM).toBeCloseTo(expected.rmseM, 12);
    expect(scores.lambdaXKm).toBeCloseTo(expected.lambdaXKm!, 9);
    // The error is the ripple: 0.02 m/√2, but for the curvature of the sea between nodes and maps.
    expect(scores.rmseM).toBeCloseTo(0.02 / Math.SQRT2, 3);
    expect(scores).toMatchObject({ lambdaXDeg: null, lambdaTDays: null, atGridLimit: [] });
    expect(diagnostics.alongTrack).toMatchObject({ pointCount: inside.length, dayCount: 5 });
    expect(statistics.daily.map((day) => day.day)).toEqual(wanted.daily.map((day) => day.day));
    expect(warnings).toEqual([]);
  });

  test('tells the error by box, and says where there are too few passes for a resolution', async () => {
    const { scores, details, diagnostics } = await score();
    const boxes = boxStatisticsSchema.parse(JSON.parse(JSON.stringify(details.boxes)));
    expect(boxes).toMatchObject({ sizeDeg: 2, southDeg: 33, westDeg: -60, rowCount: 5, columnCount: 5 });
    const sum = (values: readonly (readonly number[])[]) =>
      values.flat().reduce((total, value) => total + value, 0);
    expect(sum(boxes.count)).toBe(diagnostics.alongTrack!.pointCount);
    expect(Math.sqrt(sum(boxes.squaredErrorM2) / sum(boxes.count))).toBeCloseTo(scores.rmseM, 8);
    expect(details.spectra).toBeNull();
    const resolution = resolutionByBoxSchema.parse(JSON.parse(JSON.stringify(details.resolution)));
    expect(resolution).toMatchObject({ direction: 'along-track', unit: 'km', sizeDeg: 5 });
    expect(resolution.longestWavelength).toBeCloseTo((78 * 6.77 * 0.9434) / 2, 4);
    for (const box of [...resolution.boxes, resolution.whole])
      expect(box).toMatchObject({ wavelength: null, unresolved: 'too-few-pieces' });
    expect(resolution.whole.pieceCount).toBeGreaterThan(5);
    // The same boxes under the other protocol: its quirks are of its own spectrum.
    expect((await score({ protocol: 'ose-2021a' })).details).toEqual(details);
  });

  test('stores the scores under both protocols, and nothing that JSON or the contracts refuse', async () => {
    const { scores, diagnostics, statistics } = await score({ protocol: 'ose-2021a' });
    expect(scoresSchema.parse(JSON.parse(JSON.stringify(scores)))).toEqual(scores);
    expect(diagnosticsSchema.parse(JSON.parse(JSON.stringify(diagnostics)))).toEqual(diagnostics);
    expect(JSON.parse(JSON.stringify(statistics))).toEqual(statistics);
    const [faithful, clean] = diagnostics.alongTrack!.variants;
    expect(faithful).toMatchObject({ protocol: 'ose-2021a', mu: scores.mu, lambdaXKm: scores.lambdaXKm });
    expect(clean).toMatchObject({ protocol: 'ose-along-track', mu: scores.mu });
    expect(Number.isInteger(faithful!.lambdaXKm)).toBe(true);
    const { wavelengthKm, score: psdScore } = diagnostics.alongTrack!.spectrum!;
    expect(wavelengthKm[0]).toBeCloseTo(156 * OSE_2021A.groundSpeedKmPerS * OSE_2021A.samplingSeconds, 9);
    expect(psdScore).toHaveLength(78);
  });

  test('reads maps in rows as well as in days', async () => {
    const byDay = await writeSample(files.path('by-day.nc'), {
      grid: mapGrid(),
      type: 'float64',
      storage: { kind: 'deflate', level: 1 },
    });
    const compressed = await score({ reconstructionPath: byDay });
    const { scores } = await score();
    expect(compressed.scores.mu).toBeCloseTo(scores.mu, 12);
    expect(compressed.scores.lambdaXKm).toBeCloseTo(scores.lambdaXKm!, 9);
  });
});

describe('the evaluation track', () => {
  test('of 2021a is sla_unfiltered + mdt − lwe', async () => {
    const places = passes();
    const heights = measured(places);
    const none = new Float64Array(heights.length);
    const mdtM = none.map((_, index) => 0.3 + 0.001 * (index % 100));
    const lweM = none.map((_, index) => 0.001 * (index % 17));
    const path = files.path('dt_gulfstream_c2_phy_l3.nc');
    await writeEvaluationTrack(path, {
      ...places,
      cycle: new Int32Array(heights.length),
      track: new Int32Array(heights.length),
      slaUnfilteredM: heights.map((height, index) =>
        index === 70 ? NaN : height - mdtM[index]! + lweM[index]!,
      ),
      slaFilteredM: none,
      dacM: none,
      oceanTideM: none,
      lweM,
      mdtM,
    });
    const track = await readEvaluationTrack(path);
    expect(track.layout).toBe('2021a');
    expect(track.trackM[70]).toBeNaN();
    const largest = track.trackM.reduce(
      (most, height, index) => (index === 70 ? most : Math.max(most, Math.abs(height - heights[index]!))),
      0,
    );
    expect(largest).toBeLessThan(0.0006); // whole millimetres in the file
    const fromLayout = await score({ trackPath: path });
    const plain = await score();
    expect(fromLayout.scores.mu).toBeCloseTo(plain.scores.mu, 3);
    const one = fromLayout.diagnostics.alongTrack!.pointCount;
    expect(plain.diagnostics.alongTrack!.pointCount - one).toBeLessThanOrEqual(1);
  });

  test('is put in order of time, and one variable of it can be named', async () => {
    const model = await readEvaluationTrack(trackPath, { variable: 'ssh_model' });
    expect(model.trackM[0]).toBe(9);
    expect(model.satellite).toBe('cryosat2');
    expect((await readEvaluationTrack(trackPath)).trackM[0]).not.toBe(9);
  });

  test('of several satellites is refused', async () => {
    const places = passes();
    const path = files.path('two.nc');
    await writeAlongTrack(path, {
      ...places,
      sshM: measured(places),
      satellites: ['cryosat2', 'jason1'],
      satelliteIndex: Uint8Array.from(places.timeDays, (_, index) => index % 2),
    });
    const reason = await rejectionOf(readEvaluationTrack(path));
    expect(reason).toMatchObject({ code: 'wrong-dimensions', found: 'observations of cryosat2, jason1' });
    const { where } = await rejectionOf(score({ trackPath: path }));
    expect(where).toBe('two.nc (the evaluation track)');
  });

  test('sampled in another way is refused: wavelengths would be wrong', async () => {
    const places = passes();
    const path = files.path('slow.nc');
    const timeDays = places.timeDays.map((time) => FIRST_DAY + (time - FIRST_DAY) * 1.2);
    await writeAlongTrack(path, { ...places, timeDays, sshM: measured(places) });
    const reason = await rejectionOf(score({ trackPath: path }));
    expect(reason.found).toBe('observations every 1.132 s (median)');
    expect(reason.where).toContain('slow.nc (the evaluation track)');
  });

  test.each([
    { name: 'too few points on every day', count: 9, factor: 1 },
    { name: '0 m throughout', count: 150, factor: 0 },
  ])('with $name is refused', async ({ count, factor }) => {
    const places = passes();
    const inside = pointsInside(places, BOX, 0.25).filter(
      (index) => Math.floor(places.timeDays[index]!) === FIRST_DAY + 1,
    );
    const kept = inside.subarray(0, count);
    const pick = (values: Float64Array) => Float64Array.from(kept, (index) => values[index]!);
    const path = files.path('sparse.nc');
    await writeAlongTrack(path, {
      timeDays: pick(places.timeDays),
      latDeg: pick(places.latDeg),
      lonDeg: pick(places.lonDeg),
      sshM: pick(measured(places)).map((height) => factor * height),
    });
    const reason = await rejectionOf(score({ trackPath: path }));
    expect(reason).toMatchObject({
      code: 'days-missing',
      where: 'sparse.nc (the evaluation track)',
      found: `no day can be scored: the most points on one day are ${count}`,
    });
  });

  test('far away is refused', async () => {
    const reason = await rejectionOf(score({ scoredBox: { west: 10, east: 20, south: 33, north: 43 } }));
    expect(reason).toMatchObject({
      code: 'area-not-covered',
      found: 'none of its 2090 observations counts',
      expected: 'heights at least 0.25° inside 10…20, 33…43 from 2012-10-22 to 2012-10-27',
    });
  });
});

describe('maps that do not reach every point', () => {
  const cases: { name: string; sample: SampleFile; code: string; found: RegExp }[] = [
    {
      name: 'end inside the box',
      sample: { grid: mapGrid({ latDeg: evenly(33.5, 81, 0.125) }) },
      code: 'area-not-covered',
      found: /^latitudes 33\.5…43\.5$/,
    },
    {
      name: 'end before the last midnight',
      sample: { grid: mapGrid({ timeDays: evenly(FIRST_DAY - 1, 6, 1) }) },
      code: 'days-missing',
      found: /the last map is at 2012-10-26 00:00; \d+ of \d+ scored times lie outside/,
    },
    {
      name: 'miss a day',
      sample: {
        grid: mapGrid({ timeDays: Float64Array.from([-1, 0, 1, 3, 4, 5, 6], (day) => FIRST_DAY + day) }),
      },
      code: 'days-missing',
      found: /2012-10-23…2012-10-24/,
    },
    {
      name: 'have a hole',
      sample: {
        grid: mapGrid(),
        height: (time, lat, lon) =>
          time === FIRST_DAY + 2 && Math.abs(lat - 38) < 0.3 ? NaN : sampleHeight(time, lat, lon),
      },
      code: 'holes-in-reconstruction',
      found: /^no value at \d+ of \d+ scored points \(.*\); the first is on 2012-10-2\d .* at latitude/,
    },
  ];
  test.each(cases)('are refused when they $name', async ({ name, sample, code, found }) => {
    const path = await writeSample(files.path(`${name.replaceAll(' ', '-')}.nc`), {
      type: 'float64',
      ...sample,
    });
    const reason = await rejectionOf(score({ reconstructionPath: path }));
    expect(reason.code).toBe(code);
    expect(reason.found).toMatch(found);
    // The challenge's own code scores what is left.
    const left = await score({ reconstructionPath: path, holes: 'as-2021a', protocol: 'ose-2021a' });
    const whole = await score({ holes: 'as-2021a', protocol: 'ose-2021a' });
    expect(left.diagnostics.alongTrack!.pointCount).toBeLessThanOrEqual(
      whole.diagnostics.alongTrack!.pointCount,
    );
    expect(left.scores.mu).toBeCloseTo(whole.scores.mu, 1);
  });

  test('score like complete ones under the rule of the challenge where they are complete', async () => {
    const faithful = await score({ holes: 'as-2021a', protocol: 'ose-2021a' });
    const strict = await score({ protocol: 'ose-2021a' });
    expect(faithful.scores).toEqual(strict.scores);
    expect(faithful.statistics).toEqual(strict.statistics);
  });

  test('are refused when they say that they are anomalies', async () => {
    const path = await writeSample(files.path('sla.nc'), { grid: mapGrid(), name: 'sla' });
    const reason = await rejectionOf(score({ reconstructionPath: path, reconstructionVariable: 'sla' }));
    expect(reason.code).toBe('sla-instead-of-ssh');
  });
});
