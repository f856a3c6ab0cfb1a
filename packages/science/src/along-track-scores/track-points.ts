import { requireLength } from '../grid.js';

/** Where and when an altimeter measured; one entry per point, ascending in time. */
export type TrackPlaces = {
  /** Days since 1950-01-01 UTC, shape `[N]`. */
  readonly timeDays: Float64Array;
  /** Degrees north, shape `[N]`. */
  readonly latDeg: Float64Array;
  /** Degrees east in [−180, 180), shape `[N]`. */
  readonly lonDeg: Float64Array;
};

/** A withheld track and the maps under test at its points. */
export type TrackComparison = TrackPlaces & {
  /** Height that the altimeter measured, m, shape `[N]`; NaN is missing. */
  readonly trackM: Float64Array;
  /** Height of the maps at the same points, m, shape `[N]`; NaN is missing. */
  readonly mapM: Float64Array;
};

/** Degrees; closed on all sides. */
export type TrackBox = {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
};

/** Indices of the points at least `insetDeg` inside a box, edges included. */
export function pointsInside(
  places: Pick<TrackPlaces, 'latDeg' | 'lonDeg'>,
  box: TrackBox,
  insetDeg: number,
): Int32Array {
  const west = box.west + insetDeg;
  const east = box.east - insetDeg;
  const south = box.south + insetDeg;
  const north = box.north - insetDeg;
  const indices: number[] = [];
  for (let index = 0; index < places.latDeg.length; index++) {
    const lat = places.latDeg[index]!;
    const lon = places.lonDeg[index]!;
    if (lat >= south && lat <= north && lon >= west && lon <= east) indices.push(index);
  }
  return Int32Array.from(indices);
}

/** The points where both heights are there. */
export function withoutMissing(comparison: TrackComparison): TrackComparison {
  requireSameLength(comparison);
  const { timeDays, latDeg, lonDeg, trackM, mapM } = comparison;
  const indices = Int32Array.from(trackM.keys()).filter(
    (index) => Number.isFinite(trackM[index]) && Number.isFinite(mapM[index]),
  );
  const pick = (values: Float64Array): Float64Array => Float64Array.from(indices, (index) => values[index]!);
  return {
    timeDays: pick(timeDays),
    latDeg: pick(latDeg),
    lonDeg: pick(lonDeg),
    trackM: pick(trackM),
    mapM: pick(mapM),
  };
}

/** @throws ShapeMismatchError unless all arrays have one entry per point. */
export function requireSameLength(comparison: TrackComparison): void {
  const count = comparison.timeDays.length;
  requireLength('latDeg', comparison.latDeg, count);
  requireLength('lonDeg', comparison.lonDeg, count);
  requireLength('trackM', comparison.trackM, count);
  requireLength('mapM', comparison.mapM, count);
}
