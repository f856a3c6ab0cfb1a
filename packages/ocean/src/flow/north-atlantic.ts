import { METRES_PER_DEGREE_NORTH } from './ocean-projection.js';

/** The mean state that varies over the basin: each a curve of longitude through a few points. */
type BasinCurve = 'axisLatDeg' | 'strength' | 'widthM' | 'liveliness' | 'westernness';

type Knot = readonly [lonDeg: number, value: number];

/**
 * Axis: Cape Hatteras, the Gulf Stream extension (a straight line there, the front of the `gf` ocean), the Tail of the Grand
 * Banks, the north-west corner, and the North Atlantic Current to the Norwegian Sea. Strength is relative to the extension.
 * Drawn by hand after the usual charts of the mean circulation; nothing here is measured.
 */
const CURVES: Record<BasinCurve, readonly Knot[]> = {
  axisLatDeg: [
    [-84, 28],
    [-80, 31.9],
    [-76, 34.7],
    [-72, 36.6],
    [-67, 37.46],
    [-65, 37.7],
    [-55, 38.9],
    [-53, 39.14],
    [-49, 40.6],
    [-45, 44.5],
    [-42, 48.5],
    [-37, 51],
    [-27, 53],
    [-14, 57.5],
    [-4, 62],
    [12, 66],
  ],
  strength: [
    [-84, 0.8],
    [-72, 1],
    [-53, 1],
    [-44, 0.75],
    [-35, 0.5],
    [-20, 0.3],
    [12, 0.2],
  ],
  widthM: [
    [-84, 55_000],
    [-53, 55_000],
    [-44, 80_000],
    [-35, 130_000],
    [-20, 220_000],
    [12, 260_000],
  ],
  liveliness: [
    [-84, 0.8],
    [-70, 1],
    [-53, 1],
    [-44, 0.8],
    [-35, 0.6],
    [-20, 0.45],
    [12, 0.4],
  ],
  westernness: [
    [-84, 1],
    [-55, 1],
    [-25, 0.2],
    [-10, 0],
    [12, 0],
  ],
};

/** m: mean height on the axis, and the broad slope from the subtropical to the subpolar gyre. */
const AXIS_HEIGHT_M = 0.18;
const GYRE_HALF_STEP_M = 0.25;
const GYRE_CENTRE_LAT_DEG = 38.3;
const GYRE_WIDTH_DEG = 15;
/** m: half of the step across the front where it is strongest, as in the `gf` ocean. */
const FRONT_HALF_STEP_M = 0.3;
/** Northward shift of the front per metre of eddy sea level, m/m, as in the `gf` ocean. */
const FRONT_SHIFT_PER_METRE = 130_000;
/** Half width of the band of lively eddies along the front, m. */
const LIVELY_BAND_M = 480_000;
/** Liveliness far from the front over that on it. */
const QUIET_SHARE = 0.45;

export type BasinFront = {
  axisLatDeg: number;
  /** Relative to the Gulf Stream extension. */
  strength: number;
  /** Scale of the hyperbolic tangent across it, m. */
  widthM: number;
  /** Distance across the front over distance northward. */
  perpendicular: number;
};

/** The mean front where it crosses a meridian. */
export function frontAt(lonDeg: number): BasinFront {
  const step = 0.05;
  const axisLatDeg = atLongitude('axisLatDeg', lonDeg);
  const slopeDeg =
    (atLongitude('axisLatDeg', lonDeg + step) - atLongitude('axisLatDeg', lonDeg - step)) / (2 * step);
  const slope = slopeDeg / Math.cos((axisLatDeg * Math.PI) / 180);
  return {
    axisLatDeg,
    strength: atLongitude('strength', lonDeg),
    widthM: atLongitude('widthM', lonDeg),
    perpendicular: 1 / Math.sqrt(1 + slope * slope),
  };
}

/**
 * Mean sea level of the basin, m, where eddies of the given sea level (m) shift the front.
 *
 * @param front - `frontAt` the node's longitude.
 */
export function meanSeaLevelM(latDeg: number, front: BasinFront, eddyHeightM: number): number {
  const northOfAxisM =
    (latDeg - front.axisLatDeg) * METRES_PER_DEGREE_NORTH - FRONT_SHIFT_PER_METRE * eddyHeightM;
  const step = front.strength * FRONT_HALF_STEP_M;
  return (
    AXIS_HEIGHT_M -
    GYRE_HALF_STEP_M * Math.tanh((latDeg - GYRE_CENTRE_LAT_DEG) / GYRE_WIDTH_DEG) -
    step * Math.tanh((northOfAxisM * front.perpendicular) / front.widthM)
  );
}

/** Amplitude of the basin's eddies relative to the Gulf Stream extension: a band along the front that fades eastward. */
export function liveliness(latDeg: number, lonDeg: number, front: BasinFront): number {
  const acrossM = (latDeg - front.axisLatDeg) * METRES_PER_DEGREE_NORTH * front.perpendicular;
  const band = Math.exp(-((acrossM / LIVELY_BAND_M) ** 2));
  return atLongitude('liveliness', lonDeg) * (QUIET_SHARE + (1 - QUIET_SHARE) * band);
}

/** A curve of the mean state at a longitude: monotone cubic Hermite through its points, constant beyond them. */
export function atLongitude(curve: BasinCurve, lonDeg: number): number {
  const knots = CURVES[curve];
  const last = knots.length - 1;
  if (lonDeg <= knots[0]![0]) return knots[0]![1];
  if (lonDeg >= knots[last]![0]) return knots[last]![1];
  const right = knots.findIndex(([lon]) => lon > lonDeg);
  const [fromLon, from] = knots[right - 1]!;
  const [toLon, to] = knots[right]!;
  const width = toLon - fromLon;
  const t = (lonDeg - fromLon) / width;
  const fromSlope = slopeAt(knots, right - 1) * width;
  const toSlope = slopeAt(knots, right) * width;
  return (
    from * (1 + 2 * t) * (1 - t) ** 2 +
    fromSlope * t * (1 - t) ** 2 +
    to * t * t * (3 - 2 * t) +
    toSlope * t * t * (t - 1)
  );
}

/** Harmonic mean of the slopes on both sides, 0 at an extremum or an end (Fritsch–Butland): no overshoot. */
function slopeAt(knots: readonly Knot[], index: number): number {
  if (index === 0 || index === knots.length - 1) return 0;
  const slopeBetween = (from: Knot, to: Knot): number => (to[1] - from[1]) / (to[0] - from[0]);
  const before = slopeBetween(knots[index - 1]!, knots[index]!);
  const after = slopeBetween(knots[index]!, knots[index + 1]!);
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}
