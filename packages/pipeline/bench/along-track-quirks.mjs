// What each quirk of the 2021a challenge's code does to the scores: the table of docs/scores/ose-2021a.md.
//   npx tsc -b packages/pipeline/tsconfig.build.json && node packages/pipeline/bench/along-track-quirks.mjs [map.nc]
import { fileURLToPath } from 'node:url';
import { openAlongTrack, openGriddedField } from '@sillage/netcdf';
import { readEvaluationTrack } from '@sillage/pipeline';
import {
  alongTrackScores,
  alongTrackStatistics,
  daysSince1950,
  interpolateToTrack,
  OSE_2021A,
  OSE_ALONG_TRACK,
  pointsInside,
  sampleSpacingKm,
  segmentSampleCount,
} from '@sillage/science';
import {
  firstFallThrough,
  interpolatedBetweenSortedScores,
} from '../../science/dist/along-track-scores/resolved-wavelength.js';
import { segmentStarts, trackPieces } from '../../science/dist/along-track-scores/track-segments.js';
import { segmentStepCount } from '../../science/dist/protocols/along-track-protocol.js';
import { welchSums } from '../../science/dist/along-track-scores/welch-sums.js';

const folder = fileURLToPath(new URL('../../../datasets/demo-ose/', import.meta.url));
const trackPath = `${folder}dt_gulfstream_cryosat2_phy_l3_synthetic.nc`;
const mapPath = process.argv[2] ?? `${folder}oi-gf-nadir4.nc`;
const BOX = { west: -65, east: -55, south: 33, north: 43 };
const PERIODS = [
  { name: '90 days', start: '2012-10-22', end: '2013-01-19' },
  { name: 'its first 42 days', start: '2012-10-22', end: '2012-12-02' },
];
const SAMPLES = segmentSampleCount(OSE_2021A);
const STEP = segmentStepCount(OSE_2021A);

const track = await readEvaluationTrack(trackPath);
const longWavelengthErrorM = (await openAlongTrack(trackPath, { variable: 'lwe' })).sshM;
const field = await openGriddedField(mapPath, { spacing: 'any' });
const values = await field.readDays(0, field.grid.timeDays.length);
const mapM = interpolateToTrack({ grid: field.grid, values }, track);
field.close();

function comparison({ start, end }, insetDeg = OSE_2021A.insetDeg) {
  const first = daysSince1950(start);
  const last = daysSince1950(end);
  const indices = pointsInside(track, BOX, insetDeg).filter((index) => {
    const time = track.timeDays[index];
    return time >= first && time <= last;
  });
  const pick = (array) => Float64Array.from(indices, (index) => array[index]);
  return {
    timeDays: pick(track.timeDays),
    latDeg: pick(track.latDeg),
    lonDeg: pick(track.lonDeg),
    trackM: pick(track.trackM),
    mapM: pick(mapM),
    lweM: pick(longWavelengthErrorM),
  };
}

/** λx for some segments and a rule for the crossing. */
function lambda({ trackM, mapM: heights }, starts, crossing) {
  const error = heights.map((height, index) => height - trackM[index]);
  const spacingKm = sampleSpacingKm(OSE_2021A);
  const sums = welchSums({ track: trackM, error }, starts, { sampleCount: SAMPLES, spacingKm });
  const score = sums.errorPsdSum.map((power, k) => 1 - power / sums.trackPsdSum[k]);
  const wavelengthKm = score.map((_, k) => (SAMPLES * spacingKm) / k);
  const found =
    crossing === 'sorted-scores'
      ? interpolatedBetweenSortedScores({ wavelengthKm, score }, 0.5)
      : firstFallThrough({ wavelengthKm: wavelengthKm.slice(1), score: score.slice(1) }, 0.5);
  return `${starts.length} segments, λx ${found.lambdaKm?.toFixed(2) ?? found.unresolved}`;
}

