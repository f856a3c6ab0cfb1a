import { LARGEST_RAW, packHeights, type PreviewFrame } from '@sillage/contracts';
import { isoDay, type FieldValues, type RegularGrid } from '@sillage/science';

/** Nodes along each side of the picture, at most. */
const MOST_NODES = 160;

/** One day of a map as a small picture: every so many nodes, heights as int16. Null where it has no height at all. */
export function previewFrame(map: FieldValues, grid: RegularGrid, timeIndex: number): PreviewFrame | null {
  const [rows, columns] = [grid.latDeg.length, grid.lonDeg.length];
  const step = Math.ceil(Math.max(rows, columns) / MOST_NODES);
  const latCount = Math.ceil(rows / step);
  const lonCount = Math.ceil(columns / step);
  const heightsM = Float64Array.from(
    { length: latCount * lonCount },
    (_, node) => map[Math.floor(node / lonCount) * step * columns + (node % lonCount) * step] ?? Number.NaN,
  );
  let min = Infinity;
  let max = -Infinity;
  for (const height of heightsM) {
    if (Number.isNaN(height)) continue;
    min = Math.min(min, height);
    max = Math.max(max, height);
  }
  if (min > max) return null;
  const units = { scale: Math.max((max - min) / 2 / LARGEST_RAW, 1e-9), offset: (min + max) / 2 };
  return {
    day: isoDay(grid.timeDays[timeIndex]!),
    latCount,
    lonCount,
    ...units,
    values: packHeights(heightsM, units),
  };
}
