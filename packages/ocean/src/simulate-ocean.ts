import { fourierSum } from './observing/fourier-sum.js';
import type { OceanDefinition } from './ocean-definition.js';
import { flowDays, heightPerStream, originSpectrum, type SimulationProgress } from './flow/ocean-flow.js';
import { METRES_PER_DEGREE_NORTH, metresPerDegreeEast, projectGrid } from './flow/ocean-projection.js';
import { seaTemperature } from './flow/sea-temperature.js';

export type SimulateOceanOptions = {
  ocean: OceanDefinition;
  /** Non-negative integer below 2^53; the same seed gives the same bytes. */
  seed: number;
  /** Ascending, degrees; every point inside the periodic domain. */
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** Days since 1950-01-01 UTC of the first field. */
  startDays: number;
  dayCount: number;
  /** Days of the flow that run before the first field (default 0): the same trajectory, entered later. */
  skippedDays?: number;
  /** Also yield sea surface temperature; the heights keep every bit. */
  withSst?: boolean;
  onProgress?: (progress: SimulationProgress) => void;
};

/** The sea at one instant. */
export type OceanDay = {
  /** Days since 1950-01-01 UTC. */
  timeDays: number;
  /** Sea surface height, m, shape [lat, lon] in C order; NaN on land where the area has a coast. */
  sshM: Float64Array;
  /** Sea surface temperature, °C, of the same shape; only where asked for. */
  sstC?: Float64Array;
};

/**
 * Simulates a synthetic ocean and yields its sea surface height day by day.
 *
 * A two-layer quasi-geostrophic flow on a β-plane, driven by the mean vertical shear, starts from small random eddies,
 * spins up on a coarse grid, continues on the full one, and is then evaluated once a day at the given points: by its
 * Fourier sum, so nothing is lost between grid points. Sea surface height is f₀ψ₁/g plus the mean front that the eddies
 * shift; the tilt of the uniform mean flow is left out, the front stands in its place. Times are instants, not daily means.
 *
 * Sea surface temperature (`withSst`) is the climatology of `sea-temperature.ts` at the place where the upper layer's water
 * comes from, which a tracer in the flow remembers for some weeks.
 *
 * Deterministic: the numbers depend on the options only, on any machine with the same JavaScript mathematics.
 *
 * @throws GridOutsideOceanError if a point lies outside the periodic domain.
 * @throws SimulationDivergedError if the time step is too long.
 */
export function* simulateOcean(options: SimulateOceanOptions): Generator<OceanDay> {
  const { ocean, latDeg, lonDeg, startDays, withSst = false } = options;
  const { eastM, northM } = projectGrid(ocean, latDeg, lonDeg);
  const evaluate = fourierSum(ocean, eastM, northM);
  const surface = seaSurface(ocean, eastM, northM);
  const temperature = withSst ? seaTemperature(ocean, latDeg, lonDeg) : null;
  const flows = flowDays({
    flow: ocean,
    seed: options.seed,
    skippedDays: options.skippedDays ?? 0,
    dayCount: options.dayCount,
    withTracer: withSst,
    onProgress: options.onProgress,
  });
  let timeDays = startDays;
  for (const flow of flows) {
    const sshM = surface(evaluate(flow.upperStreamSpectrum()));
    yield temperature === null
      ? { timeDays, sshM }
      : { timeDays, sshM, sstC: temperature(evaluate(originSpectrum(flow)), timeDays) };
    timeDays++;
  }
}

/** Prepares sea surface height at the given points, m, out of their streamfunction, m²/s, which it overwrites. */
function seaSurface(
  ocean: OceanDefinition,
  eastM: Float64Array,
  northM: Float64Array,
): (stream: Float64Array) => Float64Array {
  const { front } = ocean;
  const metresPerStream = heightPerStream(ocean);
  const axisSlope = (front.axisSlope * METRES_PER_DEGREE_NORTH) / metresPerDegreeEast(ocean);
  const axisNorthM = (front.axisLatDeg - ocean.centreLatDeg) * METRES_PER_DEGREE_NORTH;
  const perpendicular = 1 / Math.sqrt(1 + axisSlope * axisSlope);
  return (height) => {
    for (let row = 0; row < northM.length; row++) {
      for (let column = 0; column < eastM.length; column++) {
        const index = row * eastM.length + column;
        const eddyHeight = metresPerStream * height[index]!;
        const axis = axisNorthM + axisSlope * eastM[column]! + front.shiftPerMetre * eddyHeight;
        const northOfFrontM = (northM[row]! - axis) * perpendicular;
        height[index] =
          ocean.meanHeightM + eddyHeight - front.halfStepM * Math.tanh(northOfFrontM / front.widthM);
      }
    }
    return height;
  };
}
