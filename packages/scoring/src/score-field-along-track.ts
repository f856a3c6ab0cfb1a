import type {
  AlongTrackProtocol,
  Box,
  CheckWarning,
  FurtherScoreKey,
  Period,
  RejectionReason,
  Scores,
} from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf/portable';
import {
  ALONG_TRACK_SCORE_PROTOCOLS,
  alongTrackDailyScores,
  alongTrackScores,
  alongTrackStatistics,
  createTrackInterpolator,
  daysSince1950,
  furtherScoresOfTrack,
  pointsInside,
  type AlongTrackProtocolId,
  type AlongTrackStatistics,
  type TrackComparison,
} from '@sillage/science';
import {
  refuseAnomaly,
  areaReason,
  areaShortfalls,
  extentOf,
  medianStep,
  timeReachReason,
  cropOf,
  croppedGrid,
  enclosingCrop,
  blamingReference,
  RejectionError,
  holesReason,
  walkField,
  type GridCrop,
} from '@sillage/checking';
import type { EvaluationTrack } from './evaluation-track.js';

/** The step of the track may differ from the protocol's by this fraction: wavelengths are counted in samples. */
const SAMPLING_TOLERANCE = 0.05;
const SECONDS_PER_DAY = 86_400;

export type FieldAlongTrackOptions = {
  protocol: AlongTrackProtocol;
  /** Degrees, closed; points count that lie the protocol's inset inside it. Null takes every point of the track. */
  scoredBox: Box | null;
  /**
   * UTC days, both included; points from the first midnight to the last one count: what daily maps of these days, stamped
   * 00:00, enclose. Null takes every point of the track.
   */
  period: Period | null;
  /**
   * `reject` is the platform's rule: every point that counts needs a value. `as-2021a` cuts the maps to box and period and
   * leaves out the points that they do not reach, as the challenge's code does.
   */
  holes: 'reject' | 'as-2021a';
  /** What messages call the maps and the track. */
  subject: string;
  trackSubject: string;
  /** 0…1 of the maps are read. */
  onProgress?: (fraction: number, activity: string) => void;
};

export type FieldAlongTrackScore = {
  scores: Scores;
  comparison: TrackComparison;
  /** Mergeable sufficient statistics of all along-track protocols, JSON-able. */
  statistics: AlongTrackStatistics;
  warnings: CheckWarning[];
};

/**
 * Scores maps against the track of a withheld altimeter. The maps are interpolated trilinearly to the points of the track,
 * never extrapolated, and read once, in the pieces that they are stored in.
 *
 * @throws RejectionError for whatever is wrong with the maps; UnusableReferenceError where it is the track.
 */
export async function scoreFieldAlongTrack(
  { reconstruction, track }: { reconstruction: GriddedField; track: EvaluationTrack },
  options: FieldAlongTrackOptions,
): Promise<FieldAlongTrackScore> {
  const { subject, trackSubject, protocol, holes } = options;
  const points = await blamingReference(async () => scoredPoints(track, options));
  refuseAnomaly(reconstruction, subject);
  const comparison = await compare(reconstruction, points, options);
  const statistics = alongTrackStatistics(comparison);
  refuseNoDay(statistics, protocol, holes === 'as-2021a' ? subject : trackSubject);
  return {
    scores: scoresOf(statistics, comparison, protocol),
    comparison,
    statistics,
    warnings: [...reconstruction.warnings],
  };
}

/** The points of a track that a protocol compares, with their heights. */
type ScoredPoints = Omit<TrackComparison, 'mapM'>;

