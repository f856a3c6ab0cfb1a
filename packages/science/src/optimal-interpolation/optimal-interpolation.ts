import { InvalidOptionError } from '../errors.js';
import { requireLength, type RegularGrid } from '../grid.js';
import { solveInEnvelope } from './envelope-cholesky.js';

/** Heights along satellite tracks, one entry per observation; all arrays have shape `[N]`, in any order. */
export type AlongTrackObservations = {
  /** Days since 1950-01-01 UTC. */
  readonly timeDays: Float64Array;
  readonly latDeg: Float64Array;
  /** In [−180, 180). */
  readonly lonDeg: Float64Array;
  /** Metres, finite. */
  readonly sshM: Float64Array;
};

/** Covariance model of the optimal interpolation. */
export type CovarianceOptions = {
  /** Degrees of longitude over which the covariance falls to 1/e. */
  readonly lengthLonDeg: number;
  /** Degrees of latitude, likewise. */
  readonly lengthLatDeg: number;
  /** Days, likewise; observations less than twice this away from the analysis day are used. */
  readonly lengthTimeDays: number;
  /** Standard deviation of the observation noise relative to that of the signal. */
  readonly noise: number;
  /**
   * Observations further apart than this many length scales, along the axis the observations are sorted by, are taken
   * as uncorrelated. By default just so far that what is dropped cannot reach 1 % of the noise variance (about 4.3
   * for 3000 observations with 5 % noise); `Infinity` gives the exact global solution.
   */
  readonly cutLengths?: number;
};

/** The 2020a baseline: Lx = Ly = 1°, Lt = 7 days, noise 5 % of the signal. Source: notebooks/baseline_oi.ipynb. */
export const OI_2020A: CovarianceOptions = {
  lengthLonDeg: 1,
  lengthLatDeg: 1,
  lengthTimeDays: 7,
  noise: 0.05,
};

/** What the cut may drop from any row of the covariance, relative to the noise variance. */
const DROPPED_SHARE_OF_NOISE = 0.01;
/** An observation's own footprint on the map is followed down to exp(−30) = 1e-13. */
const FOOTPRINT_LENGTHS = Math.sqrt(30);

/**
 * Optimal interpolation of one day:
 * `x = K(grid, obs)·(K(obs, obs) + noise²·I)⁻¹·y`, `K = exp(−(Δt/Lt)² − (Δlon/Lx)² − (Δlat/Ly)²)`.
 *
 * Days are independent, so callers may spread them over threads. No mean is removed: the map falls back to 0 m where
 * no observation reaches. Only observations less than 2·Lt away in time and within Lx, Ly of the grid's box are used.
 *
 * The observations are sorted along the longer side of the box, which makes the covariance banded; its Cholesky factor
 * then costs N·b² operations (b observations within `cutLengths`), not N³/3.
 *
 * @param options.grid - degrees, ascending; shapes `[Y]` and `[X]`.
 * @param options.timeDays - the analysis time, days since 1950-01-01 UTC.
 * @returns metres, shape `[Y, X]`; all 0 without any observation.
 * @throws ShapeMismatchError if the observation arrays differ in length; InvalidOptionError for a length that is not
 *   positive or a value that is not finite; NotPositiveDefiniteError for coinciding observations without noise.
 * Source: `oi_core`, ocean-data-challenges/2020a_SSH_mapping_NATL60, src/mod_oi.py.
 * Differs: a banded Cholesky solution instead of a dense inverse; with the default cut the 2020a baseline moves by less
 * than 1e-6 m (the test measures it), and `cutLengths: Infinity` gives the dense result.
 */
