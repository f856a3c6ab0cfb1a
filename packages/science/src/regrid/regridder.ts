import {
  COORDINATE_TOLERANCE_DAYS,
  COORDINATE_TOLERANCE_DEG,
  requireLength,
  type FieldValues,
  type RegularGrid,
} from '../grid.js';
import { locateOnAxis, type AxisPositions } from './axis-locator.js';

/** Trilinear interpolation from one grid to another, band by band. */
export type Regridder = {
  /** The source rows that some target rows need: `count` 0 if all of them lie outside the source. */
  sourceRows(targetStart: number, targetCount: number): { readonly start: number; readonly count: number };
  /**
   * Interpolates some target rows for all target times.
   *
   * @param band.values - metres, shape `[T source, sourceCount, X source]`.
   * @param band.sourceStart - row of the source grid that `values` starts at.
   * @returns metres, float64, shape `[T target, targetCount, X target]`; NaN where it cannot be interpolated.
   * @throws ShapeMismatchError if `values` does not have that shape.
   */
  regridBand(band: {
    values: FieldValues;
    sourceStart: number;
    sourceCount: number;
    targetStart: number;
    targetCount: number;
  }): Float64Array;
};

/**
 * `tolerant` (the default) takes coordinates within 1e-6 (degrees, days) of each other as equal, so that round-off at the
 * ends of an axis loses nothing. `exact-as-2020a` does not: the challenge's code loses the border there, and fills it.
 */
export type RegridOptions = { readonly coordinates?: 'tolerant' | 'exact-as-2020a' };

/**
 * Prepares the interpolation between two grids: bilinear in longitude and latitude at both bracketing times, then linear
 * in time. A missing node that has a weight makes the result missing; so does a query outside the source.
 *
 * @param source - axes ascending, not necessarily even.
 * @param target - any ascending axes.
 * Source: pyinterp's `trivariate` as src/mod_regrid.py of the 2020a challenge calls it.
 * Differs: `tolerant` coordinates, see `RegridOptions`; nodes of weight 0 do not count, where pyinterp's 0·NaN loses a
 * point that is known.
 */
export function createRegridder(
  source: RegularGrid,
  target: RegularGrid,
  options: RegridOptions = {},
): Regridder {
  const isExact = options.coordinates === 'exact-as-2020a';
  const toleranceDeg = isExact ? 0 : COORDINATE_TOLERANCE_DEG;
  const time = locateOnAxis(source.timeDays, target.timeDays, isExact ? 0 : COORDINATE_TOLERANCE_DAYS);
  const lat = locateOnAxis(source.latDeg, target.latDeg, toleranceDeg);
  const lon = locateOnAxis(source.lonDeg, target.lonDeg, toleranceDeg);
  const sourceTimeCount = source.timeDays.length;
  const sourceLonCount = source.lonDeg.length;
  const targetLonCount = target.lonDeg.length;
  const blended = new Float64Array(sourceLonCount);

  return {
    sourceRows: (targetStart, targetCount) => neededRows(lat, targetStart, targetCount),
    regridBand: ({ values, sourceStart, sourceCount, targetStart, targetCount }) => {
      requireLength('source band', values, sourceTimeCount * sourceCount * sourceLonCount);
      const result = new Float64Array(target.timeDays.length * targetCount * targetLonCount).fill(NaN);
      for (let t = 0; t < target.timeDays.length; t++) {
        for (let row = 0; row < targetCount; row++) {
          const weights = rowWeights(time, t, lat, targetStart + row);
          if (weights === null) continue;
          blended.fill(0);
          for (const { timeIndex, latIndex, weight } of weights) {
            const from = (timeIndex * sourceCount + latIndex - sourceStart) * sourceLonCount;
            addScaledRow(values, from, weight, blended);
          }
          interpolateRow(blended, lon, result, (t * targetCount + row) * targetLonCount);
        }
      }
      return result;
    },
  };
}

/**
 * Interpolates a whole field at once.
 *
 * @param source.values - metres, shape `[T, Y, X]` of `source.grid`.
 * @returns metres, float64, shape `[T, Y, X]` of `target`; NaN where it cannot be interpolated.
 * @throws ShapeMismatchError if the values do not fit the grid.
 */
export function regridTrilinear(
  source: { grid: RegularGrid; values: FieldValues },
  target: RegularGrid,
  options: RegridOptions = {},
): Float64Array {
  return createRegridder(source.grid, target, options).regridBand({
    values: source.values,
    sourceStart: 0,
    sourceCount: source.grid.latDeg.length,
    targetStart: 0,
    targetCount: target.latDeg.length,
  });
}

function neededRows(
  lat: AxisPositions,
  targetStart: number,
  targetCount: number,
): { start: number; count: number } {
  let first = Infinity;
  let last = -Infinity;
  for (let row = targetStart; row < targetStart + targetCount; row++) {
    const lower = lat.lower[row]!;
    if (lower < 0) continue;
    const fraction = lat.fraction[row]!;
    first = Math.min(first, fraction === 1 ? lower + 1 : lower);
    last = Math.max(last, fraction === 0 ? lower : lower + 1);
  }
  return first === Infinity ? { start: 0, count: 0 } : { start: first, count: last - first + 1 };
}

type RowWeight = { readonly timeIndex: number; readonly latIndex: number; readonly weight: number };

/** The up to four source rows with a weight; `null` outside the source. */
function rowWeights(time: AxisPositions, t: number, lat: AxisPositions, row: number): RowWeight[] | null {
  const timeLower = time.lower[t]!;
  const latLower = lat.lower[row]!;
  if (timeLower < 0 || latLower < 0) return null;
  const timeFraction = time.fraction[t]!;
  const latFraction = lat.fraction[row]!;
  const weights: RowWeight[] = [];
  for (const [timeStep, timeWeight] of [1 - timeFraction, timeFraction].entries()) {
    for (const [latStep, latWeight] of [1 - latFraction, latFraction].entries()) {
      const weight = timeWeight * latWeight;
      if (weight !== 0)
        weights.push({ timeIndex: timeLower + timeStep, latIndex: latLower + latStep, weight });
    }
  }
  return weights;
}

function addScaledRow(values: FieldValues, from: number, weight: number, target: Float64Array): void {
  for (let x = 0; x < target.length; x++) target[x] = target[x]! + weight * values[from + x]!;
}

function interpolateRow(row: Float64Array, lon: AxisPositions, result: Float64Array, out: number): void {
  const { lower, fraction } = lon;
  for (let x = 0; x < lower.length; x++) {
    const node = lower[x]!;
    if (node < 0) continue;
    const weight = fraction[x]!;
    if (weight === 0) result[out + x] = row[node]!;
    else if (weight === 1) result[out + x] = row[node + 1]!;
    else result[out + x] = (1 - weight) * row[node]! + weight * row[node + 1]!;
  }
}
