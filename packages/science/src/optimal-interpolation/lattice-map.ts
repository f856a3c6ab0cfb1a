import { latticeWeights, NODES_PER_POINT, type LatticeAxis } from './gaussian-lattice.js';
import type { LatticeSystem } from './lattice-system.js';

/**
 * The map of one time, from values on a lattice.
 *
 * @param values - solution of the system, shape `[Y, X, T]` of the lattice.
 * @param grid - degrees, shapes `[Y]` and `[X]`, inside the extent of the system.
 * @param timeDays - days since 1950-01-01 UTC, inside the extent of the system.
 * @returns metres, shape `[Y, X]`.
 */
export function latticeMap(
  system: Pick<LatticeSystem, 'covariance' | 'time' | 'lat' | 'lon'>,
  values: Float64Array,
  grid: { latDeg: Float64Array; lonDeg: Float64Array },
  timeDays: number,
): Float64Array {
  const { covariance, lat, lon } = system;
  const rowLength = lon.count;
  const timeWeights = new Float64Array(NODES_PER_POINT);
  const firstLevel = latticeWeights(system.time, timeDays / covariance.lengthTimeDays, timeWeights, 0);
  const level = new Float64Array(lat.count * rowLength);
  for (let node = 0; node < level.length; node++) {
    const from = node * system.time.count + firstLevel;
    let sum = 0;
    for (let k = 0; k < NODES_PER_POINT; k++) sum += timeWeights[k]! * values[from + k]!;
    level[node] = sum;
  }
  const rows = weightsOf(lat, grid.latDeg, covariance.lengthLatDeg);
  const columns = weightsOf(lon, grid.lonDeg, covariance.lengthLonDeg);
  const lonCount = grid.lonDeg.length;
  const map = new Float64Array(grid.latDeg.length * lonCount);
  const row = new Float64Array(rowLength);
  for (let y = 0; y < grid.latDeg.length; y++) {
    row.fill(0);
    for (let k = 0; k < NODES_PER_POINT; k++) {
      addScaled(row, level, rows.weights[y * NODES_PER_POINT + k]!, (rows.firstNode[y]! + k) * rowLength);
    }
    for (let x = 0; x < lonCount; x++) {
      const first = columns.firstNode[x]!;
      let sum = 0;
      for (let k = 0; k < NODES_PER_POINT; k++) {
        sum += columns.weights[x * NODES_PER_POINT + k]! * row[first + k]!;
      }
      map[y * lonCount + x] = sum;
    }
  }
  return map;
}

/** target += weight · source[offset …]. */
function addScaled(target: Float64Array, source: Float64Array, weight: number, offset: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = target[index]! + weight * source[offset + index]!;
  }
}

function weightsOf(
  axis: LatticeAxis,
  coordinatesDeg: Float64Array,
  lengthDeg: number,
): { firstNode: Int32Array; weights: Float64Array } {
  const weights = new Float64Array(coordinatesDeg.length * NODES_PER_POINT);
  const firstNode = Int32Array.from(coordinatesDeg, (value, index) =>
    latticeWeights(axis, value / lengthDeg, weights, index * NODES_PER_POINT),
  );
  return { firstNode, weights };
}
