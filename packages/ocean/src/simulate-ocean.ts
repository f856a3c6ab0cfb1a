import { GRAVITY_M_PER_S2, MEAN_RADIUS_M, ROTATION_RAD_PER_S } from './earth.js';
import type { OceanDefinition } from './ocean-definition.js';
import { normalNumber, seededRandom } from './random.js';
import { TwoLayerFlow } from './two-layer-flow.js';

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
  onProgress?: (progress: { stage: 'spin-up' | 'days'; done: number; total: number }) => void;
};

/** The sea at one instant. */
export type OceanDay = {
  /** Days since 1950-01-01 UTC. */
  timeDays: number;
  /** Sea surface height, m, shape [lat, lon] in C order. */
  sshM: Float64Array;
};

/** The flow left the range of numbers: its time step is too long for its velocities. */
export class SimulationDivergedError extends Error {
  readonly tag = 'simulation-diverged';
  constructor(
    readonly ocean: string,
    readonly modelDays: number,
  ) {
    super(`the simulation of '${ocean}' diverged by model day ${modelDays}; it needs a shorter time step`);
    this.name = 'SimulationDivergedError';
  }
}

/** The grid reaches beyond the periodic domain, where the ocean would repeat itself. */
export class GridOutsideOceanError extends Error {
  readonly tag = 'grid-outside-ocean';
  constructor(
    readonly axis: 'latitude' | 'longitude',
    found: string,
    allowed: string,
  ) {
    super(`the ${axis} axis spans ${found}, but the simulated ocean only ${allowed}`);
    this.name = 'GridOutsideOceanError';
  }
}

const SECONDS_PER_DAY = 86_400;
/** Waves in the random start, and the upper vorticity (1/s) that each of them carries. */
const START_WAVE_COUNT = 40;
const START_WAVE_VORTICITY = 2e-6;

/**
 * Simulates a synthetic ocean and yields its sea surface height day by day.
 *
 * A two-layer quasi-geostrophic flow on a β-plane, driven by the mean vertical shear, starts from small random eddies,
 * spins up on a coarse grid, continues on the full one, and is then evaluated once a day at the given points: by its
 * Fourier sum, so nothing is lost between grid points. Sea surface height is f₀ψ₁/g plus the mean front that the eddies
 * shift; the tilt of the uniform mean flow is left out, the front stands in its place. Times are instants, not daily means.
 *
 * Deterministic: the numbers depend on the options only, on any machine with the same JavaScript mathematics.
 *
 * @throws GridOutsideOceanError if a point lies outside the periodic domain.
 * @throws SimulationDivergedError if the time step is too long.
 */
export function* simulateOcean(options: SimulateOceanOptions): Generator<OceanDay> {
  const { ocean, startDays, dayCount, onProgress } = options;
  const surface = seaSurface(ocean, options.latDeg, options.lonDeg);
  const flow = developedFlow(ocean, options.seed, (done) =>
    onProgress?.({ stage: 'spin-up', done, total: ocean.spinUp.days + ocean.refinementDays }),
  );
  for (let day = 0; day < dayCount; day++) {
    if (day > 0) advanceOneDay(flow, ocean.id);
    onProgress?.({ stage: 'days', done: day + 1, total: dayCount });
    yield { timeDays: startDays + day, sshM: surface(flow.upperStreamSpectrum()) };
  }
}

/** Coriolis parameter at the centre of the ocean, 1/s. */
export function coriolisParameter(ocean: OceanDefinition): number {
  return 2 * ROTATION_RAD_PER_S * Math.sin((ocean.centreLatDeg * Math.PI) / 180);
}

/** A flow with developed eddies: random start, coarse spin-up, then the full grid. */
export function developedFlow(
  ocean: OceanDefinition,
  seed: number,
  onDay: (doneDays: number) => void = () => undefined,
): TwoLayerFlow {
  const coarse = flowOnGrid(ocean, ocean.spinUp);
  setRandomStart(coarse, seed);
  for (let day = 1; day <= ocean.spinUp.days; day++) {
    advanceOneDay(coarse, ocean.id);
    onDay(day);
  }
  const fine = flowOnGrid(ocean, ocean);
  fine.refineFrom(coarse);
  for (let day = 1; day <= ocean.refinementDays; day++) {
    advanceOneDay(fine, ocean.id);
    onDay(ocean.spinUp.days + day);
  }
  return fine;
}