/** @throws RejectionError if none is left, or the track is sampled in another way than the protocol counts on. */
function scoredPoints(track: EvaluationTrack, options: FieldAlongTrackOptions): ScoredPoints {
  refuseOtherSampling(track, options.protocol, options.trackSubject);
  const { insetDeg } = ALONG_TRACK_SCORE_PROTOCOLS[options.protocol];
  const { scoredBox: box, period } = options;
  const inside = box ? pointsInside(track, box, insetDeg) : Int32Array.from(track.timeDays.keys());
  const first = period ? daysSince1950(period.start) : -Infinity;
  // The challenge has no rule for the last day: it drops what its maps do not reach, up to the end of that day.
  const beyond = period ? daysSince1950(period.end) + (options.holes === 'as-2021a' ? 1 : 0) : Infinity;
  const indices = inside.filter((index) => {
    const time = track.timeDays[index]!;
    return time >= first && time <= beyond && Number.isFinite(track.trackM[index]);
  });
  if (indices.length === 0) throw new RejectionError(noPointReason(track, options));
  const pick = (values: Float64Array): Float64Array => Float64Array.from(indices, (index) => values[index]!);
  return {
    timeDays: pick(track.timeDays),
    latDeg: pick(track.latDeg),
    lonDeg: pick(track.lonDeg),
    trackM: pick(track.trackM),
  };
}

/** Refuses a withheld track whose samples are not as far apart as the protocol counts them. */
export function refuseOtherSampling(
  track: EvaluationTrack,
  protocol: AlongTrackProtocol,
  trackSubject: string,
): void {
  const { samplingSeconds } = ALONG_TRACK_SCORE_PROTOCOLS[protocol];
  const stepSeconds = (medianStep(track.timeDays) ?? Number.NaN) * SECONDS_PER_DAY;
  if (Math.abs(stepSeconds / samplingSeconds - 1) <= SAMPLING_TOLERANCE) return;
  throw new RejectionError({
    code: 'irregular-grid',
    where: trackSubject,
    found: Number.isNaN(stepSeconds)
      ? `${track.timeDays.length} observations`
      : `observations every ${stepSeconds.toPrecision(4)} s (median)`,
    expected: `observations every ${samplingSeconds} s: the protocol ${protocol} counts wavelengths in samples of that length`,
    fix: 'Use the satellite of the protocol, at its 1 Hz sampling.',
  });
}

function noPointReason(track: EvaluationTrack, options: FieldAlongTrackOptions): RejectionReason {
  const { scoredBox: box, period, protocol, trackSubject } = options;
  const { insetDeg } = ALONG_TRACK_SCORE_PROTOCOLS[protocol];
  return {
    code: period && !box ? 'days-missing' : 'area-not-covered',
    where: trackSubject,
    found: `none of its ${track.timeDays.length} observations counts`,
    expected:
      'heights' +
      (box ? ` at least ${insetDeg}° inside ${box.west}…${box.east}, ${box.south}…${box.north}` : '') +
      (period ? ` from ${period.start} to ${period.end}` : ''),
    fix: 'Check that the track belongs to this area and period.',
  };
}

/** Brings the maps to the points. */
async function compare(
  field: GriddedField,
  points: ScoredPoints,
  options: FieldAlongTrackOptions,
): Promise<TrackComparison> {
  const { subject } = options;
  const isFaithful = options.holes === 'as-2021a';
  if (!isFaithful) refuseOutOfReach(field, points, subject);
  const crop = isFaithful
    ? cropOf(field.grid, options.scoredBox, options.period)
    : enclosingCrop(field.grid, hullOf(points));
  refuseTooFewNodes(field, crop, points, subject);
  const interpolator = createTrackInterpolator(croppedGrid(field.grid, crop), points);
  let rows = 0;
  await walkField(field, crop, ({ time, lat, values }) => {
    interpolator.add({
      timeStart: time.start,
      timeCount: time.count,
      latStart: lat.start,
      latCount: lat.count,
      values,
    });
    rows += time.count * lat.count;
    options.onProgress?.(
      rows / (crop.time.count * crop.lat.count),
      `interpolating ${crop.time.count} maps to ${points.timeDays.length} points of the track`,
    );
  });
  const comparison = { ...points, mapM: interpolator.heightsM() };
  if (!isFaithful) refuseHoles(comparison, subject);
  else if (!comparison.mapM.some(Number.isFinite)) refuseOutOfReach(field, points, subject);
  return comparison;
}

