import { createFftPlan } from '@sillage/science';
import { GRAVITY_M_PER_S2, MEAN_RADIUS_M, ROTATION_RAD_PER_S } from './earth.js';

/** A sequence of daily heights on a regular grid: m, [day, lat, lon] in C order, without missing values. */
export type HeightSeries = {
  latDeg: Float64Array;
  lonDeg: Float64Array;
  sshM: ArrayLike<number>;
  /** Temperature of the same days and nodes, °C. */
  sstC?: ArrayLike<number>;
};

/** Wavelengths between which a spectrum's slope is measured, km. */
export type WavelengthBand = { longestKm: number; shortestKm: number };

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
  /** Kinetic energy per mass of the geostrophic departure from each place's mean over the days, cm²/s². */
  eddyKineticEnergyCm2PerS2: number;
  /** Slope of the zonal wavenumber spectrum between 250 and 50 km, or in the band asked for. */
  spectralSlope: number;
  /**
   * Size of the eddies: distances at which the variability's correlation with itself has fallen to 1/e and to zero, mean of
   * east and north, km.
   */
  decorrelationKm: number;
  zeroCrossingKm: number;
  /** Days after which the variability's correlation with itself has fallen to 1/e; null if not within half of the series. */
  decorrelationDays: number | null;
  /** Correlation of height and temperature at scales below `MESOSCALE_KM`; null without temperature. */
  sstCorrelation: number | null;
  /** Zonal displacement of the variability over `DRIFT_LAG_DAYS`, cm/s; negative is westward. */
  driftCmPerS: number;
};

const MEAN_RADIUS_KM = MEAN_RADIUS_M / 1000;
/** Between these the slope of a sea's spectrum is usually stated. */
export const MESOSCALE_BAND: WavelengthBand = { longestKm: 250, shortestKm: 50 };
/** Means over squares of this side are taken off height and temperature before they are correlated. */
export const MESOSCALE_KM = 300;
/** Short against the life of an eddy, long enough for it to move by more than a grid step. */
export const DRIFT_LAG_DAYS = 5;
/** Largest displacement that the drift is looked for at, cm/s. */
const FASTEST_DRIFT_CM_PER_S = 25;

/**
 * Measures a series of daily heights.
 *
 * The spectral slope is a least-squares line through log density against log wavenumber, over the wavenumbers of all
 * latitude rows between 250 and 50 km (`zonalSpectrum`). The drift is the displacement
 * along latitude circles at which the variability correlates best with itself five days later (parabola through the
 * three best grid steps).
 *
 * @throws RangeError if the series has fewer than two days more than the drift's lag.
 */