export function optimalInterpolationDay(
  options: CovarianceOptions & {
    observations: AlongTrackObservations;
    grid: { latDeg: Float64Array; lonDeg: Float64Array };
    timeDays: number;
  },
): Float64Array {
  requireValidOptions(options);
  const { grid, timeDays } = options;
  const scaled = scaledObservations(options);
  if (scaled.count === 0) return new Float64Array(grid.latDeg.length * grid.lonDeg.length);
  const weights = observationWeights(scaled, options);
  for (let index = 0; index < scaled.count; index++) {
    weights[index] =
      weights[index]! * Math.exp(-((scaled.time[index]! - timeDays / options.lengthTimeDays) ** 2));
  }
  return spreadOverGrid(scaled, weights, options);
}

/**
 * Optimal interpolation of every day of a grid, one after the other; see `optimalInterpolationDay`.
 *
 * @returns metres, shape `[T, Y, X]`.
 */
export function optimalInterpolation(
  options: CovarianceOptions & { observations: AlongTrackObservations; grid: RegularGrid },
): Float64Array {
  const { grid } = options;
  const placeCount = grid.latDeg.length * grid.lonDeg.length;
  const map = new Float64Array(grid.timeDays.length * placeCount);
  grid.timeDays.forEach((timeDays, day) => {
    map.set(optimalInterpolationDay({ ...options, timeDays }), day * placeCount);
  });
  return map;
}

/** The selected observations in units of the length scales, sorted along `primary`. */
type ScaledObservations = {
  readonly count: number;
  readonly time: Float64Array;
  readonly lat: Float64Array;
  readonly lon: Float64Array;
  readonly sshM: Float64Array;
  /** The axis they are sorted by: `lat` or `lon`. */
  readonly primary: Float64Array;
};

function scaledObservations(options: Parameters<typeof optimalInterpolationDay>[0]): ScaledObservations {
  const { observations, grid, timeDays, lengthTimeDays, lengthLatDeg, lengthLonDeg } = options;
  const isInside = (axis: Float64Array, value: number, marginDeg: number): boolean =>
    value >= axis[0]! - marginDeg && value <= axis[axis.length - 1]! + marginDeg;
  const selected: number[] = [];
  for (let index = 0; index < observations.timeDays.length; index++) {
    if (!(Math.abs(observations.timeDays[index]! - timeDays) < 2 * lengthTimeDays)) continue;
    if (!isInside(grid.latDeg, observations.latDeg[index]!, lengthLatDeg)) continue;
    if (!isInside(grid.lonDeg, observations.lonDeg[index]!, lengthLonDeg)) continue;
    if (!Number.isFinite(observations.sshM[index]!)) {
      throw new InvalidOptionError(
        `observations.sshM[${index}]`,
        observations.sshM[index],
        'a finite height',
      );
    }
    selected.push(index);
  }
  const span = (axis: Float64Array): number => axis[axis.length - 1]! - axis[0]!;
  const isLonLonger = span(grid.lonDeg) / lengthLonDeg >= span(grid.latDeg) / lengthLatDeg;
  const sortKey = isLonLonger ? observations.lonDeg : observations.latDeg;
  selected.sort((a, b) => sortKey[a]! - sortKey[b]!);
  const gather = (values: Float64Array, scale: number): Float64Array =>
    Float64Array.from(selected, (index) => values[index]! / scale);
  const lat = gather(observations.latDeg, lengthLatDeg);
  const lon = gather(observations.lonDeg, lengthLonDeg);
  return {
    count: selected.length,
    time: gather(observations.timeDays, lengthTimeDays),
    lat,
    lon,
    sshM: gather(observations.sshM, 1),
    primary: isLonLonger ? lon : lat,
  };
}

/** (K + noise²·I)⁻¹·y. */
function observationWeights(scaled: ScaledObservations, options: CovarianceOptions): Float64Array {
  const { time, lat, lon, primary, count } = scaled;
  const cut = options.cutLengths ?? safeCutLengths(count, options.noise);
  const firstNonZero = new Int32Array(count);
  for (let row = 0, first = 0; row < count; row++) {
    while (primary[row]! - primary[first]! > cut) first++;
    firstNonZero[row] = first;
  }
  const noiseVariance = options.noise ** 2;
  const covarianceWithNoise = (row: number, column: number): number => {
    const dt = time[row]! - time[column]!;
    const dLat = lat[row]! - lat[column]!;
    const dLon = lon[row]! - lon[column]!;
    const covariance = Math.exp(-(dt * dt + dLon * dLon + dLat * dLat));
    return row === column ? covariance + noiseVariance : covariance;
  };
  return solveInEnvelope(firstNonZero, covarianceWithNoise, scaled.sshM);
}

