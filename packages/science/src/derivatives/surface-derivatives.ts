import { coriolisParameter, EARTH_RADIUS_M } from '../earth.js';
import { requireLength, type FieldValues } from '../grid.js';
import { meridionalFactors, vorticityFactor, zonalFactors } from './vorticity.js';

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
 * Relative vorticity of the geostrophic flow over the Coriolis parameter, ζ/f with ζ = g/f·∇²η and f of the node: the
 * definition of the vorticity ratio too (`DerivativeAccumulator`), with the same five heights and the same factors.
 *
 * @param values - metres, shape `[Y, X]`, NaN where missing.
 * @returns dimensionless, shape `[Y, X]`; NaN at the outermost rows and columns, beside a missing value, and within 5° of the
 *   equator.
 * @throws ShapeMismatchError if the values are not those of the grid.
 * Source and reasons: `vorticityFactor`.
 */
export function geostrophicVorticity(values: FieldValues, grid: MapGrid): Float32Array {
  const { latDeg, lonDeg } = grid;
  const [latCount, lonCount] = [latDeg.length, lonDeg.length];
  requireLength('values', values, latCount * lonCount);
  const vorticity = new Float32Array(values.length).fill(Number.NaN);
  for (let row = 1; row < latCount - 1; row++) {
    const lat = latDeg[row]!;
    const factor = vorticityFactor(lat);
    if (factor === null) continue;
    const overCoriolis = factor / coriolisParameter(lat);
    const [southRad, northRad] = stepsAround(latDeg, row);
    const { south, north } = meridionalFactors(lat, { southRad, northRad });
    for (let column = 1; column < lonCount - 1; column++) {
      const at = row * lonCount + column;
      const [westRad, eastRad] = stepsAround(lonDeg, column);
      const { west, east } = zonalFactors(lat, { westRad, eastRad });
      const here = values[at]!;
      const laplacian =
        (values[at + 1]! - here) * east -
        (here - values[at - 1]!) * west +
        (values[at + lonCount]! - here) * north -
        (here - values[at - lonCount]!) * south;
      vorticity[at] = overCoriolis * laplacian;
    }
  }
  return vorticity;
}

/** Distance to the node before and to the one after, radians. */
function stepsAround(axisDeg: Float64Array, index: number): [beforeRad: number, afterRad: number] {
  const here = axisDeg[index]!;
  return [(here - axisDeg[index - 1]!) * RADIANS, (axisDeg[index + 1]! - here) * RADIANS];
}
