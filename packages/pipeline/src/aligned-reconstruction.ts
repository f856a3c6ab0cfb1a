import type { GriddedField } from '@sillage/netcdf';
import { regridTrilinear, type RegularGrid } from '@sillage/science';
import { areaReason, areaShortfalls, extentOf, timeReachReason } from './coverage.js';
import { fileDays, type DaySource } from './day-source.js';
import { enclosingCrop, sameGridCrop, snappedToExtent } from './grid-alignment.js';
import { RejectionError } from './rejection-error.js';

/** The target with border points that miss the source's border by round-off moved onto it. */
export function snappedGrid(source: RegularGrid, target: RegularGrid): RegularGrid {
  return {
    timeDays: snappedToExtent(source.timeDays, target.timeDays),
    latDeg: snappedToExtent(source.latDeg, target.latDeg),
    lonDeg: snappedToExtent(source.lonDeg, target.lonDeg),
  };
}

/**
 * Refuses a reconstruction that no interpolation can bring to the scored grid: times out of reach, or no common area.
 * Nodes of the scored grid that lie outside only in places are left to the count of holes, since they may be land.
 */
export function refuseOutOfReach(reconstruction: RegularGrid, target: RegularGrid, subject: string): void {
  const { timeDays, latDeg, lonDeg } = reconstruction;
  const reach = timeReachReason(subject, timeDays, target.timeDays);
  if (reach) throw new RejectionError(reach);
  const box = extentOf(target);
  const own = extentOf(reconstruction);
  const isApart = own.east < box.west || own.west > box.east || own.north < box.south || own.south > box.north;
  const tooFew = latDeg.length < 2 || lonDeg.length < 2;
  if (isApart || tooFew) throw new RejectionError(areaReason(subject, areaShortfalls(reconstruction, box)));
}

/** The reconstruction on the scored grid, one map at a time: taken over node for node, or interpolated. */
export function alignedDays(field: GriddedField, target: RegularGrid): DaySource {
  const sameGrid = sameGridCrop(field.grid, target);
  if (sameGrid) return { ...fileDays(field, sameGrid), grid: target };
  const crop = enclosingCrop(field.grid, target);
  const source = fileDays(field, crop);
  const snapped = snappedGrid(source.grid, target);
  const mapLength = source.grid.latDeg.length * source.grid.lonDeg.length;
  return {
    grid: target,
    readDay: async (timeIndex) => {
      const time = snapped.timeDays[timeIndex] ?? Number.NaN;
      const after = source.grid.timeDays.findIndex((value) => value >= time);
      const first = Math.max(0, Math.min(after - 1, source.grid.timeDays.length - 2));
      const pair = new Float64Array(2 * mapLength);
      pair.set(await source.readDay(first));
      pair.set(await source.readDay(first + 1), mapLength);
      return regridTrilinear(
        { grid: { ...source.grid, timeDays: source.grid.timeDays.slice(first, first + 2) }, values: pair },
        { ...snapped, timeDays: snapped.timeDays.slice(timeIndex, timeIndex + 1) },
      );
    },
  };
}