function flowOnGrid(
  ocean: OceanDefinition,
  grid: { columnCount: number; rowCount: number; timeStepSeconds: number },
): TwoLayerFlow {
  return new TwoLayerFlow({
    columnCount: grid.columnCount,
    rowCount: grid.rowCount,
    timeStepSeconds: grid.timeStepSeconds,
    widthM: ocean.widthM,
    heightM: ocean.heightM,
    beta: (2 * ROTATION_RAD_PER_S * Math.cos((ocean.centreLatDeg * Math.PI) / 180)) / MEAN_RADIUS_M,
    deformationRadiusM: ocean.deformationRadiusM,
    depthRatio: ocean.depthRatio,
    upperVelocity: ocean.upperVelocity,
    lowerVelocity: ocean.lowerVelocity,
    bottomDrag: ocean.bottomDrag,
  });
}

function advanceOneDay(flow: TwoLayerFlow, oceanId: string): void {
  const stepCount = SECONDS_PER_DAY / flow.settings.timeStepSeconds;
  if (!Number.isInteger(stepCount)) {
    throw new RangeError(`a day is not a whole number of time steps of ${flow.settings.timeStepSeconds} s`);
  }
  for (let step = 0; step < stepCount; step++) flow.step();
  if (!flow.isFinite()) throw new SimulationDivergedError(oceanId, flow.elapsedSeconds / SECONDS_PER_DAY);
}

/** Plane waves of random direction, phase and strength, 130 to 750 km long on the domain of 1500 km. */
function setRandomStart(flow: TwoLayerFlow, seed: number): void {
  const { columnCount, rowCount } = flow.settings;
  const random = seededRandom(seed);
  const upper = new Float64Array(columnCount * rowCount);
  for (let wave = 0; wave < START_WAVE_COUNT; wave++) {
    // Never (0, 0): that mode has no flow.
    const eastward = 2 + Math.floor(random() * 7);
    const northward = Math.floor(random() * 17) - 8;
    const phase = 2 * Math.PI * random();
    const amplitude = START_WAVE_VORTICITY * normalNumber(random);
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < columnCount; column++) {
        const angle =
          2 * Math.PI * ((eastward * column) / columnCount + (northward * row) / rowCount) + phase;
        upper[row * columnCount + column]! += amplitude * Math.cos(angle);
      }
    }
  }
  flow.setVorticity(upper, new Float64Array(columnCount * rowCount));
}

/** Prepares sea surface height at the given points as a function of the upper streamfunction's spectrum. */
function seaSurface(
  ocean: OceanDefinition,
  latDeg: Float64Array,
  lonDeg: Float64Array,
): (streamSpectrum: Float64Array) => Float64Array {
  const { front } = ocean;
  const metresPerDegreeNorth = (MEAN_RADIUS_M * Math.PI) / 180;
  const metresPerDegreeEast = metresPerDegreeNorth * Math.cos((ocean.centreLatDeg * Math.PI) / 180);
  const eastM = lonDeg.map((lon) => (lon - ocean.centreLonDeg) * metresPerDegreeEast);
  const northM = latDeg.map((lat) => (lat - ocean.centreLatDeg) * metresPerDegreeNorth);
  requireInside('longitude', lonDeg, eastM, ocean.widthM);
  requireInside('latitude', latDeg, northM, ocean.heightM);
  const evaluate = fourierSum(ocean, eastM, northM);
  const heightPerStream = coriolisParameter(ocean) / GRAVITY_M_PER_S2;
  const axisSlope = (front.axisSlope * metresPerDegreeNorth) / metresPerDegreeEast;
  const axisNorthM = (front.axisLatDeg - ocean.centreLatDeg) * metresPerDegreeNorth;
  const perpendicular = 1 / Math.sqrt(1 + axisSlope * axisSlope);
  return (streamSpectrum) => {
    const height = evaluate(streamSpectrum);
    for (let row = 0; row < northM.length; row++) {
      for (let column = 0; column < eastM.length; column++) {
        const index = row * eastM.length + column;
        const eddyHeight = heightPerStream * height[index]!;
        const axis = axisNorthM + axisSlope * eastM[column]! + front.shiftPerMetre * eddyHeight;
        const northOfFrontM = (northM[row]! - axis) * perpendicular;
        height[index] =
          ocean.meanHeightM + eddyHeight - front.halfStepM * Math.tanh(northOfFrontM / front.widthM);
      }
    }
    return height;
  };
}

