import type { Box } from '@sillage/contracts';
import type { FieldValues } from '@sillage/science';
import { degreesText } from '@sillage/checking';
import type { DailyMaps } from './daily-maps.js';
import type { Quirk } from '../import-report.js';

const TOLERANCE_DEG = 1e-6;

/** An axis with at most one node more on either side. */
type ReachingAxis = { values: Float64Array; before: 0 | 1; after: 0 | 1 };

/**
 * Maps whose outermost nodes end inside a box by at most one of their own steps, continued by one row or column with the values
 * of the outermost one. The challenge's own code fills what its regridding leaves open at the edges; scoring here extrapolates
 * nothing, and would reject such maps.
 */
export function reachingEdges(maps: DailyMaps, box: Box, file: string, quirks: Quirk[]): DailyMaps {
  const lat = reachingAxis(maps.grid.latDeg, box.south, box.north);
  const lon = reachingAxis(maps.grid.lonDeg, box.west, box.east);
  const sides = [
    ...(lon.before ? ['west'] : []),
    ...(lon.after ? ['east'] : []),
    ...(lat.before ? ['south'] : []),
    ...(lat.after ? ['north'] : []),
  ];
  if (sides.length === 0) return maps;
  const extent = (axis: Float64Array): string => `${degreesText(axis[0]!)}…${degreesText(axis.at(-1)!)}`;
  quirks.push({
    file,
    found: `its nodes (longitudes ${extent(maps.grid.lonDeg)}, latitudes ${extent(maps.grid.latDeg)}) end less than one step inside the truth's`,
    handled: `continued by one node to the ${sides.join(' and ')} with the values of the outermost ones`,
  });
  const [sourceRows, sourceColumns] = [maps.grid.latDeg.length, maps.grid.lonDeg.length];
  const [rows, columns] = [lat.values.length, lon.values.length];
  const sourceOf = (index: number, before: number, count: number): number =>
    Math.min(Math.max(index - before, 0), count - 1);
  return {
    ...maps,
    grid: { ...maps.grid, latDeg: lat.values, lonDeg: lon.values },
    readDay: async (index) => {
      const day = await maps.readDay(index);
      const wider: FieldValues =
        day instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
      for (let y = 0; y < rows; y++) {
        const row = sourceOf(y, lat.before, sourceRows) * sourceColumns;
        for (let x = 0; x < columns; x++)
          wider[y * columns + x] = day[row + sourceOf(x, lon.before, sourceColumns)]!;
      }
      return wider;
    },
  };
}

function reachingAxis(values: Float64Array, first: number, last: number): ReachingAxis {
  const step = (values.at(-1)! - values[0]!) / (values.length - 1);
  const ends = (gap: number): 0 | 1 => (gap > TOLERANCE_DEG && gap <= step + TOLERANCE_DEG ? 1 : 0);
  const before = ends(values[0]! - first);
  const after = ends(last - values.at(-1)!);
  return {
    values: Float64Array.of(
      ...(before ? [values[0]! - step] : []),
      ...values,
      ...(after ? [values.at(-1)! + step] : []),
    ),
    before,
    after,
  };
}