/** Corners of the points in space and time, as the axes of a grid. */
function hullOf(points: ScoredPoints) {
  const ends = (values: Float64Array): Float64Array =>
    Float64Array.of(
      values.reduce((least, value) => Math.min(least, value), Infinity),
      values.reduce((most, value) => Math.max(most, value), -Infinity),
    );
  return { timeDays: ends(points.timeDays), latDeg: ends(points.latDeg), lonDeg: ends(points.lonDeg) };
}

function refuseOutOfReach(field: GriddedField, points: ScoredPoints, subject: string): void {
  const shortfalls = areaShortfalls(field.grid, extentOf(hullOf(points)));
  if (shortfalls.length > 0) throw new RejectionError(areaReason(subject, shortfalls));
  const reach = timeReachReason(subject, field.grid.timeDays, points.timeDays);
  if (reach) throw new RejectionError(reach);
}

function refuseTooFewNodes(field: GriddedField, crop: GridCrop, points: ScoredPoints, subject: string): void {
  if (crop.time.count >= 2 && crop.lat.count >= 2 && crop.lon.count >= 2) return;
  refuseOutOfReach(field, points, subject);
  throw new RejectionError({
    code: 'wrong-dimensions',
    where: `${subject}, variable '${field.variableName}'`,
    found: `${crop.time.count} maps of ${crop.lat.count} × ${crop.lon.count} nodes in area and period`,
    expected: 'at least two maps of 2 × 2 nodes: they are interpolated to the points of the track',
    fix: 'Give daily maps on a grid of longitudes and latitudes.',
  });
}

function refuseHoles(comparison: TrackComparison, subject: string): void {
  const { mapM, timeDays, latDeg, lonDeg } = comparison;
  const missing = mapM.reduce((count, height) => count + (Number.isFinite(height) ? 0 : 1), 0);
  if (missing === 0) return;
  const first = mapM.findIndex((height) => !Number.isFinite(height));
  throw new RejectionError({
    ...holesReason(subject, {
      missing,
      required: mapM.length,
      first: {
        timeIndex: first,
        latIndex: first,
        lonIndex: first,
        timeDays: timeDays[first]!,
        latDeg: latDeg[first]!,
        lonDeg: lonDeg[first]!,
      },
    }),
    expected: 'a value at every point of the withheld track: at the eight nodes of the maps around it',
  });
}

/** Where points are dropped the maps are to blame, else the track. */
function refuseNoDay(
  statistics: AlongTrackStatistics,
  protocol: AlongTrackProtocol,
  whereAtFault: string,
): void {
  if (alongTrackDailyScores(statistics, protocol).timeDays.length > 0) return;
  const { minimumPointsPerDay } = ALONG_TRACK_SCORE_PROTOCOLS[protocol];
  const most = statistics.daily.reduce((count, day) => Math.max(count, day.pointCount), 0);
  throw new RejectionError({
    code: 'days-missing',
    where: whereAtFault,
    found: `no day can be scored: the most points on one day are ${most}`,
    expected: `a day with ${minimumPointsPerDay} points where the track is not 0 m throughout`,
    fix: 'Check that track and maps share area and period.',
  });
}

function scoresOf(
  statistics: AlongTrackStatistics,
  comparison: TrackComparison,
  protocol: AlongTrackProtocolId,
): Scores {
  const further: Required<Pick<Scores, FurtherScoreKey>> = furtherScoresOfTrack(statistics, comparison);
  return {
    ...alongTrackScores(statistics, protocol),
    lambdaXDeg: null,
    lambdaTDays: null,
    atGridLimit: [],
    ...further,
  };
}
