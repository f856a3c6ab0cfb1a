import {
  COORDINATE_TOLERANCE_DAYS,
  COORDINATE_TOLERANCE_DEG,
  requireLength,
  type FieldValues,
  type RegularGrid,
} from '../grid.js';
import { locateOnAxis } from '../regrid/axis-locator.js';
import type { TrackPlaces } from './track-points.js';

/**
 * Maps at the points of a track: bilinear in longitude and latitude at both bracketing times, then linear in time. A missing
 * node that has a weight makes the result missing; so does a point outside the maps.
 *
 * @param source.grid - axes ascending, not necessarily even.
 * @param source.values - metres, shape `[T, Y, X]`.
 * @returns metres, shape `[N]`; NaN where it cannot be interpolated.
 * @throws ShapeMismatchError if the values do not fit the grid.
 * Source: pyinterp's `trivariate` as src/mod_interp.py of the 2021a challenge calls it.
 * Differs: points within 1e-6 (degrees, days) of a node are on it, so that round-off at the ends of an axis loses nothing.
 */
export function interpolateToTrack(
  source: { grid: RegularGrid; values: FieldValues },
  places: TrackPlaces,
): Float64Array {
  const { grid, values } = source;
  const lonCount = grid.lonDeg.length;
  const mapLength = grid.latDeg.length * lonCount;
  requireLength('maps', values, grid.timeDays.length * mapLength);
  const time = locateOnAxis(grid.timeDays, places.timeDays, COORDINATE_TOLERANCE_DAYS);
  const lat = locateOnAxis(grid.latDeg, places.latDeg, COORDINATE_TOLERANCE_DEG);
  const lon = locateOnAxis(grid.lonDeg, places.lonDeg, COORDINATE_TOLERANCE_DEG);
  return Float64Array.from({ length: places.timeDays.length }, (_, point) => {
    const map = time.lower[point]!;
    const row = lat.lower[point]!;
    const column = lon.lower[point]!;
    if (map < 0 || row < 0 || column < 0) return NaN;
    const onMap = (index: number): number =>
      blend(lat.fraction[point]!, (rowStep) =>
        blend(
          lon.fraction[point]!,
          (columnStep) => values[index * mapLength + (row + rowStep) * lonCount + column + columnStep]!,
        ),
      );
    return blend(time.fraction[point]!, (step) => onMap(map + step));
  });
}

/** Linear between two values; one of weight 0 is not looked at, so that it may be missing. */
function blend(fraction: number, valueAt: (step: 0 | 1) => number): number {
  if (fraction === 0) return valueAt(0);
  if (fraction === 1) return valueAt(1);
  return (1 - fraction) * valueAt(0) + fraction * valueAt(1);
}
