import type { GriddedField } from '@sillage/netcdf/portable';
import { regridTrilinear, type FieldValues, type RegularGrid } from '@sillage/science';
import {
  areaReason,
  areaShortfalls,
  extentOf,
  timeReachReason,
  fileDays,
  enclosingCrop,
  sameGridCrop,
  RejectionError,
  type DaySource,
} from '@sillage/checking';

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
  const isApart =
    own.east < box.west || own.west > box.east || own.north < box.south || own.south > box.north;
  const tooFew = latDeg.length < 2 || lonDeg.length < 2;
  if (isApart || tooFew) throw new RejectionError(areaReason(subject, areaShortfalls(reconstruction, box)));
}

/** The reconstruction on the scored grid, one map at a time: taken over node for node, or interpolated. */
export function alignedDays(field: GriddedField, target: RegularGrid): DaySource {
  const sameGrid = sameGridCrop(field.grid, target);
  if (sameGrid) return { ...fileDays(field, sameGrid), grid: target };
  const crop = enclosingCrop(field.grid, target);
  const source = fileDays(field, crop);
  const mapLength = source.grid.latDeg.length * source.grid.lonDeg.length;
  const readDay = rememberingLatest(source, 2); // neighbouring days share a map
  return {
    grid: target,
    readDay: async (timeIndex) => {
      const time = target.timeDays[timeIndex] ?? Number.NaN;
      const after = source.grid.timeDays.findIndex((value) => value >= time);
      const last = after < 0 ? source.grid.timeDays.length - 1 : after;
      const first = Math.max(0, last - 1);
      const pair = new Float64Array((last - first + 1) * mapLength);
      for (let index = first; index <= last; index++) {
        pair.set(await readDay(index), (index - first) * mapLength);
      }
      return regridTrilinear(
        { grid: { ...source.grid, timeDays: source.grid.timeDays.slice(first, last + 1) }, values: pair },
        { ...target, timeDays: target.timeDays.slice(timeIndex, timeIndex + 1) },
      );
    },
  };
}

/** Reads through a memory of the latest maps. */
function rememberingLatest(source: DaySource, count: number): DaySource['readDay'] {
  const latest = new Map<number, FieldValues>();
  return async (timeIndex) => {
    const map = latest.get(timeIndex) ?? (await source.readDay(timeIndex));
    latest.delete(timeIndex);
    latest.set(timeIndex, map);
    const [oldest] = latest.keys();
    if (latest.size > count && oldest !== undefined) latest.delete(oldest);
    return map;
  };
}
