import { describe, expect, test } from 'vitest';
import { measureOcean, zonalSpectrum } from './ocean-figures.js';
import { seededRandom } from './random.js';

const LAT = Float64Array.from({ length: 12 }, (_, index) => 37.5 + index * 0.1);
const LON = Float64Array.from({ length: 120 }, (_, index) => -66 + index * 0.1);
const DAYS = 20;
const KM_PER_STEP = 0.1 * ((6371 * Math.PI) / 180) * Math.cos((LAT[6]! * Math.PI) / 180);

function series(height: (day: number, lat: number, xKm: number) => number): Float64Array {
  return Float64Array.from({ length: DAYS * LAT.length * LON.length }, (_, index) => {
    const column = index % LON.length;
    const row = Math.floor(index / LON.length) % LAT.length;
    return height(Math.floor(index / (LON.length * LAT.length)), LAT[row]!, column * KM_PER_STEP);
  });
}

describe('measureOcean', () => {
  test('finds the speed of a wave that moves west', () => {
    const kmPerDay = -10;
    // Whole periods in 20 days, so that the mean over time is zero; two of them, so that one shift fits best.
    const sshM = series((day, _, x) =>
      [200, 100].reduce(
        (sum, lengthKm) => sum + Math.cos((2 * Math.PI * (x - kmPerDay * day)) / lengthKm),
        0,
      ),
    );
    const { driftCmPerS } = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(driftCmPerS).toBeCloseTo((kmPerDay * 1e5) / 86_400, 1);
  });

  test('finds the slope of a red spectrum', () => {
    const random = seededRandom(4);
    const waves = Array.from({ length: 60 }, (_, index) => ({
      wave: index + 1,
      phase: 2 * Math.PI * random(),
    }));
    const length = LON.length * KM_PER_STEP;
    // Amplitude k^−2.5 is density k^−5.
    const sshM = series((_, __, x) =>
      waves.reduce(
        (sum, { wave, phase }) => sum + wave ** -2.5 * Math.cos((2 * Math.PI * wave * x) / length + phase),
        0,
      ),
    );
    // One realisation, its window smears neighbouring waves: a few tenths.
    expect(Math.abs(measureOcean({ latDeg: LAT, lonDeg: LON, sshM }).spectralSlope + 5)).toBeLessThan(0.5);
  });

  test('measures range, mean, spread and speed of a tilted sea at rest', () => {
    const sshM = series((_, lat) => 0.3 + 0.1 * (lat - 38.05));
    const figures = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(figures.meanM).toBeCloseTo(0.3, 6);
    expect(figures.maxM - figures.minM).toBeCloseTo(0.11, 6);
    expect(figures.variabilityM).toBeCloseTo(0, 9);
    // g/f · slope: 0.1 m per degree of latitude.
    const expected = (9.81 / (2 * 7.292115e-5 * Math.sin((38.05 * Math.PI) / 180))) * (0.1 / 111_195);
    expect(figures.speed).toBeCloseTo(expected, 2);
  });

  test('measures the variability of a sea that rises and falls', () => {
    const sshM = series((day) => (day % 2 === 0 ? 0.2 : -0.2));
    const figures = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(figures.variabilityM).toBeCloseTo(0.2, 9);
    expect(figures.largestVariabilityM).toBeCloseTo(0.2, 9);
  });

  test('refuses a series too short for a drift', () => {
    const sshM = new Float64Array(3 * LAT.length * LON.length);
    expect(() => measureOcean({ latDeg: LAT, lonDeg: LON, sshM })).toThrow('found 3');
  });

  test('finds the quarter of a wave as the distance where it no longer correlates', () => {
    // A wave that stands along x and changes sign in time, the same in every latitude but for a slow change.
    const sshM = series(
      (day, lat, x) => Math.cos((2 * Math.PI * x) / 200 + day) * Math.cos((2 * Math.PI * (lat - 37.5)) / 1.2),
    );
    const { zeroCrossingKm, decorrelationKm } = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    // Eastward a quarter of 200 km, northward of 1.2° = 133 km.
    expect(Math.abs(zeroCrossingKm - (50 + 33.4) / 2)).toBeLessThan(2);
    // A cosine is 1/e at 0.76 of the way to its zero.
    expect(decorrelationKm / zeroCrossingKm).toBeCloseTo(Math.acos(Math.exp(-1)) / (Math.PI / 2), 1);
  });

  test('finds how long a sea remembers', () => {
    // Waves of 20 days with every phase: the correlation after t days is cos(2πt/20).
    const sshM = series((day, _, x) => Math.cos((2 * Math.PI * day) / 20 + (2 * Math.PI * x) / 35.2));
    const { decorrelationDays } = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(decorrelationDays).toBeCloseTo((20 / (2 * Math.PI)) * Math.acos(Math.exp(-1)), 1);
  });

  test('correlates temperature and height at small scales only', () => {
    const eddies = (x: number, day: number): number => Math.cos((2 * Math.PI * x) / 110 + day / 9);
    const sshM = series((day, _, x) => eddies(x, day));
    const seen = (sstC: Float64Array): number =>
      measureOcean({ latDeg: LAT, lonDeg: LON, sshM, sstC }).sstCorrelation!;
    // A gradient over the whole area says nothing about eddies.
    expect(seen(series((day, lat, x) => 10 + 2 * eddies(x, day) - 0.004 * x - lat))).toBeGreaterThan(0.95);
    expect(seen(series((day, _, x) => 10 - 2 * eddies(x, day)))).toBeCloseTo(-1, 9);
    expect(Math.abs(seen(series((day, _, x) => eddies(x + 27.5, day))))).toBeLessThan(0.1);
    expect(measureOcean({ latDeg: LAT, lonDeg: LON, sshM }).sstCorrelation).toBeNull();
  });

  test('measures eddy kinetic energy of the departures only', () => {
    const slope = 1e-6; // m per m
    const kmPerDegree = 111.195;
    // A tilt that reverses every day, on a steeper one that stays.
    const sshM = series(
      (day, lat) => (lat - 38) * kmPerDegree * 1000 * (5 * slope + (day % 2 === 0 ? slope : -slope)),
    );
    const { eddyKineticEnergyCm2PerS2 } = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    const speed = (9.81 * slope) / (2 * 7.292115e-5 * Math.sin((38.05 * Math.PI) / 180));
    expect(eddyKineticEnergyCm2PerS2 / (0.5 * (100 * speed) ** 2)).toBeCloseTo(1, 2);
  });
});

describe('zonalSpectrum', () => {
  test('holds the variance of the waves in it', () => {
    const sshM = series((_, __, x) => 0.2 * Math.cos((2 * Math.PI * 12 * x) / (LON.length * KM_PER_STEP)));
    const { wavenumber, density } = zonalSpectrum({ latDeg: LAT, lonDeg: LON, sshM });
    const variance = density.reduce((sum, value) => sum + value * wavenumber[0]!, 0);
    // 0.2²/2; the trend that the window leaves costs little.
    expect(variance).toBeCloseTo(0.02, 4);
    const peak = density.indexOf(Math.max(...density));
    expect(wavenumber[peak]).toBeCloseTo(12 / (LON.length * KM_PER_STEP), 12);
  });
});
