import type { OceanProjection } from './flow/ocean-projection.js';
import type { ShortWaveBand } from './flow/short-waves.js';

/** Everything that makes one simulated flow, except the seed. */
export type FlowDefinition = {
  id: string;
  name: string;
  /** Where the β-plane touches the Earth: the middle of the periodic domain, degrees. */
  centreLonDeg: number;
  centreLatDeg: number;
  /** How the domain lies on the Earth; default `plane`. */
  projection?: OceanProjection;
  /** Size of the doubly periodic domain, m. The area that is used must be smaller. */
  widthM: number;
  heightM: number;
  /** Grid points eastward and northward of the flow that is kept, and its time step. */
  columnCount: number;
  rowCount: number;
  timeStepSeconds: number;
  /** The first, coarse stage: from small random eddies to developed turbulence. */
  spinUp: { columnCount: number; rowCount: number; timeStepSeconds: number; days: number };
  /** Then the full grid runs that long before the first day that is kept. */
  refinementDays: number;
  deformationRadiusM: number;
  depthRatio: number;
  /** Mean eastward velocity of each layer, m/s. */
  upperVelocity: number;
  lowerVelocity: number;
  /** Linear drag on the lower layer, 1/s. */
  bottomDrag: number;
  /** Waves of the random start: least and most that fit the domain's width; default 2 and 8. */
  startWaves?: { least: number; most: number };
  /** Days after which the upper layer's water has forgotten where its temperature comes from (e-folding). */
  originMemoryDays: number;
};

/**
 * A finer flow of which a basin takes the short waves only, those that the basin's own flow does not resolve. It has the
 * basin's projection and centre, and its period repeats over the basin.
 */
export type DetailDefinition = ShortWaveBand & { flow: FlowDefinition };

/** Everything that makes one synthetic ocean, except the seed. */
export type OceanDefinition = FlowDefinition & {
  front: MeanFront;
  /** Area mean of the height above the geoid, m. */
  meanHeightM: number;
};

/**
 * A mean front beside the simulated eddies: a step in sea level across a tilted axis. The eddies shift the axis to and
 * fro, north where their sea level is high, so that the front meanders with them and pinches off rings.
 */
export type MeanFront = {
  /** Half of the step across the front, m; sea level is high south of it. */
  halfStepM: number;
  /** Distance over which the step falls off, m: the scale of a hyperbolic tangent. */
  widthM: number;
  /** Latitude of the axis at the centre longitude, and its slope, degrees of latitude per degree of longitude. */
  axisLatDeg: number;
  axisSlope: number;
  /** Northward shift of the axis per metre of eddy sea level, m/m. */
  shiftPerMetre: number;
};

/**
 * The Gulf Stream extension of the demo: 65°W–55°W, 33°N–43°N and a margin. Shear and a weak drag keep turbulence of
 * 100–300 km going; the front spans 0.6 m of sea level. Only the difference of the two mean velocities acts on the eddies:
 * their common part just carries them, and is chosen so that they drift west at a few centimetres per second.
 */
export const GULF_STREAM_OCEAN: OceanDefinition = {
  id: 'gf',
  name: 'Gulf Stream extension',
  centreLonDeg: -60,
  centreLatDeg: 38,
  widthM: 1_536_000,
  heightM: 1_536_000,
  columnCount: 256,
  rowCount: 256,
  timeStepSeconds: 600,
  spinUp: { columnCount: 128, rowCount: 128, timeStepSeconds: 1200, days: 300 },
  refinementDays: 20,
  deformationRadiusM: 30_000,
  depthRatio: 0.25,
  upperVelocity: 0.14,
  lowerVelocity: 0,
  bottomDrag: 1 / (20 * 86_400),
  originMemoryDays: 20,
  front: { halfStepM: 0.3, widthM: 55_000, axisLatDeg: 38.3, axisSlope: 0.12, shiftPerMetre: 130_000 },
  meanHeightM: 0.18,
};

/**
 * The quiet north-east Atlantic around the Porcupine Abyssal Plain (OSMOSIS): 19.5°W–11.5°W, 45°N–55°N and a margin. A
 * smaller deformation radius and a weaker shear than in the Gulf Stream; no front, only the broad slope of the gyre.
 */
export const OSMOSIS_OCEAN: OceanDefinition = {
  id: 'osmosis',
  name: 'OSMOSIS, north-east Atlantic',
  centreLonDeg: -15.5,
  centreLatDeg: 50,
  widthM: 960_000,
  heightM: 1_536_000,
  columnCount: 160,
  rowCount: 256,
  timeStepSeconds: 1440,
  spinUp: { columnCount: 80, rowCount: 128, timeStepSeconds: 2880, days: 350 },
  refinementDays: 20,
  deformationRadiusM: 15_000,
  depthRatio: 0.25,
  upperVelocity: 0.02,
  lowerVelocity: -0.033,
  bottomDrag: 1 / (10 * 86_400),
  originMemoryDays: 20,
  front: { halfStepM: 0.06, widthM: 700_000, axisLatDeg: 50, axisSlope: 0, shiftPerMetre: 0 },
  meanHeightM: 0.1,
};

/**
 * The flow behind the basin: eddies of one strength everywhere, on a coarse grid over the whole North Atlantic. The basin
 * gives them their strength by place, its mean front, and its coast (`north-atlantic.ts`, `simulate-area.ts`).
 */
export const NATL_FLOW: FlowDefinition = {
  id: 'natl',
  name: 'North Atlantic, background flow',
  centreLonDeg: -36,
  centreLatDeg: 49.4,
  projection: 'mercator',
  widthM: 7_200_000,
  heightM: 4_800_000,
  columnCount: 384,
  rowCount: 256,
  timeStepSeconds: 2400,
  spinUp: { columnCount: 192, rowCount: 128, timeStepSeconds: 4800, days: 250 },
  refinementDays: 20,
  deformationRadiusM: 28_000,
  depthRatio: 0.25,
  upperVelocity: 0.075,
  lowerVelocity: -0.035,
  bottomDrag: 1 / (20 * 86_400),
  startWaves: { least: 8, most: 36 },
  originMemoryDays: 20,
};

/**
 * The short waves of the basin: the same dynamics as behind it, on a ninth of its domain and with 8.3 km for 18.75 km, so that
 * their spectrum is that of the background where both resolve it. The whole basin with that spacing would cost ten times as
 * much as its background does; this costs about as much as it. Its spectrum steepens towards its filter, which `sharpening`
 * makes good: the basin's goes on much as it comes from the longer waves.
 */
export const NATL_DETAIL: DetailDefinition = {
  flow: {
    ...NATL_FLOW,
    id: 'natl-detail',
    name: 'North Atlantic, short waves',
    widthM: 2_400_000,
    heightM: 1_600_000,
    columnCount: 288,
    rowCount: 192,
    timeStepSeconds: 1200,
    spinUp: { columnCount: 144, rowCount: 96, timeStepSeconds: 2400, days: 250 },
    startWaves: { least: 3, most: 12 },
  },
  noneAboveM: 180_000,
  fullBelowM: 80_000,
  sharpening: 0.5,
};