/** Segments of pieces, with the last one that fits or without it. */
function startsOf(pieces, hasLast) {
  return pieces.flatMap(({ start, end }) => {
    const lastStart = end - SAMPLES - (hasLast ? 0 : 1);
    const starts = [];
    for (let at = start; at <= lastStart; at += STEP) starts.push(at);
    return starts;
  });
}

for (const period of PERIODS) {
  const points = comparison(period);
  const { timeDays } = points;
  const statistics = alongTrackStatistics(points);
  const faithful = alongTrackScores(statistics, 'ose-2021a');
  const clean = alongTrackScores(statistics, 'ose-along-track');
  const pieces = trackPieces(timeDays, OSE_2021A);
  const whole = trackPieces(timeDays, OSE_ALONG_TRACK);
  const all = segmentStarts(timeDays, OSE_2021A);
  console.log(`\n${period.name}: ${timeDays.length} points, ${whole.length} pieces`);
  console.log(`µ ${faithful.mu.toFixed(4)} σ ${faithful.sigma.toFixed(4)} under both`);
  console.log(`ose-2021a: λx ${faithful.lambdaXKm}`);
  console.log(`  not cut to a whole km: ${lambda(points, all, 'sorted-scores')}`);
  console.log(`  first fall instead of sorted scores: ${lambda(points, all, 'first-fall')}`);
  const withoutSampleBefore = pieces.map(({ start, end }, index) => ({ start: index ? start + 1 : 0, end }));
  console.log(
    `  pieces start after the gap: ${lambda(points, startsOf(withoutSampleBefore, false), 'sorted-scores')}`,
  );
  const toTheEnd = pieces.map(({ start, end }) => ({ start, end: end + 1 }));
  console.log(
    `  with the last sample and segment of each piece: ${lambda(points, startsOf(toTheEnd, true), 'sorted-scores')}`,
  );
  const withLast = [...pieces, { start: pieces.at(-1).end, end: timeDays.length - 1 }];
  console.log(
    `  with the piece after the last gap: ${lambda(points, startsOf(withLast, false), 'sorted-scores')}`,
  );
  console.log(`ose-along-track: ${lambda(points, startsOf(whole, true), 'first-fall')} (${clean.lambdaXKm})`);
  const corrected = { ...points, trackM: points.trackM.map((height, index) => height + points.lweM[index]) };
  const fromCorrected = alongTrackScores(alongTrackStatistics(corrected), 'ose-2021a');
  console.log(
    `height sla_unfiltered + mdt, corrected for lwe: µ ${fromCorrected.mu.toFixed(4)} σ ${fromCorrected.sigma.toFixed(4)}, ` +
      lambda(corrected, all, 'sorted-scores'),
  );
  const edge = comparison(period, 0);
  const atEdge = alongTrackScores(alongTrackStatistics(edge), 'ose-2021a');
  console.log(
    `points up to the edge of the box: ${edge.timeDays.length} points, µ ${atEdge.mu.toFixed(4)} σ ${atEdge.sigma.toFixed(4)}, ` +
      lambda(edge, segmentStarts(edge.timeDays, OSE_2021A), 'sorted-scores'),
  );
}

/** Great-circle distance of neighbours on a sphere of 6371 km, where one sample follows the other. */
const spacings = [];
for (let index = 1; index < track.timeDays.length; index++) {
  if ((track.timeDays[index] - track.timeDays[index - 1]) * 86_400 > 1.5 * OSE_2021A.samplingSeconds)
    continue;
  const toRadians = Math.PI / 180;
  const north = (track.latDeg[index] - track.latDeg[index - 1]) * toRadians;
  const east = (track.lonDeg[index] - track.lonDeg[index - 1]) * toRadians;
  spacings.push(6371 * Math.hypot(north, east * Math.cos(track.latDeg[index] * toRadians)));
}
const meanSpacing = spacings.reduce((sum, value) => sum + value, 0) / spacings.length;
console.log(
  `\nspacing of samples: nominal ${sampleSpacingKm(OSE_2021A).toFixed(4)} km, on the ground ${meanSpacing.toFixed(4)} km`,
);