function requireInside(
  axis: 'latitude' | 'longitude',
  degrees: Float64Array,
  metres: Float64Array,
  lengthM: number,
): void {
  const isInside = metres.every((distance) => Math.abs(distance) < lengthM / 2);
  if (isInside) return;
  const found = `${degrees[0]} … ${degrees[degrees.length - 1]}`;
  const degreesPerMetre =
    (degrees[degrees.length - 1]! - degrees[0]!) / (metres[metres.length - 1]! - metres[0]!);
  const centre = degrees[0]! - metres[0]! * degreesPerMetre;
  const half = (lengthM / 2) * degreesPerMetre;
  throw new GridOutsideOceanError(
    axis,
    found,
    `${(centre - half).toFixed(2)} … ${(centre + half).toFixed(2)}`,
  );
}

/**
 * Evaluates a real field's Fourier sum on a grid of points: first along north, then along east, with the columns of
 * positive wavenumber only (the others are their conjugates).
 */
function fourierSum(
  ocean: OceanDefinition,
  eastM: Float64Array,
  northM: Float64Array,
): (spectrum: Float64Array) => Float64Array {
  const { columnCount, rowCount } = ocean;
  const halfColumns = columnCount / 2;
  const northPhases = phases(northM, rowCount, ocean.heightM);
  const eastPhases = phases(eastM, columnCount, ocean.widthM);
  const scale = 1 / (columnCount * rowCount);
  const partial = new Float64Array(2 * halfColumns);
  return (spectrum) => {
    const result = new Float64Array(northM.length * eastM.length);
    for (let y = 0; y < northM.length; y++) {
      partial.fill(0);
      for (let row = 0; row < rowCount; row++) {
        const cosine = northPhases[2 * (y * rowCount + row)]!;
        const sine = northPhases[2 * (y * rowCount + row) + 1]!;
        const offset = 2 * row * columnCount;
        for (let index = 0; index < partial.length; index += 2) {
          const re = spectrum[offset + index]!;
          const im = spectrum[offset + index + 1]!;
          partial[index]! += re * cosine - im * sine;
          partial[index + 1]! += re * sine + im * cosine;
        }
      }
      for (let x = 0; x < eastM.length; x++) {
        const offset = 2 * x * columnCount;
        let sum = 0;
        for (let index = 2; index < partial.length; index += 2) {
          sum +=
            partial[index]! * eastPhases[offset + index]! -
            partial[index + 1]! * eastPhases[offset + index + 1]!;
        }
        result[y * eastM.length + x] = scale * (partial[0]! + 2 * sum);
      }
    }
    return result;
  };
}

/** e^(i k s) for each place s and each wavenumber of a periodic axis: shape [place, wavenumber, 2]; 0 at Nyquist. */
function phases(places: Float64Array, count: number, lengthM: number): Float64Array {
  const result = new Float64Array(2 * places.length * count);
  for (let place = 0; place < places.length; place++) {
    for (let index = 0; index < count; index++) {
      if (index === count / 2) continue;
      const turns = (index < count / 2 ? index : index - count) * (places[place]! / lengthM);
      const angle = 2 * Math.PI * (turns - Math.floor(turns));
      result[2 * (place * count + index)] = Math.cos(angle);
      result[2 * (place * count + index) + 1] = Math.sin(angle);
    }
  }
  return result;
}
