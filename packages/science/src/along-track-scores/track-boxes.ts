import { segmentSampleCount, segmentStepCount, sampleSpacingKm } from '../protocols/along-track-protocol.js';
import { OSE_ALONG_TRACK } from '../protocols/ose-along-track.js';
import {
  boxResolution,
  pieceWavelengths,
  unresolved,
  type BoxResolution,
} from '../spectra/box-resolution.js';
import { boxIndex, boxLayoutOfArea, type BoxSums } from '../statistics/box-sums.js';
import { resolutionBoxes } from '../spectra/resolution-boxes.js';
import { pointsInside, withoutMissing, type TrackBox, type TrackComparison } from './track-points.js';
import { trackPieces } from './track-segments.js';
import { welchSums } from './welch-sums.js';

/** A box with fewer passes of the satellite has no λ: spectra of so few pieces are mostly noise. */
const LEAST_PASS_COUNT = 20;
/** Segments of a box are as long as it is high, roughly; km per degree. */
const SEGMENT_KM_PER_DEG = 100;

/** Effective resolution of one box along the track, or of the whole area by the same definition. */
export type TrackBoxResolution = {
  /** km. */
  readonly resolution: BoxResolution;
  /** Passes with a segment of the track inside the box. */
  readonly passCount: number;
  readonly segmentCount: number;
  /** One-sided densities, m²/(cycles/km), means over the segments, `[K]`; empty where passes are too few. */
  readonly trackPsd: readonly number[];
  readonly errorPsd: readonly number[];
};

/** What boxes tell along a withheld track. */
export type TrackBoxes = {
  /** Days with a point, ascending, days since 1950-01-01: the days of `sums`. */
  readonly timeDays: readonly number[];
  readonly sums: BoxSums;
  /** Null where the area is smaller than a box. */
  readonly resolution: {
    readonly sizeDeg: number;
    /** Middles of boxes, ascending. */
    readonly latDeg: readonly number[];
    readonly lonDeg: readonly number[];
    readonly segmentKm: number;
    /** km, descending, `[K]`: those of k = 1 …, of which the first is not told. */
    readonly wavelengthKm: readonly number[];
    readonly leastPassCount: number;
    /** By rows from the south. */
    readonly boxes: readonly TrackBoxResolution[];
    readonly whole: TrackBoxResolution;
  } | null;
};

/**
 * Errors and effective resolution by box along a withheld track, the same under every along-track protocol.
 *
 * Spectra are those of `ose-along-track` (pieces of track between pauses of more than 4 s, mean removed, periodic Hann, Welch's
 * mean) with segments that lie in the box with all their samples: 500 km in boxes of 5°, 1000 km in boxes of 10°. The
 * protocol's own segments of 1000 km cross an area of 10° from edge to edge: they tell nothing of where.
 *
 * @param comparison - the points that count (`pointsInside`), ascending in time.
 * @param area - what is divided into boxes.
 */
export function trackBoxes(comparison: TrackComparison, area: TrackBox): TrackBoxes {
  const points = withoutMissing(comparison);
  const timeDays = [...new Set(Array.from(points.timeDays, Math.floor))];
  return { timeDays, sums: boxSums(points, timeDays, area), resolution: resolutions(points, area) };
}

function boxSums(points: TrackComparison, days: readonly number[], area: TrackBox): BoxSums {
  const layout = boxLayoutOfArea(area);
  const boxCount = layout.rowCount * layout.columnCount;
  const zeros = () => new Float64Array(days.length * boxCount);
  const sums = { layout, count: zeros(), squaredError: zeros(), squaredReference: zeros() };
  const dayOf = new Map(days.map((day, index) => [day, index]));
  points.timeDays.forEach((time, index) => {
    const row = boxIndex(points.latDeg[index]!, layout.southDeg, layout.sizeDeg, layout.rowCount);
    const column = boxIndex(points.lonDeg[index]!, layout.westDeg, layout.sizeDeg, layout.columnCount);
    const at = dayOf.get(Math.floor(time))! * boxCount + row * layout.columnCount + column;
    const track = points.trackM[index]!;
    sums.count[at]! += 1;
    sums.squaredError[at]! += (points.mapM[index]! - track) ** 2;
    sums.squaredReference[at]! += track ** 2;
  });
  return sums;
}

function resolutions(points: TrackComparison, area: TrackBox): TrackBoxes['resolution'] {
  const boxes = resolutionBoxes(area);
  if (boxes === null) return null;
  const { sizeDeg, southDeg, westDeg } = boxes;
  const protocol = { ...OSE_ALONG_TRACK, segmentLengthKm: SEGMENT_KM_PER_DEG * sizeDeg };
  const segment = { sampleCount: segmentSampleCount(protocol), spacingKm: sampleSpacingKm(protocol) };
  const pieces = trackPieces(points.timeDays, protocol);
  const signals = {
    track: points.trackM,
    error: points.mapM.map((height, index) => height - points.trackM[index]!),
  };
  const resolutionIn = (box: TrackBox): TrackBoxResolution => {
    const isInside = new Uint8Array(points.timeDays.length);
    for (const index of pointsInside(points, box, 0)) isInside[index] = 1;
    const passes = pieces
      .flatMap((piece) => runsInside(isInside, piece))
      .map(({ start, end }) => startsIn(start, end - segment.sampleCount, segmentStepCount(protocol)))
      .filter((starts) => starts.length > 0);
    return trackBoxResolution(signals, passes, segment);
  };
  const segmentKm = segment.sampleCount * segment.spacingKm;
  return {
    sizeDeg,
    latDeg: southDeg.map((south) => south + sizeDeg / 2),
    lonDeg: westDeg.map((west) => west + sizeDeg / 2),
    segmentKm,
    wavelengthKm: Array.from(pieceWavelengths(segmentKm, Math.floor(segment.sampleCount / 2))),
    leastPassCount: LEAST_PASS_COUNT,
    boxes: southDeg.flatMap((south) =>
      westDeg.map((west) => resolutionIn({ south, north: south + sizeDeg, west, east: west + sizeDeg })),
    ),
    whole: resolutionIn(area),
  };
}

/** Runs of samples inside a box within one piece of track. */
function runsInside(
  isInside: Uint8Array,
  piece: { start: number; end: number },
): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let start = piece.start; start < piece.end; start++) {
    if (isInside[start] === 0) continue;
    let end = start;
    while (end < piece.end && isInside[end] === 1) end++;
    runs.push({ start, end });
    start = end;
  }
  return runs;
}

function startsIn(first: number, last: number, step: number): number[] {
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function trackBoxResolution(
  signals: { track: Float64Array; error: Float64Array },
  passes: readonly (readonly number[])[],
  segment: { sampleCount: number; spacingKm: number },
): TrackBoxResolution {
  const starts = passes.flat();
  const counts = { passCount: passes.length, segmentCount: starts.length };
  if (passes.length < LEAST_PASS_COUNT)
    return { resolution: unresolved('too-few-pieces'), ...counts, trackPsd: [], errorPsd: [] };
  const sums = welchSums(signals, starts, segment);
  const density = (sum: number) => sum / starts.length;
  const reference = sums.trackPsdSum.slice(1); // without the mean
  const error = sums.errorPsdSum.slice(1);
  return {
    resolution: boxResolution({ reference, error }, segment.sampleCount * segment.spacingKm),
    ...counts,
    trackPsd: reference.map(density),
    errorPsd: error.map(density),
  };
}
