import { IncompatibleStatisticsError } from '../errors.js';
import {
  sampleSpacingKm,
  segmentSampleCount,
  type AlongTrackProtocolId,
} from '../protocols/along-track-protocol.js';
import { ALONG_TRACK_SCORE_PROTOCOLS } from '../protocols/along-track-protocols.js';
import { requireSameLength, withoutMissing, type TrackComparison } from './track-points.js';
import { segmentStarts } from './track-segments.js';
import { welchSums, type WelchSums } from './welch-sums.js';

/** Sums over the points of one UTC day; error = map − track, metres and m². */
export type TrackDaySums = {
  /** Days since 1950-01-01. */
  readonly day: number;
  readonly pointCount: number;
  readonly squaredErrorSum: number;
  readonly squaredTrackSum: number;
  readonly errorSum: number;
  readonly trackSum: number;
  readonly errorTrackSum: number;
};

/**
 * Everything that the along-track scores of one map need, under every along-track protocol. Plain JSON. Statistics of
 * disjoint parts of a track add up (`mergeAlongTrackStatistics`).
 */
export type AlongTrackStatistics = {
  readonly version: 1;
  /** Ascending, days without a point left out. */
  readonly daily: readonly TrackDaySums[];
  readonly spectra: Readonly<Record<AlongTrackProtocolId, WelchSums>>;
};

/**
 * Sums of a comparison. Points that lack one of the heights are left out first, and so cut the track where more than
 * four seconds of it are missing.
 *
 * @param comparison - the points that count (`pointsInside`), ascending in time.
 * @throws RangeError if the times do not ascend.
 * @throws ShapeMismatchError if the arrays differ in length.
 */
export function alongTrackStatistics(comparison: TrackComparison): AlongTrackStatistics {
  requireSameLength(comparison);
  const { timeDays, trackM, mapM } = withoutMissing(comparison);
  for (let index = 1; index < timeDays.length; index++) {
    if (timeDays[index]! < timeDays[index - 1]!)
      throw new RangeError(`the times of a track must ascend, see point ${index + 1} of ${timeDays.length}`);
  }
  const errorM = mapM.map((value, index) => value - trackM[index]!);
  const spectrum = (id: AlongTrackProtocolId): WelchSums => {
    const protocol = ALONG_TRACK_SCORE_PROTOCOLS[id];
    return welchSums({ track: trackM, error: errorM }, segmentStarts(timeDays, protocol), {
      sampleCount: segmentSampleCount(protocol),
      spacingKm: sampleSpacingKm(protocol),
    });
  };
  return {
    version: 1,
    daily: daySums(timeDays, trackM, errorM),
    spectra: { 'ose-2021a': spectrum('ose-2021a'), 'ose-along-track': spectrum('ose-along-track') },
  };
}

/**
 * Statistics of two disjoint parts of a track. Segments that would span the cut are in neither part; `ose-2021a`
 * moreover leaves out the last piece of each part.
 *
 * @throws IncompatibleStatisticsError for other versions or numbers of wavenumbers.
 */
export function mergeAlongTrackStatistics(
  a: AlongTrackStatistics,
  b: AlongTrackStatistics,
): AlongTrackStatistics {
  if (a.version !== b.version)
    throw new IncompatibleStatisticsError(`versions ${a.version} and ${b.version}`);
  const days = new Map(a.daily.map((day) => [day.day, day]));
  for (const day of b.daily) {
    const other = days.get(day.day);
    days.set(day.day, other ? mergeDays(other, day) : day);
  }
  return {
    version: 1,
    daily: [...days.values()].sort((left, right) => left.day - right.day),
    spectra: {
      'ose-2021a': mergeSpectra(a.spectra['ose-2021a'], b.spectra['ose-2021a']),
      'ose-along-track': mergeSpectra(a.spectra['ose-along-track'], b.spectra['ose-along-track']),
    },
  };
}

function daySums(timeDays: Float64Array, trackM: Float64Array, errorM: Float64Array): TrackDaySums[] {
  const sums: TrackDaySums[] = [];
  timeDays.forEach((time, index) => {
    const track = trackM[index]!;
    const error = errorM[index]!;
    const point: TrackDaySums = {
      day: Math.floor(time),
      pointCount: 1,
      squaredErrorSum: error * error,
      squaredTrackSum: track * track,
      errorSum: error,
      trackSum: track,
      errorTrackSum: error * track,
    };
    const last = sums.at(-1);
    if (last?.day === point.day) sums[sums.length - 1] = mergeDays(last, point);
    else sums.push(point);
  });
  return sums;
}

function mergeDays(a: TrackDaySums, b: TrackDaySums): TrackDaySums {
  return {
    day: a.day,
    pointCount: a.pointCount + b.pointCount,
    squaredErrorSum: a.squaredErrorSum + b.squaredErrorSum,
    squaredTrackSum: a.squaredTrackSum + b.squaredTrackSum,
    errorSum: a.errorSum + b.errorSum,
    trackSum: a.trackSum + b.trackSum,
    errorTrackSum: a.errorTrackSum + b.errorTrackSum,
  };
}

function mergeSpectra(a: WelchSums, b: WelchSums): WelchSums {
  if (a.trackPsdSum.length !== b.trackPsdSum.length) {
    throw new IncompatibleStatisticsError(
      `${a.trackPsdSum.length} and ${b.trackPsdSum.length} wavenumbers in their spectra`,
    );
  }
  return {
    segmentCount: a.segmentCount + b.segmentCount,
    trackPsdSum: a.trackPsdSum.map((value, k) => value + b.trackPsdSum[k]!),
    errorPsdSum: a.errorPsdSum.map((value, k) => value + b.errorPsdSum[k]!),
  };
}
