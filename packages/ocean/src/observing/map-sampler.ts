import type { FieldValues } from '@sillage/science';

/** Maps of a height on one grid: metres, each [lat, lon] in C order, NaN = land or missing. Axes strictly ascending. */
export type FieldMaps = {
  /** Days since 1950-01-01 UTC, one per map, ascending. */
  timeDays: Float64Array;
  latDeg: Float64Array;
  lonDeg: Float64Array;
  maps: readonly FieldValues[];
};

/**
 * Interpolates in time, latitude and longitude. Set an instant, then ask for as many places as are seen at it.
 */
export type MapSampler = {
  /** False outside the maps' times; `heightAt` must then not be asked. */
  setTime(timeDays: number): boolean;
  /** Index of the last map at or before the instant that was set. */
  readonly mapIndex: number;
  /** NaN outside the grid, or where one of the eight nodes around the place and time is missing. */
  heightAt(latDeg: number, lonDeg: number): number;
};

/** @throws RangeError if there are fewer than two times, latitudes or longitudes, or a map does not fit the axes. */
export function createMapSampler({ timeDays, latDeg, lonDeg, maps }: FieldMaps): MapSampler {
  const latCount = latDeg.length;
  const lonCount = lonDeg.length;
  if (latCount < 2 || lonCount < 2 || timeDays.length < 2) {
    throw new RangeError(
      `a sampled field needs at least 2 times, latitudes and longitudes, found ${timeDays.length}, ${latCount}, ${lonCount}`,
    );
  }
  const needed = latCount * lonCount;
  const wrong = maps.findIndex((map) => map.length !== needed);
  if (wrong >= 0 || maps.length !== timeDays.length) {
    throw new RangeError(
      wrong >= 0
        ? `map ${wrong} of the field has ${maps[wrong]!.length} values, its axes need ${needed}`
        : `the field has ${maps.length} maps at ${timeDays.length} times`,
    );
  }
  const time = createAxis(timeDays);
  const lat = createAxis(latDeg);
  const lon = createAxis(lonDeg);
  let before: FieldValues = maps[0]!;
  let after: FieldValues = maps[0]!;
  return {
    setTime(instant) {
      if (!time.find(instant)) return false;
      before = maps[time.index]!;
      after = maps[time.index + 1]!;
      return true;
    },
    get mapIndex() {
      return time.index;
    },
    heightAt(latitude, longitude) {
      if (!lat.find(latitude) || !lon.find(longitude)) return NaN;
      const southWest = lat.index * lonCount + lon.index;
      return (
        (1 - time.fraction) * bilinear(before, southWest, lonCount, lat.fraction, lon.fraction) +
        time.fraction * bilinear(after, southWest, lonCount, lat.fraction, lon.fraction)
      );
    },
  };
}

type Axis = { index: number; fraction: number; find(value: number): boolean };

/**
 * Finds the last node at or below a value and how far on it is; the last node belongs to the last cell. On an even axis the
 * node is guessed from the step, then moved to where the nodes themselves say.
 */
function createAxis(nodes: Float64Array): Axis {
  const last = nodes.length - 1;
  const first = nodes[0]!;
  const perUnit = last / (nodes[last]! - first);
  const axis: Axis = {
    index: 0,
    fraction: 0,
    find(value) {
      if (!(value >= first && value <= nodes[last]!)) return false;
      let index = Math.min(last - 1, Math.floor((value - first) * perUnit));
      // One step at most on an even axis; an uneven one is walked along.
      while (nodes[index]! > value) index--;
      while (index < last - 1 && nodes[index + 1]! <= value) index++;
      axis.index = index;
      axis.fraction = (value - nodes[index]!) / (nodes[index + 1]! - nodes[index]!);
      return true;
    },
  };
  return axis;
}

function bilinear(
  values: FieldValues,
  southWest: number,
  lonCount: number,
  latFraction: number,
  lonFraction: number,
): number {
  const south = (1 - lonFraction) * values[southWest]! + lonFraction * values[southWest + 1]!;
  const northWest = southWest + lonCount;
  const north = (1 - lonFraction) * values[northWest]! + lonFraction * values[northWest + 1]!;
  return (1 - latFraction) * south + latFraction * north;
}