export function measureOcean(series: HeightSeries, options: { band?: WavelengthBand } = {}): OceanFigures {
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
    eddyKineticEnergyCm2PerS2:
      0.5 * 1e4 * geostrophicSpeed({ ...series, sshM: anomaly }, dayCount).speed ** 2,
    spectralSlope: spectralSlopeWithin(zonalSpectrum(series), options.band ?? MESOSCALE_BAND),
    decorrelationKm: distanceOfCorrelation(Math.exp(-1), series, { anomaly, dayCount }),
    zeroCrossingKm: distanceOfCorrelation(0, series, { anomaly, dayCount }),
    decorrelationDays: decorrelation(anomaly, mapLength, dayCount),
    sstCorrelation: series.sstC === undefined ? null : mesoscaleCorrelation(series, series.sstC, dayCount),
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

/** Power spectral density along latitude circles: wavenumber in cycles/km, density in m²/(cycles/km), from the lowest wave up. */
export type ZonalSpectrum = { wavenumber: Float64Array; density: Float64Array };

/**
 * Zonal wavenumber spectrum of all rows and days of a series; rows lose their linear trend and get a Hann window, whose loss
 * of variance is made good. One node spacing for all rows: that of the middle latitude.
 */
export function zonalSpectrum(series: Pick<HeightSeries, 'latDeg' | 'lonDeg' | 'sshM'>): ZonalSpectrum {
  const { latDeg, lonDeg, sshM } = series;
  const columns = lonDeg.length;
  const rowCount = Math.floor(sshM.length / columns);
  const plan = createFftPlan(columns);
  const power = new Float64Array(Math.floor(columns / 2) + 1);
  const centre = (columns - 1) / 2;
  const spread = (columns * (columns * columns - 1)) / 12;
  const row = new Float64Array(2 * columns);
  for (let start = 0; start < rowCount * columns; start += columns) {
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
    for (let wave = 1; wave < power.length; wave++)
      power[wave]! += row[2 * wave]! ** 2 + row[2 * wave + 1]! ** 2;
  }
  const spacingKm =
    ((lonDeg[columns - 1]! - lonDeg[0]!) / (columns - 1)) * kmPerDegreeEast(latDeg[latDeg.length >> 1]!);
  const wavenumber = Float64Array.from(power.subarray(1), (_, index) => (index + 1) / (columns * spacingKm));
  // One-sided; the mean square of the window is 3/8.
  const scale = (2 * spacingKm) / (columns * (3 / 8) * rowCount);
  return { wavenumber, density: power.subarray(1).map((value) => value * scale) };
}

/** Exponent of a spectrum in a band: a least-squares line through log density against log wavenumber. */
export function spectralSlopeWithin({ wavenumber, density }: ZonalSpectrum, band: WavelengthBand): number {
  const points: [number, number][] = [];
  wavenumber.forEach((value, index) => {
    if (1 / value > band.longestKm || 1 / value < band.shortestKm) return;
    points.push([Math.log(value), Math.log(density[index]!)]);
  });
  return leastSquaresSlope(points);
}

/** Distance over which the autocorrelation of the anomaly first falls to a threshold, km: mean of both axes. */
function distanceOfCorrelation(
  threshold: number,
  series: HeightSeries,
  { anomaly, dayCount }: { anomaly: Float64Array; dayCount: number },
): number {
  const { latDeg, lonDeg } = series;
  const middle = latDeg[latDeg.length >> 1]!;
  const eastKm = ((lonDeg[lonDeg.length - 1]! - lonDeg[0]!) / (lonDeg.length - 1)) * kmPerDegreeEast(middle);
  const northKm = ((latDeg[latDeg.length - 1]! - latDeg[0]!) / (latDeg.length - 1)) * kmPerDegreeEast(0);
  const shape = { rows: latDeg.length, columns: lonDeg.length, dayCount };
  const along = (isEast: boolean): number => {
    const most = (isEast ? shape.columns : shape.rows) >> 1;
    let before = 1;
    for (let shift = 1; shift <= most; shift++) {
      const here = lagCorrelation(
        anomaly,
        shape,
        isEast ? { east: shift, north: 0 } : { east: 0, north: shift },
      );
      if (here <= threshold) return shift - 1 + (before - threshold) / (before - here);
      before = here;
    }
    return most;
  };
  return (along(true) * eastKm + along(false) * northKm) / 2;
}

function lagCorrelation(
  anomaly: Float64Array,
  { rows, columns, dayCount }: { rows: number; columns: number; dayCount: number },
  { east, north }: { east: number; north: number },
): number {
  let product = 0;
  let squares = 0;
  let shiftedSquares = 0;
  for (let day = 0; day < dayCount; day++) {
    for (let row = 0; row + north < rows; row++) {
      const start = (day * rows + row) * columns;
      for (let column = 0; column + east < columns; column++) {
        const here = anomaly[start + column]!;
        const there = anomaly[start + north * columns + column + east]!;
        product += here * there;
        squares += here * here;
        shiftedSquares += there * there;
      }
    }
  }
  return product / Math.sqrt(squares * shiftedSquares);
}

function decorrelation(anomaly: Float64Array, mapLength: number, dayCount: number): number | null {
  const threshold = Math.exp(-1);
  let before = 1;
  for (let lag = 1; lag <= dayCount >> 1; lag++) {
    let product = 0;
    let early = 0;
    let late = 0;
    for (let index = 0; index + lag * mapLength < anomaly.length; index++) {
      const a = anomaly[index]!;
      const b = anomaly[index + lag * mapLength]!;
      product += a * b;
      early += a * a;
      late += b * b;
    }
    const here = product / Math.sqrt(early * late);
    if (here <= threshold) return lag - 1 + (before - threshold) / (before - here);
    before = here;
  }
  return null;
}

function mesoscaleCorrelation(series: HeightSeries, sstC: ArrayLike<number>, dayCount: number): number {
  const mapLength = series.latDeg.length * series.lonDeg.length;
  let product = 0;
  let heightSquares = 0;
  let temperatureSquares = 0;
  for (let day = 0; day < dayCount; day++) {
    const height = mesoscalePart(series, series.sshM, day * mapLength);
    const temperature = mesoscalePart(series, sstC, day * mapLength);
    for (let place = 0; place < mapLength; place++) {
      product += height[place]! * temperature[place]!;
      heightSquares += height[place]! ** 2;
      temperatureSquares += temperature[place]! ** 2;
    }
  }
  return product / Math.sqrt(heightSquares * temperatureSquares);
}

/** One map less its running mean over squares of `MESOSCALE_KM`, which are cut at the edges. */
function mesoscalePart(series: HeightSeries, values: ArrayLike<number>, start: number): Float64Array {
  const { latDeg, lonDeg } = series;
  const rows = latDeg.length;
  const columns = lonDeg.length;
  const stepLon = (lonDeg[columns - 1]! - lonDeg[0]!) / (columns - 1);
  const stepLat = (latDeg[rows - 1]! - latDeg[0]!) / (rows - 1);
  const reachEast = Math.round(MESOSCALE_KM / 2 / (stepLon * kmPerDegreeEast(latDeg[rows >> 1]!)));
  const reachNorth = Math.round(MESOSCALE_KM / 2 / (stepLat * kmPerDegreeEast(0)));
  // Sums over all nodes to the south-west: a square's sum is then four of them.
  const sums = new Float64Array((rows + 1) * (columns + 1));
  for (let row = 0; row < rows; row++) {
    let rowSum = 0;
    for (let column = 0; column < columns; column++) {
      rowSum += values[start + row * columns + column]!;
      sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1]! + rowSum;
    }
  }
  return Float64Array.from({ length: rows * columns }, (_, place) => {
    const row = Math.floor(place / columns);
    const column = place - row * columns;
    const south = Math.max(0, row - reachNorth) * (columns + 1);
    const north = Math.min(rows, row + reachNorth + 1) * (columns + 1);
    const west = Math.max(0, column - reachEast);
    const east = Math.min(columns, column + reachEast + 1);
    const sum = sums[north + east]! - sums[north + west]! - sums[south + east]! + sums[south + west]!;
    return values[start + place]! - sum / (((north - south) / (columns + 1)) * (east - west));
  });
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
