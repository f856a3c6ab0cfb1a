import { isoDay, type RegularGrid } from '@sillage/science';
import type { DayThumbnail } from './network-types.js';

/** Nodes along each side of a thumbnail, at most. */
const MOST_NODES = 64;

/** A map as a small picture: every so many nodes. */
export function dayThumbnail(map: Float32Array, grid: RegularGrid, index: number): DayThumbnail {
  const [rows, columns] = [grid.latDeg.length, grid.lonDeg.length];
  const step = Math.ceil(Math.max(rows, columns) / MOST_NODES);
  const latCount = Math.ceil(rows / step);
  const lonCount = Math.ceil(columns / step);
  return {
    day: isoDay(grid.timeDays[index]!),
    index,
    dayCount: grid.timeDays.length,
    latCount,
    lonCount,
    heightsM: Float32Array.from(
      { length: latCount * lonCount },
      (_, node) => map[Math.floor(node / lonCount) * step * columns + (node % lonCount) * step]!,
    ),
  };
}
