import type { Box, Period } from '@sillage/contracts';
import { daysSince1950, type RegularGrid } from '@sillage/science';
import { dayOfTime } from './calendar-days.js';

/** Coordinates closer than this are the same place (degrees) or time (days): files carry round-off. */
export const COORDINATE_TOLERANCE = 1e-6;

/** A run of indices of one axis. */
export type IndexRange = { start: number; count: number };

/** A rectangular part of a grid. */
export type GridCrop = { time: IndexRange; lat: IndexRange; lon: IndexRange };

/** The nodes inside a closed box and a period of whole UTC days; a range may come back empty. */
export function cropOf(grid: RegularGrid, box: Box | null, period: Period | null): GridCrop {
  const whole = (axis: Float64Array): IndexRange => ({ start: 0, count: axis.length });
  return {
    time: period
      ? rangeWhere(grid.timeDays, (time) => {
          const day = dayOfTime(time);
          return day >= daysSince1950(period.start) && day <= daysSince1950(period.end);
        })
      : whole(grid.timeDays),
    lat: box ? rangeWhere(grid.latDeg, (lat) => isWithin(lat, box.south, box.north)) : whole(grid.latDeg),
    lon: box ? rangeWhere(grid.lonDeg, (lon) => isWithin(lon, box.west, box.east)) : whole(grid.lonDeg),
  };
}

export function croppedGrid(grid: RegularGrid, crop: GridCrop): RegularGrid {
  const cut = (axis: Float64Array, range: IndexRange) => axis.slice(range.start, range.start + range.count);
  return {
    timeDays: cut(grid.timeDays, crop.time),
    latDeg: cut(grid.latDeg, crop.lat),
    lonDeg: cut(grid.lonDeg, crop.lon),
  };
}

/**
 * Where `target` lies in `source` node for node; null if any of its nodes is not a node of `source`, so that
 * interpolation is needed.
 */
export function sameGridCrop(source: RegularGrid, target: RegularGrid): GridCrop | null {
  const time = matchingRange(source.timeDays, target.timeDays);
  const lat = matchingRange(source.latDeg, target.latDeg);
  const lon = matchingRange(source.lonDeg, target.lonDeg);
  return time && lat && lon ? { time, lat, lon } : null;
}

/** The nodes of `source` that interpolation to `target` reads: the enclosing ones, clipped to the axis. */
export function enclosingCrop(source: RegularGrid, target: RegularGrid, marginNodes = 0): GridCrop {
  return {
    time: enclosingRange(source.timeDays, target.timeDays, marginNodes),
    lat: enclosingRange(source.latDeg, target.latDeg, marginNodes),
    lon: enclosingRange(source.lonDeg, target.lonDeg, marginNodes),
  };
}

function isWithin(value: number, first: number, last: number): boolean {
  return value >= first - COORDINATE_TOLERANCE && value <= last + COORDINATE_TOLERANCE;
}

function rangeWhere(axis: Float64Array, isInside: (value: number) => boolean): IndexRange {
  const start = axis.findIndex(isInside);
  if (start < 0) return { start: 0, count: 0 };
  return { start, count: axis.findLastIndex(isInside) - start + 1 };
}

function matchingRange(source: Float64Array, target: Float64Array): IndexRange | null {
  const first = target[0];
  if (first === undefined) return null;
  const start = source.findIndex((value) => Math.abs(value - first) <= COORDINATE_TOLERANCE);
  if (start < 0 || start + target.length > source.length) return null;
  const matches = target.every(
    (value, index) => Math.abs((source[start + index] ?? Number.NaN) - value) <= COORDINATE_TOLERANCE,
  );
  return matches ? { start, count: target.length } : null;
}

function enclosingRange(source: Float64Array, target: Float64Array, marginNodes: number): IndexRange {
  const first = target[0] ?? Number.NaN;
  const last = target.at(-1) ?? Number.NaN;
  const before = source.findLastIndex((value) => value <= first);
  const after = source.findIndex((value) => value >= last);
  const start = Math.max(0, (before < 0 ? 0 : before) - marginNodes);
  const end = Math.min(source.length - 1, (after < 0 ? source.length - 1 : after) + marginNodes);
  return { start, count: Math.max(0, end - start + 1) };
}