/**
 * A cut that keeps the matrix positive definite: the dropped part E has fewer than N entries of at most exp(−cut²) in a
 * row, so ‖E‖ < N·exp(−cut²) = 1 % of noise², and no eigenvalue falls below 99 % of noise². Without noise, no cut.
 */
function safeCutLengths(count: number, noise: number): number {
  return Math.sqrt(Math.max(1, Math.log(count / (DROPPED_SHARE_OF_NOISE * noise ** 2))));
}

/** Σ over observations of weight · exp(−Δlat²) · exp(−Δlon²): the covariance is a product, so no exponential per point. */
function spreadOverGrid(
  scaled: ScaledObservations,
  weights: Float64Array,
  options: Parameters<typeof optimalInterpolationDay>[0],
): Float64Array {
  const latScaled = options.grid.latDeg.map((value) => value / options.lengthLatDeg);
  const lonScaled = options.grid.lonDeg.map((value) => value / options.lengthLonDeg);
  const lonCount = lonScaled.length;
  const map = new Float64Array(latScaled.length * lonCount);
  const lonCovariance = new Float64Array(lonCount);
  for (let index = 0; index < scaled.count; index++) {
    const [lonFirst, lonEnd] = footprint(lonScaled, scaled.lon[index]!);
    const [latFirst, latEnd] = footprint(latScaled, scaled.lat[index]!);
    for (let x = lonFirst; x < lonEnd; x++) {
      lonCovariance[x] = Math.exp(-((lonScaled[x]! - scaled.lon[index]!) ** 2));
    }
    for (let y = latFirst; y < latEnd; y++) {
      const weight = weights[index]! * Math.exp(-((latScaled[y]! - scaled.lat[index]!) ** 2));
      const row = y * lonCount;
      for (let x = lonFirst; x < lonEnd; x++) map[row + x] = map[row + x]! + weight * lonCovariance[x]!;
    }
  }
  return map;
}

/** Indices `[first, end)` of the ascending axis within the footprint of `centre`. */
function footprint(axis: Float64Array, centre: number): [number, number] {
  const first = axis.findIndex((value) => value >= centre - FOOTPRINT_LENGTHS);
  const end = axis.findLastIndex((value) => value <= centre + FOOTPRINT_LENGTHS) + 1;
  return first < 0 ? [0, 0] : [first, Math.max(first, end)];
}

function requireValidOptions(options: Parameters<typeof optimalInterpolationDay>[0]): void {
  const { observations } = options;
  for (const name of ['latDeg', 'lonDeg', 'sshM'] as const) {
    requireLength(`observations.${name}`, observations[name], observations.timeDays.length);
  }
  requireValidCovariance(options);
}

/** @throws InvalidOptionError for a length or a cut that is not positive, and a noise below 0. */
export function requireValidCovariance(options: CovarianceOptions): void {
  for (const name of ['lengthLonDeg', 'lengthLatDeg', 'lengthTimeDays'] as const) {
    if (!(options[name] > 0 && Number.isFinite(options[name]))) {
      throw new InvalidOptionError(name, options[name], 'a positive number');
    }
  }
  if (!(options.noise >= 0 && Number.isFinite(options.noise))) {
    throw new InvalidOptionError('noise', options.noise, 'a number ≥ 0');
  }
  if (options.cutLengths !== undefined && !(options.cutLengths > 0)) {
    throw new InvalidOptionError('cutLengths', options.cutLengths, 'a positive number');
  }
}
