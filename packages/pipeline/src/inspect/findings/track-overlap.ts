/** Altimeter measurements in any order. */
export type TrackHeights = {
  /** Days since 1950-01-01 UTC, shape [N]. */
  timeDays: Float64Array;
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** Metres, NaN where missing, shape [N]. */
  heightM: Float64Array;
};

/** Half a second of flight is 3 km, half the distance of two measurements at 1 Hz. */
const SAME_INSTANT_DAYS = 0.5 / 86_400;
/** Degrees: 1 km, and the steps in which places are stored. */
const SAME_PLACE_DEG = 0.01;
/** m: the step in which products store heights. */
const SAME_HEIGHT_M = 0.0015;
/** A share of the withheld points below this is coincidence: two satellites over one place in the same half second. */
export const WITHHELD_SHARE = 0.01;

/** How many of the points of a withheld track a file holds: the same instant and place, and the same height there. */
export function withheldPointsIn(
  file: TrackHeights,
  withheld: TrackHeights,
): { pointCount: number; sharedCount: number; equalCount: number; rmseM: number | null } {
  const order = Int32Array.from(file.timeDays.keys()).sort((a, b) => file.timeDays[a]! - file.timeDays[b]!);
  let sharedCount = 0;
  let equalCount = 0;
  let comparedCount = 0;
  let squares = 0;
  for (let point = 0; point < withheld.timeDays.length; point++) {
    const time = withheld.timeDays[point]!;
    for (let at = firstAtOrAfter(file.timeDays, order, time - SAME_INSTANT_DAYS); at < order.length; at++) {
      const candidate = order[at]!;
      if (file.timeDays[candidate]! > time + SAME_INSTANT_DAYS) break;
      if (!isSamePlace(file, candidate, withheld, point)) continue;
      sharedCount++;
      const difference = file.heightM[candidate]! - withheld.heightM[point]!;
      if (Number.isFinite(difference)) {
        comparedCount++;
        squares += difference * difference;
        if (Math.abs(difference) <= SAME_HEIGHT_M) equalCount++;
      }
      break;
    }
  }
  return {
    pointCount: withheld.timeDays.length,
    sharedCount,
    equalCount,
    rmseM: comparedCount === 0 ? null : Math.sqrt(squares / comparedCount),
  };
}

function isSamePlace(a: TrackHeights, indexA: number, b: TrackHeights, indexB: number): boolean {
  const apart = Math.abs(a.lonDeg[indexA]! - b.lonDeg[indexB]!);
  return (
    Math.abs(a.latDeg[indexA]! - b.latDeg[indexB]!) <= SAME_PLACE_DEG &&
    Math.min(apart, 360 - apart) <= SAME_PLACE_DEG
  );
}

function firstAtOrAfter(times: Float64Array, order: Int32Array, time: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[order[middle]!]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
