import {
  COORDINATE_TOLERANCE_DAYS,
  COORDINATE_TOLERANCE_DEG,
  requireLength,
  type FieldValues,
  type RegularGrid,
} from '../grid.js';
import { locateOnAxis, type AxisPositions } from '../regrid/axis-locator.js';
import type { TrackPlaces } from './track-points.js';

/** Some rows of some maps of a grid, all longitudes: metres, C order [timeCount, latCount, X]. */
export type MapPiece = {
  readonly timeStart: number;
  readonly timeCount: number;
  readonly latStart: number;
  readonly latCount: number;
  readonly values: FieldValues;
};

/** Interpolates maps to the points of a track, fed with the maps piece by piece in any order. */
export type TrackInterpolator = {
  /** @throws ShapeMismatchError if the values do not fit the piece. */
  add(piece: MapPiece): void;
  /** Metres, shape `[N]`, once every node was added; NaN where it cannot be interpolated. */
  heightsM(): Float64Array;
};

/**
 * Prepares the interpolation of maps to a track: bilinear in longitude and latitude at both bracketing times, then linear
 * in time. A missing node that has a weight makes the result missing; so does a point outside the maps.
 *
 * @param grid - axes ascending, not necessarily even; every node must be added once.
 * Source: pyinterp's `trivariate` as src/mod_interp.py of the 2021a challenge calls it.
 * Differs: points within 1e-6 (degrees, days) of a node are on it, so that round-off at the ends of an axis loses nothing;
 * nodes of weight 0 do not count.
 */
export function createTrackInterpolator(grid: RegularGrid, places: TrackPlaces): TrackInterpolator {
  const lonCount = grid.lonDeg.length;
  const time = locateOnAxis(grid.timeDays, places.timeDays, COORDINATE_TOLERANCE_DAYS);
  const lat = locateOnAxis(grid.latDeg, places.latDeg, COORDINATE_TOLERANCE_DEG);
  const lon = locateOnAxis(grid.lonDeg, places.lonDeg, COORDINATE_TOLERANCE_DEG);
  const sums = new Float64Array(places.timeDays.length);
  for (let point = 0; point < sums.length; point++) {
    if (time.lower[point]! < 0 || lat.lower[point]! < 0 || lon.lower[point]! < 0) sums[point] = NaN;
  }
  return {
    add: ({ timeStart, timeCount, latStart, latCount, values }) => {
      requireLength('piece of the maps', values, timeCount * latCount * lonCount);
      for (let point = 0; point < sums.length; point++) {
        const map = time.lower[point]! - timeStart;
        if (map < -1 || map >= timeCount || Number.isNaN(sums[point])) continue;
        const row = lat.lower[point]! - latStart;
        if (row < -1 || row >= latCount) continue;
        for (const mapStep of [0, 1] as const) {
          if (map + mapStep < 0 || map + mapStep >= timeCount) continue;
          for (const rowStep of [0, 1] as const) {
            if (row + rowStep < 0 || row + rowStep >= latCount) continue;
            const weight = weightOf(time, point, mapStep) * weightOf(lat, point, rowStep);
            if (weight === 0) continue;
            const node = ((map + mapStep) * latCount + row + rowStep) * lonCount + lon.lower[point]!;
            const east = lon.fraction[point]!;
            if (east !== 1) sums[point]! += weight * (1 - east) * values[node]!;
            if (east !== 0) sums[point]! += weight * east * values[node + 1]!;
          }
        }
      }
    },
    heightsM: () => sums.slice(),
  };
}

/**
 * Interpolates maps that are in memory as a whole.
 *
 * @param source.values - metres, shape `[T, Y, X]` of `source.grid`.
 * @returns metres, shape `[N]`; NaN where it cannot be interpolated.
 * @throws ShapeMismatchError if the values do not fit the grid.
 */
export function interpolateToTrack(
  source: { grid: RegularGrid; values: FieldValues },
  places: TrackPlaces,
): Float64Array {
  const { grid, values } = source;
  const interpolator = createTrackInterpolator(grid, places);
  interpolator.add({
    timeStart: 0,
    timeCount: grid.timeDays.length,
    latStart: 0,
    latCount: grid.latDeg.length,
    values,
  });
  return interpolator.heightsM();
}

function weightOf(positions: AxisPositions, point: number, step: 0 | 1): number {
  const fraction = positions.fraction[point]!;
  return step === 0 ? 1 - fraction : fraction;
}
