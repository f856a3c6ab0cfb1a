import { coriolisParameter, EARTH_RADIUS_M, EQUATOR_DEG, GRAVITY_M_S2 } from '../earth.js';
import { requireLength, type FieldValues } from '../grid.js';

const RADIANS = Math.PI / 180;

/** A rectilinear grid of one map; both axes ascending, degrees. */
export type MapGrid = { readonly latDeg: Float64Array; readonly lonDeg: Float64Array };

/**
 * Size of the horizontal gradient of a map, |∇h|, on the sphere: centred differences, one-sided at the edges and beside
 * missing values.
 *
 * @param values - metres, shape `[Y, X]`, NaN where missing.
 * @returns metres per metre, shape `[Y, X]`; NaN where the value or both neighbours along an axis are missing.
 * @throws ShapeMismatchError if the values are not those of the grid.
 */
export function gradientMagnitude(values: FieldValues, grid: MapGrid): Float32Array {
  const { latDeg, lonDeg } = grid;
  const [latCount, lonCount] = [latDeg.length, lonDeg.length];
  requireLength('values', values, latCount * lonCount);
  const gradient = new Float32Array(values.length).fill(Number.NaN);
  for (let row = 0; row < latCount; row++) {
    const metresPerDegree = EARTH_RADIUS_M * RADIANS;
    const eastScale = metresPerDegree * Math.cos(latDeg[row]! * RADIANS);
    for (let column = 0; column < lonCount; column++) {
      const at = row * lonCount + column;
      const east = slope(values, at, 1, lonDeg, column);
      const north = slope(values, at, lonCount, latDeg, row);
      gradient[at] = Math.hypot(east / eastScale, north / metresPerDegree);
    }
  }
  return gradient;
}

/** Change per degree along one axis; NaN where the value itself or both neighbours are missing. */
function slope(
  values: FieldValues,
  at: number,
  stride: number,
  axisDeg: Float64Array,
  index: number,
): number {
  const here = values[at]!;
  if (Number.isNaN(here)) return Number.NaN;
  const before = index > 0 ? values[at - stride]! : Number.NaN;
  const after = index + 1 < axisDeg.length ? values[at + stride]! : Number.NaN;
  const hasBefore = !Number.isNaN(before);
  const hasAfter = !Number.isNaN(after);
  if (!hasBefore && !hasAfter) return Number.NaN;
  const first = hasBefore ? index - 1 : index;
  const last = hasAfter ? index + 1 : index;
  return ((hasAfter ? after : here) - (hasBefore ? before : here)) / (axisDeg[last]! - axisDeg[first]!);
}

/**
 * Relative vorticity of the geostrophic flow over the Coriolis parameter, ζ/f. The velocities lie between the nodes:
 * v = g/(f·R·cos φ)·∂h/∂λ half a step to the east and west, u = −g/(f·R)·∂h/∂φ half a step to the north and south with f there, and
 * ζ = (∂v/∂λ − ∂(u·cos φ)/∂φ)/(R·cos φ). This reads the four neighbours of a node and nothing else.
 *
 * `DerivativeAccumulator` has f at the node instead, g/f·∇²h: without the change of f between the nodes, u·β/f.
 *
 * @param values - metres, shape `[Y, X]`, NaN where missing.
 * @returns dimensionless, shape `[Y, X]`; NaN at the outermost rows and columns, beside a missing value, and within 5° of the
 *   equator.
 * @throws ShapeMismatchError if the values are not those of the grid.
 */
export function geostrophicVorticity(values: FieldValues, grid: MapGrid): Float32Array {
  const { latDeg, lonDeg } = grid;
  const [latCount, lonCount] = [latDeg.length, lonDeg.length];
  requireLength('values', values, latCount * lonCount);
  const vorticity = new Float32Array(values.length).fill(Number.NaN);
  for (let row = 1; row < latCount - 1; row++) {
    const lat = latDeg[row]!;
    if (Math.abs(lat) < EQUATOR_DEG) continue;
    const coriolis = coriolisParameter(lat);
    const cosine = Math.cos(lat * RADIANS);
    const south = northwardFlux(latDeg[row - 1]!, lat);
    const north = northwardFlux(lat, latDeg[row + 1]!);
    const middleLat = ((latDeg[row + 1]! - latDeg[row - 1]!) / 2) * RADIANS;
    const scale = GRAVITY_M_S2 / (EARTH_RADIUS_M ** 2 * cosine * coriolis);
    for (let column = 1; column < lonCount - 1; column++) {
      const at = row * lonCount + column;
      const here = values[at]!;
      const westLon = (lonDeg[column]! - lonDeg[column - 1]!) * RADIANS;
      const eastLon = (lonDeg[column + 1]! - lonDeg[column]!) * RADIANS;
      const zonal =
        ((values[at + 1]! - here) / eastLon - (here - values[at - 1]!) / westLon) /
        ((eastLon + westLon) / 2) /
        (coriolis * cosine);
      const meridional =
        ((values[at + lonCount]! - here) * north - (here - values[at - lonCount]!) * south) / middleLat;
      vorticity[at] = scale * (zonal + meridional);
    }
  }
  return vorticity;
}

/** cos φ/(f·Δφ) half-way between two latitudes, s/rad. */
function northwardFlux(southDeg: number, northDeg: number): number {
  const middle = (southDeg + northDeg) / 2;
  return Math.cos(middle * RADIANS) / (coriolisParameter(middle) * (northDeg - southDeg) * RADIANS);
}
