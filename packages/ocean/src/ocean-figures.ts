import { createFftPlan } from '@sillage/science';
import { GRAVITY_M_PER_S2, MEAN_RADIUS_M, ROTATION_RAD_PER_S } from './earth.js';

/** A sequence of daily heights on a regular grid: m, [day, lat, lon] in C order, without missing values. */
export type HeightSeries = { latDeg: Float64Array; lonDeg: Float64Array; sshM: ArrayLike<number> };

/** What tells at a glance whether a synthetic sea looks like an ocean. */
export type OceanFigures = {
  minM: number;
  maxM: number;
  meanM: number;
  /** Standard deviation over space and time, m. */
  standardDeviationM: number;
  /** Root mean square departure from each place's mean over the days, m; over the area, and where it is largest. */
  variabilityM: number;
  largestVariabilityM: number;
  /** Root mean square and largest geostrophic speed, m/s. */
  speed: number;
  largestSpeed: number;
  /** Slope of the zonal wavenumber spectrum between 250 and 50 km. */
  spectralSlope: number;
  /** Zonal displacement of the variability over `DRIFT_LAG_DAYS`, cm/s; negative is westward. */
  driftCmPerS: number;
};

const MEAN_RADIUS_KM = MEAN_RADIUS_M / 1000;
const LONGEST_KM = 250;
const SHORTEST_KM = 50;
/** Short against the life of an eddy, long enough for it to move by more than a grid step. */
export const DRIFT_LAG_DAYS = 5;
/** Largest displacement that the drift is looked for at, cm/s. */
const FASTEST_DRIFT_CM_PER_S = 25;

/**
 * Measures a series of daily heights.
 *
 * The spectral slope is a least-squares line through log density against log wavenumber, over the wavenumbers of all
 * latitude rows between 250 and 50 km; rows lose their linear trend and get a Hann window. The drift is the displacement
 * along latitude circles at which the variability correlates best with itself five days later (parabola through the
 * three best grid steps).
 *
 * @throws RangeError if the series has fewer than two days more than the drift's lag.
 */
export function measureOcean(series: HeightSeries): OceanFigures {
  const { latDeg, lonDeg, sshM } = series;
  const mapLength = latDeg.length * lonDeg.length;
  const dayCount = sshM.length / mapLength;
  if (!Number.isInteger(dayCount) || dayCount < DRIFT_LAG_DAYS + 2) {
    throw new RangeError(`needs at least ${DRIFT_LAG_DAYS + 2} whole days, found ${dayCount}`);
  }
  let minM = Infinity;
  let maxM = -Infinity;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < sshM.length; index++) {
    const value = sshM[index]!;
    minM = Math.min(minM, value);
    maxM = Math.max(maxM, value);
    sum += value;
    squares += value * value;
  }
  const meanM = sum / sshM.length;
  const { anomaly, varianceByPlace } = timeAnomaly(sshM, mapLength, dayCount);
  return {
    minM,
    maxM,
    meanM,
    standardDeviationM: Math.sqrt(squares / sshM.length - meanM * meanM),
    variabilityM: Math.sqrt(varianceByPlace.reduce((total, value) => total + value, 0) / mapLength),
    largestVariabilityM: Math.sqrt(varianceByPlace.reduce((largest, value) => Math.max(largest, value), 0)),
    ...geostrophicSpeed(series, dayCount),
    spectralSlope: zonalSpectralSlope(series, dayCount),
    driftCmPerS: zonalDrift(series, anomaly, dayCount),
  };
}

function timeAnomaly(
  sshM: ArrayLike<number>,
  mapLength: number,
  dayCount: number,
): { anomaly: Float64Array; varianceByPlace: Float64Array } {
  const anomaly = new Float64Array(sshM.length);
  const varianceByPlace = new Float64Array(mapLength);
  for (let place = 0; place < mapLength; place++) {
    let mean = 0;
    for (let day = 0; day < dayCount; day++) mean += sshM[day * mapLength + place]! / dayCount;
    for (let day = 0; day < dayCount; day++) {
      const value = sshM[day * mapLength + place]! - mean;
      anomaly[day * mapLength + place] = value;
      varianceByPlace[place]! += (value * value) / dayCount;
    }
  }
  return { anomaly, varianceByPlace };
}

function kmPerDegreeEast(latDeg: number): number {
  return ((MEAN_RADIUS_KM * Math.PI) / 180) * Math.cos((latDeg * Math.PI) / 180);
}

function geostrophicSpeed(series: HeightSeries, dayCount: number): { speed: number; largestSpeed: number } {
  const { latDeg, lonDeg, sshM } = series;
  const columns = lonDeg.length;
  const mapLength = latDeg.length * columns;
  const metresPerDegree = (MEAN_RADIUS_M * Math.PI) / 180;
  let squares = 0;
  let count = 0;
  let largest = 0;
  for (let day = 0; day < dayCount; day++) {
    for (let row = 1; row + 1 < latDeg.length; row++) {
      const factor = GRAVITY_M_PER_S2 / (2 * ROTATION_RAD_PER_S * Math.sin((latDeg[row]! * Math.PI) / 180));
      const northM = (latDeg[row + 1]! - latDeg[row - 1]!) * metresPerDegree;
      for (let column = 1; column + 1 < columns; column++) {
        const index = day * mapLength + row * columns + column;
        const eastM = (lonDeg[column + 1]! - lonDeg[column - 1]!) * kmPerDegreeEast(latDeg[row]!) * 1000;
        const u = (-factor * (sshM[index + columns]! - sshM[index - columns]!)) / northM;
        const v = (factor * (sshM[index + 1]! - sshM[index - 1]!)) / eastM;
        squares += u * u + v * v;
        largest = Math.max(largest, u * u + v * v);
        count++;
      }
    }
  }
  return { speed: Math.sqrt(squares / count), largestSpeed: Math.sqrt(largest) };
}

function zonalSpectralSlope(series: HeightSeries, dayCount: number): number {
  const { latDeg, lonDeg, sshM } = series;
  const columns = lonDeg.length;
  const plan = createFftPlan(columns);
  const density = new Float64Array(Math.floor(columns / 2) + 1);
  const centre = (columns - 1) / 2;
  const spread = (columns * (columns * columns - 1)) / 12;
  const row = new Float64Array(2 * columns);
  for (let start = 0; start < dayCount * latDeg.length * columns; start += columns) {
    let mean = 0;
    let trend = 0;
    for (let column = 0; column < columns; column++) {
      mean += sshM[start + column]! / columns;
      trend += (sshM[start + column]! * (column - centre)) / spread;
    }
    for (let column = 0; column < columns; column++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * column) / columns);
      row[2 * column] = (sshM[start + column]! - mean - trend * (column - centre)) * window;
      row[2 * column + 1] = 0;
    }
    plan.forward(row);
    for (let wave = 1; wave < density.length; wave++)
      density[wave]! += row[2 * wave]! ** 2 + row[2 * wave + 1]! ** 2;
  }
  // One spacing for all rows: that of the middle latitude.
  const lengthKm =
    columns *
    ((lonDeg[columns - 1]! - lonDeg[0]!) / (columns - 1)) *
    kmPerDegreeEast(latDeg[latDeg.length >> 1]!);
  const points: [number, number][] = [];
  for (let wave = 1; wave < density.length; wave++) {
    const wavelengthKm = lengthKm / wave;
    if (wavelengthKm > LONGEST_KM || wavelengthKm < SHORTEST_KM) continue;
    points.push([Math.log(wave), Math.log(density[wave]!)]);
  }
  return leastSquaresSlope(points);
}

function leastSquaresSlope(points: readonly [number, number][]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

function zonalDrift(series: HeightSeries, anomaly: Float64Array, dayCount: number): number {
  const { latDeg, lonDeg } = series;
  const columns = lonDeg.length;
  const mapLength = latDeg.length * columns;
  const stepKm =
    ((lonDeg[columns - 1]! - lonDeg[0]!) / (columns - 1)) * kmPerDegreeEast(latDeg[latDeg.length >> 1]!);
  const cmPerSOfStep = (stepKm * 1e5) / (DRIFT_LAG_DAYS * 86_400);
  const reach = Math.min(Math.ceil(FASTEST_DRIFT_CM_PER_S / cmPerSOfStep), columns >> 2);
  const correlation = (shift: number): number => {
    let product = 0;
    let earlySquares = 0;
    let lateSquares = 0;
    for (let day = 0; day + DRIFT_LAG_DAYS < dayCount; day++) {
      for (let row = 0; row < latDeg.length; row++) {
        const early = day * mapLength + row * columns;
        const late = early + DRIFT_LAG_DAYS * mapLength + shift;
        for (let column = reach; column < columns - reach; column++) {
          const a = anomaly[early + column]!;
          const b = anomaly[late + column]!;
          product += a * b;
          earlySquares += a * a;
          lateSquares += b * b;
        }
      }
    }
    return product / Math.sqrt(earlySquares * lateSquares);
  };
  const shifts = Array.from({ length: 2 * reach + 1 }, (_, index) => index - reach);
  const values = shifts.map(correlation);
  const best = values.reduce((top, value, index) => (value > values[top]! ? index : top), 0);
  if (best === 0 || best === values.length - 1) return shifts[best]! * cmPerSOfStep;
  const [before, peak, after] = [values[best - 1]!, values[best]!, values[best + 1]!];
  const offset = (0.5 * (before - after)) / (before - 2 * peak + after);
  return (shifts[best]! + offset) * cmPerSOfStep;
}
